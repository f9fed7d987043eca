//! Who sent the mail and where replies go: the address where it is the attacker's, the domain where it is nobody else's.

use super::host::{self, Host};
use super::story;
use crate::made_for_one::looks_made_for_one;
use crate::victim::Victim;
use indicator::{Indicator, Kind};
use model::item::DropReason;

/// Local parts at least this long that look random were made for one mail.
const LONG_LOCAL: usize = 20;

/// What of an address may leave.
#[derive(Debug, Default)]
pub(crate) struct SenderParts {
    /// The address.
    pub(crate) address: Option<Indicator>,
    /// Its domain.
    pub(crate) domain: Option<Indicator>,
    /// What stays, and why.
    pub(crate) stays: Option<(String, DropReason)>,
    /// It claims to come from the victim itself.
    pub(crate) spoofs_victim: bool,
    /// The domain names the victim by look-alike.
    pub(crate) names_victim: Option<String>,
}

/// Takes an address apart.
pub(crate) fn read(written: &str, victim: &Victim) -> SenderParts {
    let mut out = SenderParts::default();
    let stay = |reason| Some((written.to_owned(), reason));
    let Ok(address) = Indicator::new(Kind::Email, written) else {
        out.stays = stay(DropReason::NoConstructor);
        return out;
    };
    let (local, domain) = address.value().rsplit_once('@').unwrap_or_default();
    if victim.owns_mailbox(address.value()) {
        out.spoofs_victim = true;
        out.stays = stay(DropReason::NamesRecipient);
        return out;
    }
    match host::read(domain, victim) {
        Host::Whole(kept) => out.domain = host::indicator(&kept),
        Host::Cut(kept) => {
            out.domain = host::indicator(&kept);
            out.stays = stay(DropReason::PerVictim);
            return out;
        }
        Host::NamesVictim => {
            out.names_victim = Some(address.value().to_owned());
            out.stays = stay(DropReason::OwnProfile);
            return out;
        }
        Host::Own | Host::Tenant | Host::Wrapper => {
            out.stays = stay(DropReason::NamesRecipient);
            return out;
        }
        Host::NotPublic => {
            out.stays = stay(DropReason::NotPublic);
            return out;
        }
    }
    // a name may begin before the at sign and end behind it
    if victim.is_named_in(address.value()) {
        out.stays = stay(DropReason::NamesRecipient);
    } else if is_made_for_one(local) {
        out.stays = stay(DropReason::PerVictim);
    } else {
        out.address = Some(address);
    }
    out
}

/// Return addresses that carry the recipient (`bounce+taro=fujimi`), long random ones, and words where a mailbox stands: in
/// quotes, or in letters beyond ASCII. Numbers alone are how people name their mailboxes.
fn is_made_for_one(local: &str) -> bool {
    let tagged = local.split_once('+').is_some_and(|(_, tag)| looks_made_for_one(tag));
    let words = local.contains(['"', ' ']) || !local.is_ascii() && !story::is_only_story(local);
    local.contains(['=', '%', '!', '#'])
        || tagged
        || words
        || local.len() >= LONG_LOCAL && looks_made_for_one(local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::profile::Profile;

    fn check(written: &str, address: Option<&str>, domain: Option<&str>) {
        let profile = Profile {
            domains: vec!["fujimi.example".to_owned()],
            people: vec!["山田太郎".to_owned(), "taro.yamada".to_owned()],
            ..Profile::default()
        };
        let parts = read(written, &Victim::of_profile(&profile));
        assert_eq!(parts.address.as_ref().map(Indicator::value), address, "{written}");
        assert_eq!(parts.domain.as_ref().map(Indicator::value), domain, "{written}");
    }

    #[test]
    fn senders() {
        check("Billing@Evil.example", Some("billing@evil.example"), Some("evil.example"));
        check("user83472@gmail.com", Some("user83472@gmail.com"), None);
        check("bounce+taro.yamada=fujimi.example@evil.example", None, Some("evil.example"));
        check("taro.yamada@evil.example", None, Some("evil.example"));
        check("reply-dGFyby55YW1hZGFAZnVqaW1p@evil.example", None, Some("evil.example"));
        check("news+a8f3k2j9x7@evil.example", None, Some("evil.example"));
        check("a!b@evil.example", None, Some("evil.example"));
        check("ceo@fujimi.example", None, None);
        check("ceo@fujimi-group.example", None, None);
        check("x@receita", None, None);
        check("総務部@evil.example", None, Some("evil.example"));
        check("請求書@evil.example", Some("請求書@evil.example"), Some("evil.example"));
        check("\"for the kobe office\"@evil.example", None, Some("evil.example"));
    }
}
