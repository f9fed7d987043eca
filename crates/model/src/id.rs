//! Typed identifiers. All are 128 bits, given from outside (chance is an argument), printed as UUIDs.

use uuid::Uuid;

/// A text that is none of the names of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// The enumeration.
    pub what: &'static str,
    /// What was read, cut to 80 characters.
    pub name: String,
    /// The names that there are; none for identifiers.
    pub known: &'static [&'static str],
}

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.known {
            [] => write!(f, "`{}` is not a {}", self.name, self.what),
            known => write!(f, "`{}` is none of {}", self.name, known.join(", ")),
        }
    }
}

impl std::error::Error for UnknownName {}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// An identifier from 16 random bytes: version 4 of RFC 9562.
            #[must_use]
            pub fn from_random(bytes: [u8; 16]) -> Self { Self(uuid4(bytes)) }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self { id.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownName;
            fn from_str(s: &str) -> Result<Self, UnknownName> {
                Uuid::try_parse(s)
                    .map(Self)
                    .map_err(|_| UnknownName { what: stringify!($name), name: s.chars().take(80).collect(), known: &[] })
            }
        }
    )+};
}

/// Sets the version and variant bits of RFC 9562 version 4 on random bytes.
#[must_use]
pub fn uuid4(bytes: [u8; 16]) -> Uuid {
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

ids! {
    /// An organisation.
    OrgId,
    /// A sector, the group that a warning is addressed to.
    SectorId,
    /// A person with a sign-in.
    PersonId,
    /// What came in.
    SubmissionId,
    /// What leaves.
    ItemId,
    /// A source's consent to its part of an item.
    ConsentId,
    /// A standing consent.
    StandingId,
    /// A TAXII collection.
    CollectionId,
    /// A question and its replies.
    QuestionId,
    /// A unit of deferred work.
    JobId,
    /// A leaf of the log, before it has a place there.
    LeafId,
    /// An API token.
    TokenId,
    /// A TAXII status resource.
    StatusId,
    /// An address that is told of news.
    WebhookId,
    /// An asker's check.
    CheckId,
    /// A check as put to one organisation.
    PutId,
    /// An address of a supplier without an account.
    ContactId,
    /// An incident of one organisation, as its reports tell it.
    IncidentId,
    /// A report of an incident to one addressee under one regime.
    ReportId,
    /// A one-time link that brings a person in.
    InvitationId,
    /// A passkey of a person.
    PasskeyId,
    /// What two people of the hub decide together.
    AdmissionId,
    /// A mail from an unknown sender.
    QuarantineId,
}

/// The interned number of an audience: equal audiences have equal numbers. It never leaves the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AudienceId(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_bytes_become_a_version_4_uuid() {
        assert_eq!(OrgId::from_random([0xff; 16]).to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn an_id_reads_back_and_rubbish_does_not() {
        let id = ItemId::from_random([7; 16]);
        assert_eq!(id.to_string().parse::<ItemId>(), Ok(id));
        assert!("x".parse::<ItemId>().is_err());
    }
}
