//! The release gate: it decodes the finished item again and refuses it on any hit of any organisation's profile.
//!
//! Profiles are never complete; the gate is the second net. A hit is a fault of a constructor, not something to cut out here.

use crate::names::{Names, NamesBuilder};
use indicator::Indicator;
use model::id::OrgId;
use model::lang::Bilingual;
use model::profile::Profile;
use serde_json::Value;

/// Every organisation's own names, ready to be searched for in one pass.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    orgs: Vec<OrgId>,
    names: Names,
}

/// A hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateHit {
    /// Whose name it is.
    pub org: OrgId,
    /// Where it stands: a JSON pointer or `text.ja`.
    pub path: String,
    /// What was found.
    pub value: String,
    /// How it was hidden: `plain`, `base64`, …
    pub how: &'static str,
}

impl Profiles {
    /// Makes profiles ready.
    #[must_use]
    pub fn compile(profiles: &[(OrgId, Profile)]) -> Self {
        let mut builder = NamesBuilder::default();
        for (owner, (_, profile)) in profiles.iter().enumerate() {
            crate::victim::add_profile(&mut builder, owner, profile, false);
        }
        Self { orgs: profiles.iter().map(|(org, _)| *org).collect(), names: builder.compile() }
    }

    /// Whether the indicator is an asset of any organisation: one of its addresses, domains or names is in it.
    #[must_use]
    pub fn owns(&self, indicator: &Indicator) -> bool {
        self.names.has(indicator.value())
    }

    fn search(&self, path: &str, text: &str, hits: &mut Vec<GateHit>) {
        for hit in self.names.find(text) {
            let Some(org) = self.orgs.get(hit.owner) else { continue };
            hits.push(GateHit { org: *org, path: path.to_owned(), value: hit.name, how: hit.how });
        }
    }
}

/// Looks through a bundle and its texts, each string decoded in every way in which a name could hide. A bundle that is no
/// JSON is searched as one text.
#[must_use]
pub fn check(bundle: &str, text: &Bilingual, profiles: &Profiles) -> Vec<GateHit> {
    let mut hits = Vec::new();
    match serde_json::from_str::<Value>(bundle) {
        Ok(value) => walk(&value, &mut String::new(), profiles, &mut hits),
        Err(_) => profiles.search("bundle", bundle, &mut hits),
    }
    profiles.search("text.ja", &text.ja, &mut hits);
    profiles.search("text.en", &text.en, &mut hits);
    hits
}

fn walk(value: &Value, path: &mut String, profiles: &Profiles, hits: &mut Vec<GateHit>) {
    let length = path.len();
    match value {
        Value::String(text) => profiles.search(path, text, hits),
        Value::Number(number) => profiles.search(path, &number.to_string(), hits),
        Value::Array(list) => {
            for (n, one) in list.iter().enumerate() {
                path.push_str(&format!("/{n}"));
                walk(one, path, profiles, hits);
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, one) in members {
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                profiles.search(path, name, hits);
                walk(one, path, profiles, hits);
                path.truncate(length);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicator::Kind;

    fn profiles() -> Profiles {
        let profile = Profile {
            names: vec!["富士見電機".to_owned(), "フジミデンキ".to_owned(), "FD".to_owned()],
            domains: vec!["fujimi.example".to_owned()],
            networks: vec!["198.51.100.0/28".to_owned(), "2001:db8:5::/48".to_owned()],
            people: vec!["山田太郎".to_owned()],
            tenants: vec!["3f2504e0-4f89-11d3-9a0c-0305e82c3301".to_owned()],
            ..Profile::default()
        };
        Profiles::compile(&[(OrgId(uuid::Uuid::nil()), profile)])
    }

    fn check_hit(text: &str, expected: Option<&str>) {
        let bundle = serde_json::json!({"objects": [{"pattern": text}]}).to_string();
        let hits = check(&bundle, &Bilingual::default(), &profiles());
        assert_eq!(hits.first().map(|h| h.how), expected, "{text}: {hits:?}");
        assert!(hits.iter().all(|h| h.path == "/objects/0/pattern"));
    }

    #[test]
    fn codings_and_spellings() {
        check_hit("[domain-name:value = 'evil.example']", None);
        check_hit("[domain-name:value = 'vpn.fujimi.example']", Some("plain"));
        check_hit("huzimi-denki", Some("plain"));
        check_hit("ﾌｼﾞﾐﾃﾞﾝｷ", Some("plain"));
        check_hit("冨士見電機", Some("plain"));
        check_hit("5bGx55Sw5aSq6YOO", Some("base64"));
        check_hit("%E5%B1%B1%E7%94%B0%E5%A4%AA%E9%83%8E", Some("percent"));
        check_hit("&#23665;&#30000;&#22826;&#37070;", Some("entities"));
        check_hit("=E5=B1=B1=E7=94=B0=E5=A4=AA=E9=83=8E", Some("quoted-printable"));
        check_hit("66756a696d692e6578616d706c65", Some("hex"));
        check_hit("198.51.100.3", Some("plain"));
        check_hit("198.51.100.30", None);
        check_hit("3F2504E04F8911D39A0C0305E82C3301", Some("plain"));
        check_hit("FDA approval", None);
        check_hit("the FD team", Some("plain"));
    }

    #[test]
    fn texts_have_paths_of_their_own() {
        let text = Bilingual { ja: "山田太郎".to_owned(), en: String::new() };
        assert_eq!(check("{}", &text, &profiles())[0].path, "text.ja");
    }

    #[test]
    fn assets() {
        let owns = |kind, value: &str| profiles().owns(&Indicator::new(kind, value).unwrap());
        assert!(owns(Kind::Domain, "www.fujimi.example"));
        assert!(owns(Kind::Ipv4, "198.51.100.2"));
        assert!(!owns(Kind::Ipv4, "198.51.100.16"));
        assert!(owns(Kind::Ipv6, "2001:db8:5::7"));
        assert!(owns(Kind::Ipv6, "2001:db8:5:1:2:3:4:5"));
        assert!(!owns(Kind::Ipv6, "2001:db8:6::7"));
        assert!(!owns(Kind::Domain, "evil.example"));
    }
}
