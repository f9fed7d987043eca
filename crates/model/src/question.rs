//! Questions that the hub relays between a recipient and a source that stays unnamed.

use crate::named::named;

named! {
    /// What a question is about.
    pub enum About {
        /// A submission: between its source and the hub.
        Submission = "submission",
        /// An item: between a recipient, the hub and its sources.
        Item = "item",
        /// A check.
        Check = "check",
        /// An incident report.
        Report = "report",
    }
}

named! {
    /// Who wrote a line of a thread, as its readers are told.
    pub enum Voice {
        /// A recipient, never named to the source.
        Recipient = "recipient",
        /// The hub.
        Hub = "hub",
        /// The source, never named to the recipient.
        Source = "source",
    }
}
