//! A check: "look whether this warning's attack is at your place, and tell me by Friday".
//!
//! An asker's *ask* is put to each organisation as a *put*; unnamed asks about one item share one put, so that neither side can
//! tell how many there are. Here are the states ([`state`]), what an answer says ([`answer`]) and when what is due ([`term`]).
//! Who may ask whom, and whether the item may go there, is decided in `sharing`.

pub mod answer;
pub mod state;
pub mod term;

pub use answer::{CheckAnswer, CouldNot, Leaving, Totals};
pub use state::{CheckAct, CheckState};
pub use term::{Course, Share, Step, Told};

use crate::named::named;

named! {
    /// What has to be searched for an answer to count.
    pub enum Counts {
        /// Logs and machines: the hub's own terms, and those of every unnamed check.
        LogsAndMachines = "logs-and-machines",
        /// Mail boxes and the logs of the mail server.
        Mail = "mail",
        /// Logs of proxies, firewalls and name servers.
        Logs = "logs",
        /// The machines themselves.
        Machines = "machines",
    }
}

named! {
    /// The way an answer came.
    pub enum Via {
        /// A page, signed in.
        Web = "web",
        /// The one-time link of a mail.
        Link = "link",
        /// A program of the organisation.
        Program = "program",
        /// Told on paper or by telephone, written down by hub staff.
        Slip = "slip",
    }
}
