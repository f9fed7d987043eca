//! A pattern made ready, and the evaluation of what stands between brackets on one observation.

use super::PatternFault;
use super::compare::Check;
use super::observed::Observed;
use super::search::search;
use super::tree::{Comparison, Expr, Path, Pattern, Qualifier};
use std::collections::BTreeMap;

/// The most alternatives kept while one bracket is evaluated. Only brackets that mix object types in `OR` under `AND`
/// have more than one.
const ALTERNATIVES_MAX: usize = 256;

/// Steps (objects looked at, values, members of sets, places in lists of objects) in which one bracket is decided on one
/// observation. Some seconds in a build without optimisation, a fraction of one in others; a bracket of 10,000 tests over
/// 1,000 objects fits.
const BRACKET_STEPS_MAX: u64 = 12_000_000;

/// What is left of the steps.
pub(crate) struct Budget(u64);

impl Budget {
    /// That of one bracket on one observation.
    pub(crate) fn bracket() -> Budget {
        Budget(BRACKET_STEPS_MAX)
    }

    /// Pays for so many steps.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), MatchFault> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.0 = self.0.checked_sub(steps).ok_or(MatchFault::TooCostly)?;
        Ok(())
    }
}

/// What satisfied a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Indices of the observations, in order.
    pub observed: Vec<usize>,
    /// When the first of them began, in microseconds since 1970.
    pub first: i64,
    /// When the last of them ended.
    pub last: i64,
}

/// Why a pattern could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchFault {
    /// The pattern does not compile.
    Pattern(PatternFault),
    /// A timestamp was asked for and the observed string is none.
    NoTimestamp {
        /// The path of the property.
        path: String,
        /// The observed string.
        value: String,
    },
    /// Too many combinations of observations would have to be tried.
    TooCostly,
}

impl std::fmt::Display for MatchFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MatchFault::Pattern(fault) => fault.fmt(f),
            MatchFault::NoTimestamp { path, value } => write!(f, "{path}: {value:?} is not a timestamp"),
            MatchFault::TooCostly => {
                f.write_str("too many combinations of observations to decide this pattern")
            }
        }
    }
}

impl std::error::Error for MatchFault {}

/// A pattern made ready for matching.
#[derive(Debug, Clone)]
pub struct Matcher {
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) plan: Plan,
}

/// The observation expressions, with the brackets replaced by their numbers.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    Leaf(usize),
    And(Vec<Plan>),
    Or(Vec<Plan>),
    FollowedBy(Vec<Plan>),
    Within(Box<Plan>, i64),
    Repeats(Box<Plan>, u32),
    StartStop(Box<Plan>, i64, i64),
}

/// What stands between two brackets, made ready.
#[derive(Debug, Clone)]
pub(crate) enum Leaf {
    Prop { path: Path, negated: bool, check: Check },
    And(Vec<Leaf>),
    Or(Vec<Leaf>),
}

/// For each object type the objects that satisfy so far.
type Alternative<'l> = BTreeMap<&'l str, Vec<usize>>;

impl Matcher {
    /// Makes a pattern ready. A regular expression that is too large, or needs look-around or back-references (which
    /// have no linear-time form), is a fault.
    pub fn new(pattern: &Pattern) -> Result<Matcher, PatternFault> {
        let mut leaves = Vec::new();
        let plan = plan(&pattern.expr, &mut leaves)?;
        Ok(Matcher { leaves, plan })
    }

    /// The first way in which `observed` satisfies the pattern.
    pub fn find(&self, observed: &[Observed]) -> Result<Option<Match>, MatchFault> {
        let mut hits = vec![Vec::new(); self.leaves.len()];
        for (leaf, hits) in self.leaves.iter().zip(&mut hits) {
            for (index, one) in observed.iter().enumerate() {
                if leaf.holds(one)? {
                    hits.push(index);
                }
            }
        }
        search(&self.plan, hits, observed)
    }
}

/// The first way in which `observed` satisfies `pattern`. To use a pattern more than once, make a [`Matcher`].
pub fn matches(pattern: &Pattern, observed: &[Observed]) -> Result<Option<Match>, MatchFault> {
    Matcher::new(pattern).map_err(MatchFault::Pattern)?.find(observed)
}

fn plan(expr: &Expr, leaves: &mut Vec<Leaf>) -> Result<Plan, PatternFault> {
    Ok(match expr {
        Expr::Test(comparison) => {
            leaves.push(leaf(comparison)?);
            Plan::Leaf(leaves.len() - 1)
        }
        Expr::And(parts) => Plan::And(plans(parts, leaves)?),
        Expr::Or(parts) => Plan::Or(plans(parts, leaves)?),
        Expr::FollowedBy(parts) => Plan::FollowedBy(plans(parts, leaves)?),
        Expr::Qualified(inner, qualifier) => {
            let inner = Box::new(plan(inner, leaves)?);
            match qualifier {
                // Beyond the range of the clock, every window is wide enough.
                Qualifier::Within(seconds) => Plan::Within(inner, (seconds * 1e6).min(9e18) as i64),
                Qualifier::Repeats(times) => Plan::Repeats(inner, *times),
                Qualifier::StartStop(start, stop) => Plan::StartStop(inner, micros(start), micros(stop)),
            }
        }
    })
}

fn plans(parts: &[Expr], leaves: &mut Vec<Leaf>) -> Result<Vec<Plan>, PatternFault> {
    parts.iter().map(|part| plan(part, leaves)).collect()
}

fn micros(literal: &super::tree::Literal) -> i64 {
    if let super::tree::Literal::Timestamp(_, micros) = literal { *micros } else { 0 }
}

fn leaf(comparison: &Comparison) -> Result<Leaf, PatternFault> {
    Ok(match comparison {
        Comparison::Prop(test) => {
            Leaf::Prop { path: test.path.clone(), negated: test.negated, check: Check::new(test)? }
        }
        Comparison::And(parts) => Leaf::And(parts.iter().map(leaf).collect::<Result<_, _>>()?),
        Comparison::Or(parts) => Leaf::Or(parts.iter().map(leaf).collect::<Result<_, _>>()?),
    })
}

impl Leaf {
    /// True when the objects of one observation satisfy the comparison: tests joined by `AND` on one object type must
    /// be satisfied by one and the same object.
    pub(crate) fn holds(&self, observed: &Observed) -> Result<bool, MatchFault> {
        Ok(!self.alternatives(observed, &mut Budget::bracket())?.is_empty())
    }

    fn alternatives(
        &self,
        observed: &Observed,
        budget: &mut Budget,
    ) -> Result<Vec<Alternative<'_>>, MatchFault> {
        match self {
            Leaf::Prop { path, negated, check } => prop(path, *negated, check, observed, budget),
            Leaf::Or(parts) => {
                let mut all: Vec<Alternative<'_>> = Vec::new();
                for part in parts {
                    for alternative in part.alternatives(observed, budget)? {
                        add(&mut all, alternative, budget)?;
                    }
                }
                Ok(all)
            }
            Leaf::And(parts) => {
                let mut all: Option<Vec<Alternative<'_>>> = None;
                for part in parts {
                    let here = part.alternatives(observed, budget)?;
                    let joined = match all {
                        None => here,
                        Some(before) => join(&before, &here, budget)?,
                    };
                    if joined.is_empty() {
                        return Ok(joined);
                    }
                    all = Some(joined);
                }
                Ok(all.unwrap_or_default())
            }
        }
    }
}

fn prop<'l>(
    path: &'l Path,
    negated: bool,
    check: &Check,
    observed: &Observed,
    budget: &mut Budget,
) -> Result<Vec<Alternative<'l>>, MatchFault> {
    let mut objects = Vec::new();
    budget.spend(observed.object_count())?;
    for index in 0..observed.object_count() {
        if observed.object(index).1 != path.object_type {
            continue;
        }
        let (values, key) = observed.resolve(index, path, budget)?;
        let mut holds = matches!(check, Check::Exists) && negated && values.is_empty();
        if !matches!(check, Check::Exists) || !negated {
            budget.spend(values.len().saturating_mul(check.steps()))?;
            for value in values {
                let answer = check
                    .holds(value, key)
                    .map_err(|no| MatchFault::NoTimestamp { path: path.to_string(), value: no.0 })?;
                holds |= answer != negated;
            }
        }
        if holds {
            objects.push(index);
        }
    }
    Ok(if objects.is_empty() {
        Vec::new()
    } else {
        vec![BTreeMap::from([(path.object_type.as_str(), objects)])]
    })
}

/// Adds an alternative; two over the same single type are one with both their objects.
fn add<'l>(
    all: &mut Vec<Alternative<'l>>,
    new: Alternative<'l>,
    budget: &mut Budget,
) -> Result<(), MatchFault> {
    budget.spend(all.len())?;
    if let (1, Some((type_, objects))) = (new.len(), new.iter().next()) {
        let same = all.iter_mut().find(|old| old.len() == 1 && old.contains_key(type_));
        if let Some(merged) = same.and_then(|old| old.get_mut(type_)) {
            budget.spend(merged.len() + objects.len())?;
            merged.extend(objects);
            merged.sort_unstable();
            merged.dedup();
            return Ok(());
        }
    }
    if all.len() >= ALTERNATIVES_MAX {
        return Err(MatchFault::TooCostly);
    }
    all.push(new);
    Ok(())
}

fn join<'l>(
    left: &[Alternative<'l>],
    right: &[Alternative<'l>],
    budget: &mut Budget,
) -> Result<Vec<Alternative<'l>>, MatchFault> {
    let mut all = Vec::new();
    for one in left {
        'pairs: for other in right {
            budget.spend(one.values().chain(other.values()).map(|objects| 1 + objects.len()).sum())?;
            let mut both = one.clone();
            for (type_, objects) in other {
                match both.get_mut(type_) {
                    None => drop(both.insert(type_, objects.clone())),
                    Some(mine) => {
                        keep_common(mine, objects);
                        if mine.is_empty() {
                            continue 'pairs;
                        }
                    }
                }
            }
            add(&mut all, both, budget)?;
        }
    }
    Ok(all)
}

/// Keeps what stands in both lists, which are in order.
fn keep_common(mine: &mut Vec<usize>, theirs: &[usize]) {
    let mut rest = theirs;
    mine.retain(|object| {
        rest = &rest[rest.iter().take_while(|other| *other < object).count()..];
        rest.first() == Some(object)
    });
}
