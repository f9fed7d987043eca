//! The only SQL of Noroshi, and the sealed bytes.
//!
//! One file a noun; each statement is written once and runs on SQLite and PostgreSQL. Nothing is decided here: what may be
//! read comes in as `ReaderAudiences`, what is returned is `Stored` and can leave only through `sharing::admit`.

#[macro_use]
mod sql;

mod answer;
mod audience;
mod backup;
mod check;
mod check_answer;
mod check_link;
mod consent;
mod credential;
mod db;
mod disclosure;
mod duty;
mod erasure;
mod error;
mod feed;
mod figures;
mod health;
mod inbox;
mod invitation;
mod item;
mod job;
mod journal;
mod leaf;
mod likeness;
mod log;
mod marking;
mod notice;
mod organisation;
mod outbound;
mod own_object;
mod person;
mod pg;
mod question;
mod quota;
mod rarity;
mod report;
mod retention;
mod rule;
pub mod seal;
mod session;
mod submission;
mod tiles;
mod token;
mod urgent;

pub use answer::{AnswerRow, BandRow};
pub use audience::CollectionRow;
pub use check::{AskRow, PutRow};
pub use check_answer::CheckAnswerRow;
pub use check_link::{CheckContactRow, LinkRow};
pub use consent::{ConsentRow, NewConsent, StandingRow};
pub use db::{Store, Tx, Where};
pub use disclosure::{DisclosureRow, NewDisclosure};
pub use duty::DeputyRow;
pub use error::StoreError;
pub use feed::{FeedFilter, FeedRow, NewFeedObject, VersionPick};
pub use figures::{WEEK_MICROS, Waits};
pub use health::{Queue, ServerSettings};
pub use inbox::{InboxRow, VersionRow};
pub use invitation::{AdmissionRow, InvitationRow};
pub use item::{ItemRow, ItemSourceRow, NewVersion};
pub use job::{JobRow, NewJob};
pub use journal::{Entry, Happened, Journal};
pub use leaf::{LeafRow, NewLeaf};
pub use log::{CheckpointRow, LogState};
pub use notice::{NewNotice, NoticeRow};
pub use organisation::{OrganisationRow, SectorRow};
pub use outbound::QuarantineRow;
pub use own_object::{NewOwnObject, OwnFilter, OwnObjectRow};
pub use person::PersonRow;
pub use pg::CONNECTIONS;
pub use question::{LineRow, QuestionRow};
pub use quota::SentToday;
pub use report::{EventRow, IncidentRow, NewEvent, ReportRow, SeatRow};
pub use retention::Forgotten;
pub use seal::write_durably;
pub use session::SessionRow;
pub use submission::{ClusterCount, NewSubmission, SubmissionRow};
pub use tiles::{Disk, Machine, Tiles};
pub use token::TokenRow;
pub use urgent::CallRow;
