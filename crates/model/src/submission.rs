//! What came in: its kind, its door, the verdict on it, and the fields that the quarterly report counts.

use crate::named::named;

/// The largest submission, in bytes. 64 MiB holds a STIX bundle of 100,000 objects; bigger ones are refused at the door.
pub const SUBMISSION_BYTES_MAX: usize = 64 * 1024 * 1024;

named! {
    /// What a submission is.
    pub enum Kind {
        /// A mail: .eml, .msg or mbox.
        Mail = "mail",
        /// A list of indicators: text, CSV or MISP JSON.
        Indicators = "indicators",
        /// A STIX bundle or TAXII envelope.
        Stix = "stix",
        /// Free text.
        Text = "text",
    }
}

named! {
    /// The way by which it came.
    pub enum Door {
        /// The web form.
        Web = "web",
        /// The JSON API, also `noroshi submit`.
        Api = "api",
        /// A TAXII POST into the organisation's own collection.
        Taxii = "taxii",
        /// Mail forwarded to the intake address.
        Mail = "mail",
        /// Telephone or fax, recorded by hub staff on somebody's behalf.
        Staff = "staff",
    }
}

named! {
    /// How something came to the member of hub staff who recorded it.
    pub enum Medium {
        /// Somebody called.
        Phone = "phone",
        /// A fax.
        Fax = "fax",
    }
}

impl Door {
    /// Whether who came in by it has shown who it is, with a session or a token. A mail's sender and a voice are only said.
    #[must_use]
    pub fn shows_source(self) -> bool {
        matches!(self, Self::Web | Self::Api | Self::Taxii)
    }
}

named! {
    /// The verdict at triage.
    pub enum Verdict {
        /// Aimed at the organisation.
        Targeted = "targeted",
        /// Sent to very many.
        MassMailed = "mass-mailed",
        /// Fraud, business e-mail compromise included.
        Fraud = "fraud",
        /// Nothing bad.
        Harmless = "harmless",
        /// A question or a call for help.
        Consultation = "consultation",
    }
}

named! {
    /// The kind of mail, as the quarterly report counts it.
    pub enum MailKind {
        /// The bad thing is attached.
        Attachment = "attachment",
        /// The bad thing is behind a link.
        Link = "link",
        /// A request in words.
        Words = "words",
        /// None of these.
        Other = "other",
    }
}

named! {
    /// The kind of attachment, as the quarterly report counts it.
    pub enum AttachmentKind {
        /// No attachment.
        Nothing = "none",
        /// A program or script.
        Executable = "executable",
        /// A Windows shortcut.
        Shortcut = "shortcut",
        /// An office document.
        Office = "office",
        /// A PDF.
        Pdf = "pdf",
        /// An archive.
        Archive = "archive",
        /// A disk image.
        DiskImage = "disk-image",
        /// A web page.
        Html = "html",
        /// A picture.
        Image = "image",
        /// Something else.
        Other = "other",
    }
}

/// What triage keeps for the quarterly report. Regions are ISO 3166 codes or `None` for unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TriageFields {
    /// The verdict, once given.
    pub verdict: Option<Verdict>,
    /// What kind of mail.
    pub mail_kind: Option<MailKind>,
    /// What was attached.
    pub attachment_kind: Option<AttachmentKind>,
    /// Region of the sending address.
    pub sender_region: Option<String>,
    /// Region of the bad destination.
    pub destination_region: Option<String>,
    /// The campaign, in the hub's words.
    pub campaign: Option<String>,
}

impl TriageFields {
    /// These, and where one of them is empty the other's: what a person said stands over what a machine read.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            verdict: self.verdict.or(other.verdict),
            mail_kind: self.mail_kind.or(other.mail_kind),
            attachment_kind: self.attachment_kind.or(other.attachment_kind),
            sender_region: self.sender_region.or(other.sender_region),
            destination_region: self.destination_region.or(other.destination_region),
            campaign: self.campaign.or(other.campaign),
        }
    }
}
