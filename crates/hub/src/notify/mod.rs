//! Telling people that there is something, without saying what.
