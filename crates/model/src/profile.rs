//! What is known of an organisation's own names and addresses. Nothing of it may leave; the gate looks for it.

use crate::lang::Bilingual;
use serde::{Deserialize, Serialize};

/// An organisation's own names. Profiles are never complete: the allow-list of `deid` must hold without them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Names in kanji, kana, romaji and English.
    pub names: Vec<String>,
    /// Own domains; names under them are own as well.
    pub domains: Vec<String>,
    /// Own networks, as addresses or in CIDR form.
    pub networks: Vec<String>,
    /// Own host names.
    pub hosts: Vec<String>,
    /// People: names, user names, mail addresses.
    pub people: Vec<String>,
    /// Tenant identifiers of cloud services.
    pub tenants: Vec<String>,
    /// Project and contract words.
    pub words: Vec<String>,
}

impl Profile {
    /// Adds a name by which others know the organisation, where it is not there.
    pub fn know(&mut self, name: &Bilingual) {
        for one in [&name.ja, &name.en] {
            if !one.trim().is_empty() && !self.names.contains(one) {
                self.names.push(one.clone());
            }
        }
    }
    /// Adds somebody's mail address, by its domain where that is the organisation's own.
    pub fn reach(&mut self, address: &str, own_domain: Option<String>) {
        let (list, one) = match own_domain {
            Some(domain) => (&mut self.domains, domain),
            None => (&mut self.people, address.to_owned()),
        };
        if !list.contains(&one) {
            list.push(one);
        }
    }
}
