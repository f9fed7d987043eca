//! For tests: a frame, an item's content, and what every page must hold whatever stands on it.
//!
//! The checks are those that a machine can make on the text of a page: no script, no inline style, one first heading, labels
//! that name their fields, references that lead somewhere, elements that close. `NOROSHI_PAGES=DIR` writes the pages there, so
//! that a person can look at them without a hub.

use crate::web::frame::Frame;
use crate::web::{dates, nav};
use askama::Template;
use hub::Unread;
use hub::ops::auth::SignedIn;
use hub::ops::mine::MyRow;
use hub::ops::notice::Waiting;
use hub::unread::Place;
use jiff::Timestamp;
use model::id::{ItemId, OrgId, PersonId, SubmissionId};
use model::item::ItemContent;
use model::lang::{Bilingual, Lang};
use model::role::{OrgRole, PersonRole};
use model::state::SubmissionState;
use model::submission::{Door, Kind};
use sharing::Caller;
use std::collections::BTreeSet;

/// A time in the afternoon of Tokyo.
pub(crate) fn at() -> Timestamp {
    "2026-11-24T04:15:00Z".parse().unwrap()
}

/// A text in both languages.
pub(crate) fn both(ja: &str, en: &str) -> Bilingual {
    Bilingual { ja: ja.to_owned(), en: en.to_owned() }
}

pub(crate) fn item_id() -> ItemId {
    ItemId::from_random([7; 16])
}

pub(crate) fn submission_id() -> SubmissionId {
    SubmissionId::from_random([9; 16])
}

/// A mail that was just sent.
pub(crate) fn my_row() -> MyRow {
    MyRow {
        id: submission_id(),
        code: "7K3M-Q2XP-D".to_owned(),
        received_at: at(),
        door: Door::Web,
        kind: Kind::Mail,
        state: SubmissionState::Received,
        verdict: None,
        exercise: false,
        subject: None,
    }
}

/// What could not be read: with a code, and of the version before.
pub(crate) fn unread() -> Vec<Unread> {
    let place = Place::Part("1.2".to_owned());
    let coded = Unread { code: "mail-archive-locked".to_owned(), place, ..Unread::default() };
    vec![coded, Unread { text: "header:Subject: <no> end".to_owned(), ..Unread::default() }]
}

/// What an item says: every kind of field once.
pub(crate) fn content() -> ItemContent {
    serde_json::from_value(serde_json::json!({
        "indicators": [
            {"indicator": {"type": "url", "value": "https://login.evil.example/verify"}, "part": "link", "confidence": 80},
            {"indicator": {"type": "domain", "value": "evil.example"}, "part": "link", "confidence": 60},
            {"indicator": {"type": "email", "value": "billing@evil.example"}, "part": "sender", "confidence": 70},
            {"indicator": {"type": "ipv4", "value": "192.0.2.44"}, "part": "sending-host", "confidence": 50},
            {"indicator": {"type": "sha256", "value": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}, "part": "attachment", "confidence": 90}
        ],
        "story": ["invoice", "urgent"],
        "features": ["link-text-differs", "spf-fail"],
        "files": [{"content_type": "application/zip", "generic_name": "invoice.zip", "sha256": null}],
        "techniques": ["T1566.001", "T1204.002"],
        "mailer": "PHPMailer 5.2",
        "first_day": "2026-11-24T00:00:00Z",
        "restored": {"subject": "<請求書> の件"},
        "analysis": {"advice": ["search-mail", "block"], "ja": "同じ基盤が先月も使われました。", "en": "The same servers were used last month."}
    }))
    .unwrap()
}

/// A frame for a person with every role of its organisation.
pub(crate) fn frame(lang: Lang, org: OrgRole) -> Frame {
    let id = OrgId::from_random([1; 16]);
    let person = PersonId::from_random([2; 16]);
    let roles: BTreeSet<PersonRole> =
        PersonRole::ALL.iter().copied().filter(|r| r.of_hub() == (org == OrgRole::Hub)).collect();
    let who = SignedIn {
        caller: Caller::session(id, [org].into(), person, roles),
        person,
        name: "北山 しおり".to_owned(),
        organisation: both("あさぎり電力", "Asagiri Power"),
        lang,
        zone: "Asia/Tokyo".to_owned(),
        csrf: "a\"b".to_owned(),
        others: vec![(OrgId::from_random([3; 16]), both("あさぎり送電", "Asagiri Grid"))],
    };
    Frame {
        lang,
        zone: dates::zone(&who.zone),
        zone_name: who.zone.clone(),
        hub_name: if lang == Lang::Ja {
            "例示情報共有ハブ".to_owned()
        } else {
            "Example sharing hub".to_owned()
        },
        nav: nav::groups(&who.caller, "/inbox", &Waiting { approvals: 2, checks: 1, queue: 5, releases: 1 }),
        flash: Some("flash-saved".to_owned()),
        path: "/inbox".to_owned(),
        who: Some(who),
    }
}

/// Renders a page in both languages and checks it.
pub(crate) fn check_page<T: Template>(name: &str, org: OrgRole, make: impl Fn(Frame) -> T) {
    for lang in [Lang::Ja, Lang::En] {
        let html = make(frame(lang, org)).render().unwrap();
        keep(&format!("{name}.{lang}.html"), &html);
        let faults = faults(&html);
        assert!(faults.is_empty(), "{name} in {lang}: {faults:#?}");
        assert!(html.contains(&format!("<html lang=\"{lang}\">")), "{name} in {lang}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's own switch, never read by the product")]
fn keep(name: &str, html: &str) {
    if let Some(folder) = std::env::var_os("NOROSHI_PAGES") {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(name), html).unwrap();
    }
}

/// Elements without an end.
const VOID: &[&str] =
    &["meta", "link", "img", "input", "br", "hr", "path", "rect", "line", "circle", "polyline"];

/// What a paragraph cannot hold: a browser would close it there.
const BLOCKS: &[&str] = &[
    "p", "div", "ul", "ol", "dl", "form", "section", "table", "fieldset", "details", "pre", "h1", "h2", "h3",
    "nav",
];

/// What is wrong with a page.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let mut page = Page::default();
    for piece in html.split('<').skip(1) {
        let tag = piece.split('>').next().unwrap_or_default();
        match tag.strip_prefix('/') {
            _ if tag.starts_with('!') => {}
            Some(name) => page.close(name.trim()),
            None => page.open(tag),
        }
    }
    page.finish()
}

#[derive(Default)]
struct Page {
    open: Vec<String>,
    ids: Vec<String>,
    references: Vec<String>,
    labelled: BTreeSet<String>,
    fields: Vec<String>,
    first_headings: usize,
    faults: Vec<String>,
}

impl Page {
    fn open(&mut self, tag: &str) {
        let name = tag.split([' ', '\n', '/']).next().unwrap_or_default().to_owned();
        let value = |attribute: &str| {
            let start = tag.find(&format!(" {attribute}=\""))? + attribute.len() + 3;
            tag[start..].split('"').next().map(str::to_owned)
        };
        let foreign = name == "script" && value("src").is_none_or(|src| !src.starts_with("/assets/"));
        if foreign || tag.contains(" style=") || tag.contains(" onclick") {
            self.faults.push(format!("what the content policy forbids: {tag}"));
        }
        if self.open.iter().any(|o| o == "p") && BLOCKS.contains(&name.as_str()) {
            self.faults.push(format!("a block in a paragraph: {tag}"));
        }
        if name == "img" && value("alt").is_none() {
            self.faults.push(format!("a picture without words: {tag}"));
        }
        self.first_headings += usize::from(name == "h1");
        self.ids.extend(value("id"));
        for attribute in ["aria-labelledby", "aria-describedby", "list"] {
            // a list of ids, parted by blanks
            self.references
                .extend(value(attribute).iter().flat_map(|ids| ids.split_whitespace()).map(str::to_owned));
        }
        if name == "label" {
            self.labelled.extend(value("for"));
        }
        let field = ["input", "select", "textarea"].contains(&name.as_str())
            && value("type").as_deref() != Some("hidden");
        if field && !self.open.iter().any(|o| o == "label") {
            self.fields.push(value("id").unwrap_or_else(|| format!("(no id) {tag}")));
        }
        if !VOID.contains(&name.as_str()) && !tag.ends_with('/') {
            self.open.push(name);
        }
    }

    fn close(&mut self, name: &str) {
        if VOID.contains(&name) {
            return;
        }
        match self.open.pop() {
            Some(top) if top == name => {}
            top => self.faults.push(format!("</{name}> closes {top:?}")),
        }
    }

    fn finish(mut self) -> Vec<String> {
        let known: BTreeSet<String> = self.ids.iter().cloned().collect();
        if known.len() != self.ids.len() {
            self.faults.push(format!("an id stands twice: {:?}", self.ids));
        }
        self.faults
            .extend(self.references.iter().filter(|r| !known.contains(*r)).map(|r| format!("no id `{r}`")));
        self.faults.extend(
            self.fields.iter().filter(|f| !self.labelled.contains(*f)).map(|f| format!("no label for `{f}`")),
        );
        self.faults.extend(self.open.iter().map(|o| format!("<{o}> is never closed")));
        if self.first_headings != 1 {
            self.faults.push(format!("{} first headings", self.first_headings));
        }
        self.faults
    }
}

#[test]
fn faults_are_found() {
    let check = |html: &str, expected: &str| {
        assert!(faults(&format!("<h1>x</h1>{html}")).join("; ").contains(expected), "{html}");
    };
    check("<input id=\"a\">", "no label for `a`");
    check("<p><div></div></p>", "a block in a paragraph");
    check("<b style=\"x\"></b>", "what the content policy forbids");
    check("<i id=\"a\"></i><i id=\"a\"></i>", "an id stands twice");
    check("<i aria-labelledby=\"b\"></i>", "no id `b`");
    check("<ul><li></ul>", "</ul> closes");
    check("<img src=\"x\">", "a picture without words");
    assert_eq!(faults("<h1>x</h1><label>y <input name=\"n\"></label>"), Vec::<String>::new());
}
