//! Incident reports: what an organisation tells authorities and customers of an incident, stage by stage.
//!
//! An *incident* holds facts that are filled once ([`Facts`], every saving a version). A *report* is that incident told to one
//! addressee under one regime; what happens to it is a list of [`Event`]s that is only added to. The form of a stage is worked
//! out by [`form`] from facts and regime, so that one filling serves every addressee. Damage information: nothing here is
//! ever part of a submission or an item, but for [`technical`], which picks what may be offered for sharing.

pub mod event;
pub mod facts;
pub mod form;
pub mod lines;
pub mod range;
mod say;
pub mod state;
pub mod technical;
pub mod veris;
pub mod when;

pub use event::{Event, What};
pub use facts::{
    Announcement, ClassState, ClassStatement, Evidence, Facts, Filled, Leaving, Noticed, SiteCount,
};
pub use form::{Form, FormRow};
pub use range::Count;
pub use state::ReportState;
