//! Looks for observations that together satisfy an observation expression (section 9.5).
//!
//! Depth-first, choosing observations in the order of time. The conditions of time say from where to where in that order
//! the next choice can lie, so that most wrong choices are never looked at; what is left is bounded by a budget that
//! pays for everything the search does, and not only for the choices that fit.

use super::matcher::{Match, MatchFault, Plan};
use super::observed::Observed;

/// Steps (levels entered, observations looked at, conditions and choices gone through) before the search gives up. Under
/// a second in a build without optimisation; patterns met in the wild need about ten per observation.
const STEPS_MAX: u64 = 8_000_000;

/// How deep the search recurses, which it does once for each choice and each level of the pattern. Threads have two
/// megabytes of stack; this takes less than half of it.
const DEPTH_MAX: usize = 1_000;

struct State<'o> {
    observed: &'o [Observed],
    hits: Vec<Hits>,
    /// How often each observation may still be chosen: `number_observed` of them are there.
    left: Vec<u64>,
    chosen: Vec<usize>,
    conditions: Vec<Condition>,
    /// What the conditions were before each choice that changed one, the newest last.
    before: Vec<Condition>,
    budget: u64,
    depth: usize,
}

/// The observations that satisfy one bracket.
struct Hits {
    /// In the order in which they began.
    order: Vec<usize>,
    /// For each place in that order the latest end up to there: it never falls, so it can be searched by halves.
    latest: Vec<i64>,
}

#[derive(Clone, Copy)]
enum Condition {
    /// All that is chosen while this is the case lies within so many microseconds.
    Within { width: i64, latest_start: i64, earliest_end: i64 },
    /// Not before this moment.
    From(i64),
    /// Overlapping this span, whose end does not belong to it.
    Span(i64, i64),
}

/// What all present conditions together want of the next observation.
struct Window {
    /// It begins at this moment or later, …
    from: i64,
    /// … at this moment or earlier, …
    until: i64,
    /// … ends at this moment or later, …
    end: i64,
    /// … and its own end lies before its beginning by no more than this (which well-formed ones never do).
    width: i64,
}

type Then<'t, 'o> = dyn FnMut(&mut State<'o>) -> Result<bool, MatchFault> + 't;

/// The first way in which the observations satisfy `plan`; `hits` lists for each bracket the observations that
/// satisfy it.
pub(crate) fn search(
    plan: &Plan,
    hits: Vec<Vec<usize>>,
    observed: &[Observed],
) -> Result<Option<Match>, MatchFault> {
    let hits = hits.into_iter().map(|list| Hits::new(list, observed)).collect();
    let left = observed.iter().map(|one| one.count).collect();
    let mut state = State {
        observed,
        hits,
        left,
        chosen: Vec::new(),
        conditions: Vec::new(),
        before: Vec::new(),
        budget: STEPS_MAX,
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
        Plan::Leaf(leaf) => !state.hits[*leaf].order.is_empty(),
        Plan::And(parts) | Plan::FollowedBy(parts) => parts.iter().all(|part| possible(part, state)),
        Plan::Or(parts) => parts.iter().any(|part| possible(part, state)),
        Plan::Within(inner, _) => possible(inner, state),
        Plan::StartStop(inner, start, stop) => start < stop && possible(inner, state),
        Plan::Repeats(inner, times) => match inner.as_ref() {
            Plan::Leaf(leaf) => {
                let order = state.hits[*leaf].order.iter();
                let sum = order.fold(0u64, |sum, index| sum.saturating_add(state.left[*index]));
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
            let all = Condition::Within { width: *width, latest_start: i64::MIN, earliest_end: i64::MAX };
            under(all, inner, state, then)
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
        state.spend(state.chosen.len() - from)?;
        let chosen = state.chosen[from..].iter();
        let end = chosen.map(|index| state.observed[*index].last).max().unwrap_or(i64::MIN);
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
    let window = state.window()?;
    let (start, stop) = state.range(leaf, &window)?;
    for at in start.max(from)..stop {
        state.spend(1)?;
        let index = state.hits[leaf].order[at];
        if state.left[index] == 0 || !window.takes(&state.observed[index]) {
            continue;
        }
        state.choose(index)?;
        let found = state.deeper().and_then(|()| repeat_leaf(leaf, times - 1, at, state, then));
        state.depth = state.depth.saturating_sub(1);
        state.take_back();
        if found? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Hits {
    fn new(mut order: Vec<usize>, observed: &[Observed]) -> Hits {
        order.sort_by_key(|index| (observed[*index].first, *index));
        let ends = order.iter().map(|index| observed[*index].last);
        let latest = ends.scan(i64::MIN, |latest, end| {
            *latest = end.max(*latest);
            Some(*latest)
        });
        Hits { latest: latest.collect(), order }
    }
}

impl Window {
    /// True when the observation, which lies in the range of this window, ends as it should.
    fn takes(&self, new: &Observed) -> bool {
        new.last >= self.end && new.first.saturating_sub(new.last) <= self.width
    }
}

impl State<'_> {
    /// Pays for so many steps.
    fn spend(&mut self, steps: usize) -> Result<(), MatchFault> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.budget = self.budget.checked_sub(steps).ok_or(MatchFault::TooCostly)?;
        Ok(())
    }

    /// Counts one more level of recursion. After an error the counts no longer matter: the search is over.
    fn deeper(&mut self) -> Result<(), MatchFault> {
        self.spend(1)?;
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(MatchFault::TooCostly) } else { Ok(()) }
    }

    /// What the present conditions want, which is the same for all observations that one bracket could choose next.
    fn window(&mut self) -> Result<Window, MatchFault> {
        self.spend(self.conditions.len())?;
        let mut all = Window { from: i64::MIN, until: i64::MAX, end: i64::MIN, width: i64::MAX };
        for condition in &self.conditions {
            match *condition {
                Condition::From(moment) => all.from = all.from.max(moment),
                Condition::Span(start, stop) => {
                    // The times are whole microseconds: before the stop is at the one before it or earlier.
                    all.until = all.until.min(stop.saturating_sub(1));
                    all.end = all.end.max(start);
                }
                Condition::Within { width, latest_start, earliest_end } => {
                    all.until = all.until.min(earliest_end.saturating_add(width));
                    all.end = all.end.max(latest_start.saturating_sub(width));
                    all.width = all.width.min(width);
                }
            }
        }
        Ok(all)
    }

    /// The places among a bracket's observations outside of which none fits the window.
    fn range(&mut self, leaf: usize, window: &Window) -> Result<(usize, usize), MatchFault> {
        let hits = &self.hits[leaf];
        let begins = hits.order.partition_point(|index| self.observed[*index].first < window.from);
        let ends = hits.latest.partition_point(|latest| *latest < window.end);
        let stop = hits.order.partition_point(|index| self.observed[*index].first <= window.until);
        // Three searches by halves, each of as many looks as the length has binary digits.
        let digits = usize::BITS - hits.order.len().leading_zeros();
        self.spend(3 * digits as usize)?;
        Ok((begins.max(ends), stop))
    }

    /// Chooses an observation, and narrows the conditions by it.
    fn choose(&mut self, index: usize) -> Result<(), MatchFault> {
        self.spend(self.conditions.len())?;
        let new = &self.observed[index];
        for condition in &mut self.conditions {
            let before = *condition;
            if let Condition::Within { latest_start, earliest_end, .. } = condition {
                *latest_start = new.first.max(*latest_start);
                *earliest_end = new.last.min(*earliest_end);
                self.before.push(before);
            }
        }
        self.left[index] -= 1;
        self.chosen.push(index);
        Ok(())
    }

    /// Undoes the newest choice. The conditions are again those under which it was made.
    fn take_back(&mut self) {
        for condition in self.conditions.iter_mut().rev() {
            if matches!(condition, Condition::Within { .. })
                && let Some(before) = self.before.pop()
            {
                *condition = before;
            }
        }
        if let Some(index) = self.chosen.pop() {
            self.left[index] += 1;
        }
    }
}
