//! The tables, read once: properties, vocabularies, relationships.

use super::Version;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a line of the table describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    Domain,
    Relationship,
    Observable,
    Meta,
    /// A structure within objects.
    Part,
}

#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) category: Category,
    pub(super) props: HashMap<&'static str, Prop>,
    pub(super) required: Vec<&'static str>,
    /// Of these, its own, at least one is there; empty where the standard asks for none.
    pub(super) any_of: Vec<&'static str>,
}

#[derive(Debug)]
pub(super) struct Prop {
    pub(super) kind: Kind,
}

/// What a property holds; the letters stand at the head of the table.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Text,
    Integer,
    NotNegative,
    Number,
    Bool,
    Time,
    /// With three digits of the second at least (section 3.2, `created`).
    TimeMillis,
    Language,
    Dictionary(Values),
    Hashes,
    Hex,
    Base64,
    Uri,
    External,
    Extensions,
    Any,
    List(Box<Kind>),
    Reference(Vec<&'static str>),
    Vocabulary(&'static str),
    Closed(Vec<&'static str>),
    Part(&'static str),
}

/// What the values of a dictionary are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    Any,
    Text,
    Integer,
    TextOrInteger,
    Texts,
    TextOrTexts,
}

impl Kind {
    /// The types that a reference, or list of references, may lead to.
    pub(super) fn referred(&self) -> Option<&[&'static str]> {
        match self {
            Kind::Reference(types) => Some(types),
            Kind::List(inner) => inner.referred(),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Tables {
    parts: HashMap<&'static str, Part>,
}

impl Tables {
    pub(super) fn part(&self, name: &str) -> Option<&Part> {
        self.parts.get(name)
    }

    pub(super) fn is(&self, name: &str, category: Category) -> bool {
        self.part(name).is_some_and(|part| part.category == category)
    }
}

static V21: LazyLock<Tables> = LazyLock::new(|| read(include_str!("tables/stix-2.1.schema")));
static V20: LazyLock<Tables> = LazyLock::new(|| read(include_str!("tables/stix-2.0.schema")));

static VOCABULARIES: LazyLock<HashMap<&'static str, HashSet<&'static str>>> = LazyLock::new(|| {
    let lines = lines(include_str!("tables/vocabularies"));
    lines.filter_map(|line| Some((line.split(' ').next()?, line.split(' ').skip(1).collect()))).collect()
});

type Suggested = HashMap<&'static str, HashMap<&'static str, Vec<&'static str>>>;

static RELATIONSHIPS: LazyLock<Suggested> = LazyLock::new(|| {
    let mut all = Suggested::new();
    for line in lines(include_str!("tables/relationships")) {
        if let [source, word, targets] = line.split(' ').collect::<Vec<_>>().as_slice() {
            all.entry(source).or_default().insert(word, targets.split(',').collect());
        }
    }
    all
});

pub(super) fn tables(version: Version) -> &'static Tables {
    match version {
        Version::V20 => &V20,
        Version::V21 => &V21,
    }
}

/// True when `word` stands in the vocabulary.
pub(super) fn in_vocabulary(vocabulary: &str, word: &str) -> bool {
    VOCABULARIES.get(vocabulary).is_some_and(|words| words.contains(word))
}

/// The suggested targets of a relationship; `None` where the source suggests no such relationship.
pub(super) fn suggested_targets(source: &str, relationship: &str) -> Option<&'static [&'static str]> {
    RELATIONSHIPS.get(source)?.get(relationship).map(Vec::as_slice)
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn read(text: &'static str) -> Tables {
    let mut shared: HashMap<&str, Vec<&'static str>> = HashMap::new();
    let mut parts = HashMap::new();
    for line in lines(text) {
        let mut cells = line.split(" | ").map(str::trim);
        let mut head = cells.next().unwrap_or_default().trim_end_matches([' ', '|']).split(' ');
        let name = head.next().unwrap_or_default();
        let own: Vec<&'static str> = cells.filter(|cell| !cell.is_empty()).collect();
        if let Some(category) = name.strip_prefix('@') {
            parts.insert(name, part(name, Category::Meta, own.iter().copied()));
            shared.insert(category, own);
            continue;
        }
        let word = head.next().unwrap_or_default();
        let all = shared.get(word).into_iter().flatten().chain(&own).copied();
        let mut part = part(name, category(word), all);
        if head.next() == Some("1") {
            part.any_of = own.iter().map(|cell| key_and_kind(cell).0.trim_end_matches('!')).collect();
        }
        parts.insert(name, part);
    }
    Tables { parts }
}

fn part(name: &'static str, category: Category, cells: impl Iterator<Item = &'static str>) -> Part {
    let mut part = Part { name, category, props: HashMap::new(), required: Vec::new(), any_of: Vec::new() };
    for cell in cells {
        let (key, kind) = key_and_kind(cell);
        let bare = key.trim_end_matches('!');
        if bare.len() < key.len() && !part.required.contains(&bare) {
            part.required.push(bare);
        }
        part.props.insert(bare, Prop { kind: kind_of(kind) });
    }
    part
}

fn key_and_kind(cell: &'static str) -> (&'static str, &'static str) {
    cell.split_once(' ').unwrap_or((cell, "*"))
}

fn category(word: &str) -> Category {
    match word {
        "sdo" => Category::Domain,
        "sro" => Category::Relationship,
        "sco" => Category::Observable,
        "meta" => Category::Meta,
        _ => Category::Part,
    }
}

fn kind_of(text: &'static str) -> Kind {
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Kind::List(Box::new(kind_of(inner)));
    }
    if let Some(types) = text.strip_prefix("r:") {
        return Kind::Reference(types.split(',').filter(|type_| !type_.is_empty()).collect());
    }
    if let Some(words) = text.strip_prefix("c:") {
        return Kind::Closed(words.split(',').collect());
    }
    if let Some(name) = text.strip_prefix("v:") {
        return Kind::Vocabulary(name);
    }
    if let Some(name) = text.strip_prefix('.') {
        return Kind::Part(name);
    }
    if let Some(values) = text.strip_prefix("d:") {
        return Kind::Dictionary(match values {
            "s" => Values::Text,
            "i" => Values::Integer,
            "si" => Values::TextOrInteger,
            "sl" => Values::Texts,
            _ => Values::TextOrTexts,
        });
    }
    match text {
        "s" => Kind::Text,
        "i" => Kind::Integer,
        "i0" => Kind::NotNegative,
        "n" => Kind::Number,
        "b" => Kind::Bool,
        "t" => Kind::Time,
        "t3" => Kind::TimeMillis,
        "l" => Kind::Language,
        "d" => Kind::Dictionary(Values::Any),
        "h" => Kind::Hashes,
        "x" => Kind::Hex,
        "64" => Kind::Base64,
        "u" => Kind::Uri,
        "e" => Kind::External,
        "E" => Kind::Extensions,
        _ => Kind::Any,
    }
}
