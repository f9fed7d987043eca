//! What a mail says, as typed fields: the output of the reader.
//!
//! Evidence stays as it came (raw header bytes, targets as written); decoded forms stand beside it.
//! Nothing here decides what may leave; that is the work of `deid`.

use std::net::IpAddr;

/// One mail, read.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The decoded subject.
    pub subject: String,
    /// Who the mail says it is from.
    pub from: Vec<Address>,
    /// The `Sender` header, where it stands beside `From`.
    pub sender: Vec<Address>,
    /// The `To` header.
    pub to: Vec<Address>,
    /// The `Cc` header.
    pub cc: Vec<Address>,
    /// The `Bcc` header, seen in drafts and in Outlook files.
    pub bcc: Vec<Address>,
    /// Where answers go.
    pub reply_to: Vec<Address>,
    /// The `Date` header.
    pub date: Option<MailDate>,
    /// The message id without its angle brackets.
    pub message_id: Option<String>,
    /// All headers in their order.
    pub headers: Vec<Header>,
    /// The decoded text of the whole mail, nested messages included.
    pub text: String,
    /// Each HTML body as a person sees it.
    pub html: Vec<HtmlView>,
    /// All links of bodies and nested messages, text and HTML, in order, without doubles.
    pub links: Vec<Link>,
    /// What is attached, nested messages' attachments inside theirs.
    pub attachments: Vec<Attachment>,
    /// The `Received` chain, newest first.
    pub hops: Vec<Hop>,
    /// What the receiving server said about SPF, DKIM and DMARC.
    pub authentication: Authentication,
    /// Which decoder was used where.
    pub charsets: Vec<CharsetUse>,
    /// Messages inside this one.
    pub nested: Vec<Message>,
    /// The program that says it wrote the mail.
    pub mailer: Option<String>,
    /// What the mail is made of.
    pub structure: Structure,
}

impl Message {
    /// The text without that of the mails inside, each taken out once and only as whole lines: a mail inside whose text is one word of
    /// the writer's must not take that word out of the writer's own lines.
    #[must_use]
    pub fn own_text(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        for inner in &self.nested {
            let told = crate::mime::segment_of_message(inner).text;
            let found = [told.as_str(), &inner.text].into_iter().find_map(|text| {
                let part = text.trim_matches('\n');
                find_lines(rest, part).map(|at| (at, at + part.len()))
            });
            if let Some((start, end)) = found {
                out.push_str(&rest[..start]);
                rest = &rest[end..];
            }
        }
        out.push_str(rest);
        out
    }
}

/// Where the part stands as whole lines of the text.
fn find_lines(text: &str, part: &str) -> Option<usize> {
    if part.trim().is_empty() {
        return None;
    }
    let borders = |at: &usize| {
        let before = text[..*at].chars().next_back().is_none_or(|c| c == '\n');
        let after = text[at + part.len()..].chars().next().is_none_or(|c| c == '\n');
        before && after
    };
    text.match_indices(part).map(|(at, _)| at).find(borders)
}

/// A mailbox as a header names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// The display name, decoded.
    pub name: Option<String>,
    /// The address; empty when only a name was given.
    pub address: String,
}

/// A point in time with the zone it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailDate {
    /// The instant.
    pub timestamp: jiff::Timestamp,
    /// Minutes east of Greenwich, as written.
    pub offset_minutes: i32,
    /// RFC 3339 with that offset.
    pub rfc3339: String,
}

/// One header line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The name as written.
    pub name: String,
    /// The value, unfolded and decoded.
    pub value: String,
    /// The value's bytes as they came, folding included.
    pub raw: Vec<u8>,
}

/// A body of HTML as a person sees it, and what that person does not see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HtmlView {
    /// What is shown, line by line.
    pub shown: String,
    /// Its links.
    pub links: Vec<Link>,
    /// Text that is in the page but not shown: styled away, too small, in comments.
    pub hidden: Vec<String>,
    /// The page has a form.
    pub has_form: bool,
    /// The page has a script.
    pub has_script: bool,
    /// The page loads pictures from elsewhere.
    pub loads_remote: bool,
}

/// Where a link stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkPlace {
    /// Written out in text.
    #[default]
    Text,
    /// An anchor or area to click.
    Anchor,
    /// A picture, style or frame that is loaded when the mail is shown.
    Loaded,
    /// Named inside a script.
    Script,
    /// Where a form sends what is typed.
    Form,
}

/// A link: what is shown and where it leads.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Link {
    /// The words shown; empty for pictures.
    pub shown: String,
    /// The target as written, entities decoded.
    pub target: String,
    /// The target behind rewriting gateways and redirectors, where there is one.
    pub unwrapped: Option<String>,
    /// Where it stands.
    pub place: LinkPlace,
}

impl Link {
    /// The target a person ends at: behind wrappers where they were undone.
    #[must_use]
    pub fn destination(&self) -> &str {
        self.unwrapped.as_deref().unwrap_or(&self.target)
    }
}

/// A file that came with the mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// The name, decoded, as written (it may hold path separators).
    pub filename: Option<String>,
    /// The type by content.
    pub content_type: String,
    /// The type that the mail stated.
    pub declared_type: Option<String>,
    /// Size in bytes, decoded.
    pub size: u64,
    /// MD5 in hex.
    pub md5: String,
    /// SHA-1 in hex.
    pub sha1: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Files inside this one.
    pub nested: Vec<Attachment>,
    /// Its readable text, where the type has one.
    pub text: Option<String>,
    /// Links inside, wrappers undone.
    pub links: Vec<String>,
    /// It carries macros or scripts that an office program would run.
    pub has_macros: bool,
    /// It cannot be read without a password or key.
    pub encrypted: bool,
    /// Document properties and other marks: evidence for the source only, they name people and machines.
    pub properties: Vec<(String, String)>,
    /// It stands inside the body (a picture by `cid:`) and was not offered as a file.
    pub inline: bool,
}

/// One `Received` line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hop {
    /// The name that the sending host gave.
    pub from_helo: Option<String>,
    /// The name that the receiving host looked up.
    pub from_rdns: Option<String>,
    /// The address that the receiving host saw.
    pub from_ip: Option<IpAddr>,
    /// The receiving host.
    pub by: Option<String>,
    /// When.
    pub time: Option<MailDate>,
    /// Place in the chain, 0 is the newest.
    pub index: usize,
}

/// SPF, DKIM and DMARC as the newest `Authentication-Results` (or `Received-SPF`) states them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authentication {
    /// The server that states it.
    pub server: Option<String>,
    /// The SPF result, lower case.
    pub spf: Option<String>,
    /// The domain that SPF was asked about.
    pub spf_domain: Option<String>,
    /// Each DKIM result with its domain.
    pub dkim: Vec<(String, Option<String>)>,
    /// The DMARC result.
    pub dmarc: Option<String>,
    /// The sending address that the server saw, where it says so.
    pub client_ip: Option<IpAddr>,
}

/// Which decoder was used for a part or a header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CharsetUse {
    /// The part (`1.2`) or header (`header:Subject`).
    pub part: String,
    /// What the mail declared.
    pub declared: Option<String>,
    /// What was used.
    pub used: String,
}

/// What a mail is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Structure {
    /// The content types in order of the tree, one a part, with its number: `1.2 text/html`.
    pub tree: Vec<String>,
    /// Parts, nested ones included.
    pub parts: usize,
    /// It has a plain text body.
    pub has_plain: bool,
    /// It has an HTML body.
    pub has_html: bool,
    /// Some HTML body has a form.
    pub has_form: bool,
    /// Some HTML body has a script.
    pub has_script: bool,
    /// Some HTML body loads things from elsewhere.
    pub loads_remote: bool,
    /// S/MIME signature present (not checked).
    pub smime_signed: bool,
    /// S/MIME encrypted (not opened).
    pub smime_encrypted: bool,
    /// OpenPGP signature present (not checked).
    pub pgp_signed: bool,
    /// OpenPGP encrypted (not opened).
    pub pgp_encrypted: bool,
    /// A delivery report.
    pub delivery_report: bool,
    /// A read receipt.
    pub disposition_report: bool,
    /// An abuse feedback report.
    pub feedback_report: bool,
    /// It holds a calendar part.
    pub calendar: bool,
    /// It holds a `winmail.dat`.
    pub tnef: bool,
    /// It came as an Outlook file.
    pub outlook: bool,
    /// The multipart structure is broken (no boundary, never closed, never opened).
    pub broken: bool,
}

/// Something that was not as it should be; the mail was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: a part number, `header:NAME`, or empty for the mail as a whole.
    pub part: String,
    /// A fixed word to test for, one of [`PROBLEM_CODES`](crate::PROBLEM_CODES).
    pub code: &'static str,
    /// One sentence for people. It quotes nothing of the mail.
    pub text: String,
    /// The number in the sentence, where it has one, for whoever says the same in another language.
    pub number: Option<usize>,
}
