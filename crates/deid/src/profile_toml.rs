//! An organisation's own names from a TOML file.

use model::profile::Profile;

/// Reads lists named `names`, `domains`, `networks`, `hosts`, `people`, `tenants`, `words`; each may be absent.
///
/// # Errors
/// What is wrong and on which line.
pub fn profile_from_toml(text: &str) -> Result<Profile, String> {
    toml::from_str(text).map_err(|why| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_strangers_named() {
        let profile = profile_from_toml("domains = [\"grid-a.example\"]").unwrap();
        assert_eq!(profile.domains, ["grid-a.example"]);
        assert!(profile_from_toml("domain = []").unwrap_err().contains("domain"));
    }
}
