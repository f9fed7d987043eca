//! Many patterns at once: an index by their atoms, so that an observation meets only the patterns it could satisfy.
//!
//! Each bracket is filed under tests that it cannot do without: equal values in a hash table, the longest fixed piece
//! of a `LIKE` or `MATCHES` in one automaton, the rest under its property. What the index finds is then evaluated in
//! full, so the index decides nothing and can only save work.

use super::PatternFault;
use super::compare::nfc;
use super::matcher::{Budget, Match, MatchFault, Matcher, Plan};
use super::observed::Observed;
use super::search::search;
use super::tree::{Comparison, Expr, Literal, Op, Path, Pattern, PropTest, Test};
use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Shorter pieces are in nearly every text, and would find too much.
const PIECE_BYTES_MIN: usize = 3;

/// A pattern that was satisfied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its index in the list that the set was made of.
    pub pattern: usize,
    /// By what.
    pub matched: Match,
}

/// Many patterns made ready.
#[derive(Debug)]
pub struct PatternSet {
    patterns: Vec<Option<Matcher>>,
    /// Pattern and bracket of each filed bracket.
    leaves: Vec<(u32, u32)>,
    types: HashMap<String, TypeIndex>,
}

#[derive(Debug, Default)]
struct TypeIndex {
    /// Brackets that any object of the type may satisfy.
    always: Vec<u32>,
    paths: Vec<PathIndex>,
}

#[derive(Debug)]
struct PathIndex {
    path: Path,
    texts: HashMap<String, Vec<u32>>,
    numbers: HashMap<u64, Vec<u32>>,
    pieces: Option<AhoCorasick>,
    piece_leaves: Vec<Vec<u32>>,
    /// Brackets that any value may satisfy.
    any: Vec<u32>,
}

/// Something that a bracket cannot do without.
#[derive(Debug, Clone)]
enum Anchor {
    Text(String),
    Number(f64),
    Piece(String),
    AnyValue,
    AnyObject,
}

impl Anchor {
    /// The more an anchor lets through, the higher.
    fn breadth(&self) -> usize {
        match self {
            Anchor::Text(_) | Anchor::Number(_) => 1,
            Anchor::Piece(_) => 4,
            Anchor::AnyValue => 1_000,
            Anchor::AnyObject => 10_000,
        }
    }
}

type Filed<'p> = (&'p Path, Anchor);

impl PatternSet {
    /// Makes patterns ready. Those that cannot be (see [`Matcher::new`]) are named, and the set does without them.
    pub fn new(patterns: &[Pattern]) -> (PatternSet, Vec<(usize, PatternFault)>) {
        let mut faults = Vec::new();
        let mut building: BTreeMap<&Path, Vec<(Anchor, u32)>> = BTreeMap::new();
        let mut set = PatternSet { patterns: Vec::new(), leaves: Vec::new(), types: HashMap::new() };
        for (number, pattern) in patterns.iter().enumerate() {
            let matcher = Matcher::new(pattern).map_err(|fault| faults.push((number, fault))).ok();
            if matcher.is_some() {
                let mut brackets = Vec::new();
                collect(&pattern.expr, &mut brackets);
                for (bracket, comparison) in brackets.into_iter().enumerate() {
                    let filed = u32::try_from(set.leaves.len()).unwrap_or(u32::MAX);
                    set.leaves.push((
                        u32::try_from(number).unwrap_or(u32::MAX),
                        u32::try_from(bracket).unwrap_or(0),
                    ));
                    for (path, anchor) in anchors(comparison) {
                        building.entry(path).or_default().push((anchor, filed));
                    }
                }
            }
            set.patterns.push(matcher);
        }
        for (path, filed) in building {
            let index = set.types.entry(path.object_type.clone()).or_default();
            index.file(path, filed);
        }
        (set, faults)
    }

    /// Which patterns the observations satisfy. A pattern of one bracket is a hit for each observation that satisfies
    /// it; the others are one hit, by the first combination found. What could not be decided is listed.
    pub fn scan(&self, observed: &[Observed]) -> (Vec<Hit>, Vec<(usize, MatchFault)>) {
        let mut hits = Vec::new();
        let mut faults = Vec::new();
        let mut collected: BTreeMap<u32, Vec<Vec<usize>>> = BTreeMap::new();
        // The observation that last looked at a bracket, so that none looks twice.
        let mut seen = vec![usize::MAX; self.leaves.len()];
        let mut candidates = Vec::new();
        let mut faulty = vec![false; self.patterns.len()];
        for (index, one) in observed.iter().enumerate() {
            candidates.clear();
            self.candidates(one, &mut |leaf| {
                if std::mem::replace(&mut seen[leaf as usize], index) != index {
                    candidates.push(leaf);
                }
            });
            for leaf in &candidates {
                let (number, bracket) = self.leaves[*leaf as usize];
                let Some(matcher) = &self.patterns[number as usize] else { continue };
                match matcher.leaves[bracket as usize].holds(one) {
                    Ok(false) => {}
                    Ok(true) if matches!(matcher.plan, Plan::Leaf(_)) => {
                        let matched = Match { observed: vec![index], first: one.first, last: one.last };
                        hits.push(Hit { pattern: number as usize, matched });
                    }
                    Ok(true) => {
                        let lists =
                            collected.entry(number).or_insert_with(|| vec![Vec::new(); matcher.leaves.len()]);
                        lists[bracket as usize].push(index);
                    }
                    // One fault a pattern tells what is wrong; one an observation would fill the memory.
                    Err(fault) if !std::mem::replace(&mut faulty[number as usize], true) => {
                        faults.push((number as usize, fault));
                    }
                    Err(_) => {}
                }
            }
        }
        for (number, lists) in collected {
            let Some(matcher) = &self.patterns[number as usize] else { continue };
            match search(&matcher.plan, lists, observed) {
                Ok(None) => {}
                Ok(Some(matched)) => hits.push(Hit { pattern: number as usize, matched }),
                Err(fault) => faults.push((number as usize, fault)),
            }
        }
        (hits, faults)
    }

    /// The brackets that could hold. Where paths lead to more values than the budget allows, the brackets of the rest are
    /// all named: each then looks, or says that it cannot, by its own budget.
    fn candidates(&self, one: &Observed, found: &mut impl FnMut(u32)) {
        let mut budget = Budget::bracket();
        for index in 0..one.object_count() {
            let Some(types) = self.types.get(one.object(index).1) else { continue };
            types.always.iter().copied().for_each(&mut *found);
            for path in &types.paths {
                match one.resolve(index, &path.path, &mut budget) {
                    Ok((values, _)) => values.into_iter().for_each(|value| path.look_up(value, found)),
                    Err(_) => path.all(found),
                }
            }
        }
    }
}

impl TypeIndex {
    fn file(&mut self, path: &Path, filed: Vec<(Anchor, u32)>) {
        let mut texts: HashMap<String, Vec<u32>> = HashMap::new();
        let mut numbers: HashMap<u64, Vec<u32>> = HashMap::new();
        let mut pieces: HashMap<String, Vec<u32>> = HashMap::new();
        let mut any = Vec::new();
        for (anchor, leaf) in filed {
            match anchor {
                Anchor::Text(text) => texts.entry(text).or_default().push(leaf),
                Anchor::Number(number) => numbers.entry(key(number)).or_default().push(leaf),
                Anchor::Piece(piece) => pieces.entry(piece).or_default().push(leaf),
                Anchor::AnyValue => any.push(leaf),
                Anchor::AnyObject => self.always.push(leaf),
            }
        }
        let (words, mut piece_leaves): (Vec<String>, Vec<Vec<u32>>) = pieces.into_iter().unzip();
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&words).ok();
        if automaton.is_none() {
            any.extend(piece_leaves.drain(..).flatten());
        }
        let pieces = automaton.filter(|_| !words.is_empty());
        if !(texts.is_empty() && numbers.is_empty() && pieces.is_none() && any.is_empty()) {
            self.paths.push(PathIndex { path: path.clone(), texts, numbers, pieces, piece_leaves, any });
        }
    }
}

impl PathIndex {
    fn all(&self, found: &mut impl FnMut(u32)) {
        let filed = self.texts.values().chain(self.numbers.values()).chain(&self.piece_leaves);
        filed.flatten().chain(&self.any).copied().for_each(found);
    }

    fn look_up(&self, value: &Value, found: &mut impl FnMut(u32)) {
        self.any.iter().copied().for_each(&mut *found);
        match value {
            Value::String(text) => {
                if let Some(leaves) = self.texts.get(text) {
                    leaves.iter().copied().for_each(&mut *found);
                }
                if let Some(automaton) = &self.pieces {
                    for piece in automaton.find_overlapping_iter(nfc(text).as_ref()) {
                        self.piece_leaves[piece.pattern().as_usize()].iter().copied().for_each(&mut *found);
                    }
                }
            }
            Value::Number(number) => {
                let leaves = number.as_f64().and_then(|float| self.numbers.get(&key(float)));
                leaves.into_iter().flatten().copied().for_each(found);
            }
            _ => {}
        }
    }
}

/// Equal numbers have equal keys: negative zero is zero.
fn key(float: f64) -> u64 {
    (float + 0.0).to_bits()
}

/// The brackets of an expression, in the order in which [`Matcher`] numbers them.
fn collect<'p>(expr: &'p Expr, brackets: &mut Vec<&'p Comparison>) {
    match expr {
        Expr::Test(comparison) => brackets.push(comparison),
        Expr::And(parts) | Expr::Or(parts) | Expr::FollowedBy(parts) => {
            parts.iter().for_each(|part| collect(part, brackets));
        }
        Expr::Qualified(inner, _) => collect(inner, brackets),
    }
}

/// Where a comparison is to be filed so that it is found whenever it could hold.
fn anchors(comparison: &Comparison) -> Vec<Filed<'_>> {
    match comparison {
        Comparison::Prop(test) => of_test(test).into_iter().map(|anchor| (&test.path, anchor)).collect(),
        Comparison::Or(parts) => parts.iter().flat_map(anchors).collect(),
        // One of them is enough: the narrowest.
        Comparison::And(parts) => {
            let breadth =
                |filed: &Vec<Filed<'_>>| filed.iter().map(|(_, anchor)| anchor.breadth()).sum::<usize>();
            parts.iter().map(anchors).min_by_key(breadth).unwrap_or_default()
        }
    }
}

fn of_test(test: &PropTest) -> Vec<Anchor> {
    // Bytes are compared after decoding, so their text is no anchor.
    let bytes = test.path.steps.iter().rev().find_map(|step| match step {
        super::tree::Step::Key(key) => Some(key.ends_with("_bin") || key.ends_with("_hex")),
        _ => None,
    });
    match &test.test {
        Test::Exists if test.negated => vec![Anchor::AnyObject],
        _ if test.negated || bytes == Some(true) => vec![Anchor::AnyValue],
        Test::Compare(Op::Equal, literal) => vec![of_literal(literal)],
        Test::In(items) => items.iter().map(of_literal).collect(),
        Test::Like(text) => {
            let text = nfc(text);
            let longest = text.split(['%', '_']).max_by_key(|piece| piece.len()).unwrap_or_default();
            vec![of_piece(longest.to_owned())]
        }
        Test::Matches(text) => {
            let piece = regex_syntax::parse(&nfc(text)).map(|hir| longest_piece(&hir)).unwrap_or_default();
            vec![of_piece(piece)]
        }
        _ => vec![Anchor::AnyValue],
    }
}

fn of_literal(literal: &Literal) -> Anchor {
    match literal {
        Literal::Text(text) => Anchor::Text(text.clone()),
        Literal::Int(int) => Anchor::Number(*int as f64),
        Literal::Float(float) => Anchor::Number(*float),
        _ => Anchor::AnyValue,
    }
}

fn of_piece(piece: String) -> Anchor {
    if piece.len() >= PIECE_BYTES_MIN { Anchor::Piece(piece) } else { Anchor::AnyValue }
}

/// The longest text that every match of the expression contains, letter case aside.
fn longest_piece(hir: &Hir) -> String {
    let mut runs = vec![String::new()];
    pieces(hir, &mut runs);
    runs.into_iter().max_by_key(String::len).unwrap_or_default()
}

/// Extends the last run, or begins a new one where the text is not fixed.
fn pieces(hir: &Hir, runs: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Literal(literal) => match (std::str::from_utf8(&literal.0), runs.last_mut()) {
            (Ok(text), Some(run)) => run.push_str(text),
            _ => runs.push(String::new()),
        },
        HirKind::Class(class) => match (one_letter(class), runs.last_mut()) {
            (Some(letter), Some(run)) => run.push(letter),
            _ => runs.push(String::new()),
        },
        HirKind::Concat(parts) => parts.iter().for_each(|part| pieces(part, runs)),
        HirKind::Capture(capture) => pieces(&capture.sub, runs),
        HirKind::Look(_) | HirKind::Empty => {}
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            runs.push(String::new());
            pieces(&repetition.sub, runs);
            runs.push(String::new());
        }
        HirKind::Repetition(_) | HirKind::Alternation(_) => runs.push(String::new()),
    }
}

/// The letter of a class that holds nothing but its two cases.
fn one_letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    match class.ranges() {
        [upper, lower] if upper.start() == upper.end() && lower.start() == lower.end() => {
            let letter = lower.start();
            (letter.is_ascii_lowercase() && letter.to_ascii_uppercase() == upper.start()).then_some(letter)
        }
        _ => None,
    }
}
