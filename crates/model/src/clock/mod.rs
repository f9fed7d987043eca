//! Clocks: when something is due, why exactly then, and by how much it was late.
//!
//! A *regime* (data, [`regime`]) says what must be told to whom and by when; the *rules* ([`rule`]) turn a trigger's
//! time into a due time that explains itself ([`explain`]); [`duty`] holds a regime against what happened. The time of
//! day is always an argument. Who may see a duty, and mailing the reminders, are left to others.

pub mod calendar;
pub mod duty;
pub mod era;
pub mod explain;
pub mod holiday;
pub mod regime;
pub mod remind;
pub mod rule;
pub mod shipped;

pub use calendar::Calendar;
pub use duty::{Duty, DutyState, Extension, Happened};
pub use regime::{Fact, Regime, RegimeFault};
pub use rule::{ClockFault, Due, Ending, Limit, Period, Place, Roll, Trigger};

mod raw;
