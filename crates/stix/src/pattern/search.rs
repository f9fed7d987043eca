//! Looks for observations that together satisfy an observation expression (section 9.5).
//!
//! Depth-first, choosing observations in the order of time. Each condition of time is tested as soon as an observation
//! is chosen, so that most wrong choices end at once; what is left is bounded by a budget.

use super::matcher::{Match, MatchFault, Plan};
use super::observed::Observed;

/// Choices tried before the search gives up. A second or so; patterns met in the wild need a few per observation.
const CHOICES_MAX: u64 = 2_000_000;

/// How deep the search recurses, which it does once for each choice and each level of the pattern. Threads have two
/// megabytes of stack; this takes less than half of it.
const DEPTH_MAX: usize = 1_000;

struct State<'o> {
    observed: &'o [Observed],
    hits: Vec<Vec<usize>>,
    /// How often each observation may still be chosen: `number_observed` of them are there.
    left: Vec<u64>,
    chosen: Vec<usize>,
    conditions: Vec<Condition>,
    budget: u64,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Condition {
    /// All chosen from this position on lie within so many microseconds.
    Within(usize, i64),
    /// Not before this moment.
    From(i64),
    /// Overlapping this span, whose end does not belong to it.
    Span(i64, i64),
}

type Then<'t, 'o> = dyn FnMut(&mut State<'o>) -> Result<bool, MatchFault> + 't;

/// The first way in which the observations satisfy `plan`; `hits` lists for each bracket the observations that
/// satisfy it.
pub(crate) fn search(
    plan: &Plan,
    mut hits: Vec<Vec<usize>>,
    observed: &[Observed],
) -> Result<Option<Match>, MatchFault> {
    for list in &mut hits {
        list.sort_by_key(|index| (observed[*index].first, *index));
    }
    let left = observed.iter().map(|one| one.count).collect();
    let mut state = State {
        observed,
        hits,
        left,
        chosen: Vec::new(),
        conditions: Vec::new(),
        budget: CHOICES_MAX,
        depth: 0,
    };
    if !possible(plan, &state) {
        return Ok(None);
    }
    let mut found = None;
    solve(plan, &mut state, &mut |state| {
        found = Some(state.chosen.clone());
        Ok(true)
    })?;
    Ok(found.map(|mut indices: Vec<usize>| {
        indices.sort_unstable();
        indices.dedup();
        let first = indices.iter().map(|index| observed[*index].first).min().unwrap_or_default();
        let last = indices.iter().map(|index| observed[*index].last).max().unwrap_or_default();
        Match { observed: indices, first, last }
    }))
}

/// A cheap look that spares the search where some bracket has too few observations.
fn possible(plan: &Plan, state: &State<'_>) -> bool {
    match plan {
        Plan::Leaf(leaf) => !state.hits[*leaf].is_empty(),
        Plan::And(parts) | Plan::FollowedBy(parts) => parts.iter().all(|part| possible(part, state)),
        Plan::Or(parts) => parts.iter().any(|part| possible(part, state)),
        Plan::Within(inner, _) => possible(inner, state),
        Plan::StartStop(inner, start, stop) => start < stop && possible(inner, state),
        Plan::Repeats(inner, times) => match inner.as_ref() {
            Plan::Leaf(leaf) => {
                let sum =
                    state.hits[*leaf].iter().fold(0u64, |sum, index| sum.saturating_add(state.left[*index]));
                sum >= u64::from(*times)
            }
            inner => possible(inner, state),
        },
    }
}

fn solve<'o>(plan: &Plan, state: &mut State<'o>, then: &mut Then<'_, 'o>) -> Result<bool, MatchFault> {
    state.deeper()?;
    let found = solve_here(plan, state, then);
    state.depth -= 1;
    found
}

fn solve_here<'o>(plan: &Plan, state: &mut State<'o>, then: &mut Then<'_, 'o>) -> Result<bool, MatchFault> {
    match plan {
        Plan::Leaf(leaf) => repeat_leaf(*leaf, 1, 0, state, then),
        Plan::Or(parts) => {
            for part in parts {
                if solve(part, state, then)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Plan::And(parts) => in_turn(parts, state, then),
        Plan::FollowedBy(parts) => followed_by(parts, state, then),
        Plan::Repeats(inner, times) => match inner.as_ref() {
            Plan::Leaf(leaf) => repeat_leaf(*leaf, *times, 0, state, then),
            inner => repeat(inner, *times, state, then),
        },
        Plan::Within(inner, width) => {
            under(Condition::Within(state.chosen.len(), *width), inner, state, then)
        }
        Plan::StartStop(inner, start, stop) => under(Condition::Span(*start, *stop), inner, state, then),
    }
}

/// Solves under one more condition, which does not bind what comes after.
fn under<'o>(
    condition: Condition,
    inner: &Plan,
    state: &mut State<'o>,
    then: &mut Then<'_, 'o>,
) -> Result<bool, MatchFault> {
    state.conditions.push(condition);
    let found = solve(inner, state, &mut |state| outside(state, then));
    state.conditions.pop();
    found
}

/// Goes on with the newest condition lifted.
fn outside<'o>(state: &mut State<'o>, then: &mut Then<'_, 'o>) -> Result<bool, MatchFault> {
    let lifted = state.conditions.pop();
    let found = then(state);
    state.conditions.extend(lifted);
    found
}

fn in_turn<'o>(parts: &[Plan], state: &mut State<'o>, then: &mut Then<'_, 'o>) -> Result<bool, MatchFault> {
    match parts.split_first() {
        None => then(state),
        Some((first, rest)) => solve(first, state, &mut |state| in_turn(rest, state, then)),
    }
}

fn repeat<'o>(
    inner: &Plan,
    times: u32,
    state: &mut State<'o>,
    then: &mut Then<'_, 'o>,
) -> Result<bool, MatchFault> {
    if times == 0 {
        return then(state);
    }
    solve(inner, state, &mut |state| repeat(inner, times - 1, state, then))
}

fn followed_by<'o>(
    parts: &[Plan],
    state: &mut State<'o>,
    then: &mut Then<'_, 'o>,
) -> Result<bool, MatchFault> {
    let Some((first, rest)) = parts.split_first() else { return then(state) };
    let from = state.chosen.len();
    solve(first, state, &mut |state| {
        if rest.is_empty() {
            return then(state);
        }
        let end =
            state.chosen[from..].iter().map(|index| state.observed[*index].last).max().unwrap_or(i64::MIN);
        state.conditions.push(Condition::From(end));
        let found = followed_by(rest, state, &mut |state| outside(state, then));
        state.conditions.pop();
        found
    })
}

/// Chooses `times` observations of one bracket, in the order of time and no order twice.
fn repeat_leaf<'o>(
    leaf: usize,
    times: u32,
    from: usize,
    state: &mut State<'o>,
    then: &mut Then<'_, 'o>,
) -> Result<bool, MatchFault> {
    if times == 0 {
        return then(state);
    }
    for at in from..state.hits[leaf].len() {
        let index = state.hits[leaf][at];
        if state.left[index] == 0 || !state.fits(index) {
            continue;
        }
        state.budget = state.budget.checked_sub(1).ok_or(MatchFault::TooCostly)?;
        state.left[index] -= 1;
        state.chosen.push(index);
        let found = state.deeper().and_then(|()| repeat_leaf(leaf, times - 1, at, state, then));
        state.depth = state.depth.saturating_sub(1);
        state.chosen.pop();
        state.left[index] += 1;
        if found? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl State<'_> {
    /// Counts one more level of recursion. After an error the counts no longer matter: the search is over.
    fn deeper(&mut self) -> Result<(), MatchFault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(MatchFault::TooCostly) } else { Ok(()) }
    }

    /// True when the observation may be chosen under all present conditions.
    fn fits(&self, index: usize) -> bool {
        let new = &self.observed[index];
        self.conditions.iter().all(|condition| match *condition {
            Condition::From(moment) => new.first >= moment,
            Condition::Span(start, stop) => new.first < stop && new.last >= start,
            Condition::Within(from, width) => {
                let others =
                    || self.chosen.get(from..).unwrap_or_default().iter().map(|i| &self.observed[*i]);
                let latest_start = others().map(|one| one.first).fold(new.first, i64::max);
                let earliest_end = others().map(|one| one.last).fold(new.last, i64::min);
                latest_start.saturating_sub(earliest_end) <= width
            }
        })
    }
}
