//! Why an operation did not happen, in words of the domain. Each face maps it to its protocol in its own `error.rs`.

use crate::Problem;
use model::state::NotAllowed;
use std::fmt::Display;

/// The error of every operation.
#[derive(Debug)]
pub enum HubError {
    /// Absent, or not for this caller: the two look alike.
    NotFound,
    /// The caller may not do this at all, whatever exists.
    Denied,
    /// Signing in failed; which part was wrong is not said.
    Credentials,
    /// Too many tries; seconds to wait.
    SlowDown(u64),
    /// The request is wrong: (field, what is wrong with it).
    Invalid(&'static str, Problem),
    /// Larger than the limit, in bytes.
    TooLarge(usize),
    /// The state does not allow it.
    State(NotAllowed),
    /// The same idempotency key with another request.
    KeyReused,
    /// Held for review: the one answer for every kind of hold.
    HeldForReview,
    /// Another person has to do this: the releaser is not the analyst.
    SamePerson,
    /// It carries a protective marking; its source decides before anybody of the hub sees it.
    Sealed,
    /// Consent does not cover the audience.
    NotCovered,
    /// The store cannot take it now (disk full, database away): nothing was kept, try again.
    Unavailable(String),
    /// A value reached the door that this reader may not have. An alarm.
    Alarm,
}

impl std::fmt::Display for HubError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is nothing here for you"),
            Self::Denied => f.write_str("you may not do this"),
            Self::Credentials => f.write_str("the sign-in name or the password is wrong"),
            Self::SlowDown(seconds) => write!(f, "too many tries: wait {seconds} seconds"),
            Self::Invalid(field, what) => write!(f, "{field}: {what}"),
            Self::TooLarge(limit) => write!(f, "larger than the limit of {limit} bytes"),
            Self::State(why) => why.fmt(f),
            Self::KeyReused => f.write_str("this idempotency key was used for another request"),
            Self::HeldForReview => f.write_str("held for review"),
            Self::SamePerson => f.write_str("the release needs another person than the analysis"),
            Self::Sealed => {
                f.write_str("sealed: it carries a protective marking, and its source has to decide first")
            }
            Self::NotCovered => f.write_str("the sources have not consented to this audience"),
            Self::Unavailable(_) => f.write_str("the hub cannot keep this now; nothing was lost, try again"),
            Self::Alarm => f.write_str("the hub refused to show this; its staff has been alarmed"),
        }
    }
}

impl std::error::Error for HubError {}

impl HubError {
    /// `Invalid` in the words of a library or a parser, which has no others.
    pub fn said(field: &'static str, why: impl Display) -> Self {
        Self::Invalid(field, Problem::Said { value: why.to_string() })
    }
}

impl From<NotAllowed> for HubError {
    fn from(why: NotAllowed) -> Self {
        Self::State(why)
    }
}

impl From<sharing::Denied> for HubError {
    fn from(_: sharing::Denied) -> Self {
        Self::Denied
    }
}

impl From<sharing::Alarm> for HubError {
    fn from(_: sharing::Alarm) -> Self {
        Self::Alarm
    }
}

impl From<store::StoreError> for HubError {
    fn from(why: store::StoreError) -> Self {
        if why.class() == "text" {
            return Self::Invalid("text", Problem::Nul);
        }
        tracing::error!(error.class = why.class(), "the store refused");
        Self::Unavailable(why.class().to_owned())
    }
}
