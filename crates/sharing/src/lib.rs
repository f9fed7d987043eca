//! Who may see what. The only maker of [`Released`] and [`ReaderAudiences`].
//!
//! Decisions are taken when a thing is written ([`audience::reach`]), joined when it is read ([`ReaderAudiences`]) and checked
//! once more at the door ([`admit`]). Pure: nothing here reads the store, and no rule of it is copied into SQL.
#![deny(missing_docs)]

pub mod audience;
pub mod caller;
pub mod check;
pub mod consent;
pub mod machine;
pub mod reader;
pub mod report;

pub use caller::{Caller, Denied};
pub use reader::{Alarm, ReaderAudiences, Released, Stored, StoredPage, admit, admit_page};
