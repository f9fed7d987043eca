//! Media types of TAXII, negotiated as HTTP means it (RFC 9110, section 12.5.1).

/// What this face answers with (TAXII 2.1, section 1.6.8).
pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";
