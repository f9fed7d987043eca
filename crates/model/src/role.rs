//! What an organisation is in the community, and what a person does for one.

use crate::named::named;

named! {
    /// A role of an organisation. One organisation can have several.
    pub enum OrgRole {
        /// Warns and is warned.
        Member = "member",
        /// Runs the hub.
        Hub = "hub",
        /// A ministry, regulator or police: gets reports, and warnings like a member.
        Authority = "authority",
        /// Beside [`Self::Authority`]: it is police, and a consent to government does not name it.
        Police = "police",
        /// Answers checks of its customers.
        Supplier = "supplier",
        /// Is owed a report by its suppliers.
        Customer = "customer",
        /// Another hub: gets released items.
        PeerHub = "peer-hub",
        /// Cosigns checkpoints.
        Witness = "witness",
    }
}

named! {
    /// What a person does for one organisation.
    pub enum PersonRole {
        /// Sends submissions and answers.
        Reporter = "reporter",
        /// Consents for the organisation.
        Approver = "approver",
        /// Is called when it is urgent.
        Contact = "contact",
        /// Manages the organisation's people and tokens.
        OrgAdmin = "org-admin",
        /// Hub: gives verdicts.
        Triager = "triager",
        /// Hub: edits drafts, adds analysis, asks for approval.
        Analyst = "analyst",
        /// Hub: releases and recalls.
        Releaser = "releaser",
        /// Hub: runs the machine; content is sealed from it.
        Operator = "operator",
        /// Hub: the log, no content.
        Auditor = "auditor",
    }
}

impl PersonRole {
    /// Whether the role exists only at the hub.
    #[must_use]
    pub fn of_hub(self) -> bool {
        matches!(self, Self::Triager | Self::Analyst | Self::Releaser | Self::Operator | Self::Auditor)
    }

    /// Whether it may make links by which others come in: an administrator for its own, two people of the hub for anybody.
    #[must_use]
    pub fn invites(self) -> bool {
        matches!(self, Self::OrgAdmin | Self::Operator | Self::Releaser)
    }
}

named! {
    /// When a person is told by mail that something waits.
    pub enum Notify {
        /// Never.
        Off = "off",
        /// As it happens.
        AtOnce = "at-once",
        /// Once a day, in the morning of its zone.
        Digest = "digest",
    }
}

named! {
    /// What an API token may do for its organisation.
    pub enum Scope {
        /// Send submissions.
        Submit = "submit",
        /// Read what was released to the organisation.
        Read = "read",
        /// Answer items and checks.
        Answer = "answer",
        /// Write its incident reports, and read those addressed to it.
        Report = "report",
    }
}
