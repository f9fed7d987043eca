//! Charset cases.
