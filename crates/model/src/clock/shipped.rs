//! The regimes that ship with the program, as texts; `DIR/regimes/*.toml` of an installation stands beside them.

use super::regime::{Regime, RegimeFault};

/// File name and text of each.
pub const SHIPPED: &[(&str, &str)] = &[
    ("acd-jp.toml", include_str!("../../../../regimes/acd-jp.toml")),
    ("common-ddos-jp.toml", include_str!("../../../../regimes/common-ddos-jp.toml")),
    ("common-other-jp.toml", include_str!("../../../../regimes/common-other-jp.toml")),
    ("common-ransomware-jp.toml", include_str!("../../../../regimes/common-ransomware-jp.toml")),
    ("contract-promptly.toml", include_str!("../../../../regimes/contract-promptly.toml")),
    ("dfars-7012.toml", include_str!("../../../../regimes/dfars-7012.toml")),
    ("dora-eu.toml", include_str!("../../../../regimes/dora-eu.toml")),
    ("nis2-eu.toml", include_str!("../../../../regimes/nis2-eu.toml")),
    ("ppc-jp.toml", include_str!("../../../../regimes/ppc-jp.toml")),
];

/// Reads them all. They are tested to be without fault; a caller that meets one all the same must say so and stop.
pub fn shipped() -> Result<Vec<Regime>, (&'static str, Vec<RegimeFault>)> {
    SHIPPED.iter().map(|(file, text)| Regime::parse(text).map_err(|faults| (*file, faults))).collect()
}
