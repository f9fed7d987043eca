//! Counts that begin as ranges and are narrowed later: `45`, `10-20`, `100+`, `<=5`, unknown.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A count between two bounds, both included. No bound at all is "unknown".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// At least.
    pub low: Option<u64>,
    /// At most.
    pub high: Option<u64>,
}

/// A text that is no count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCount;

impl fmt::Display for NoCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a count; write 45, 10-20, 100+, <=5 or unknown")
    }
}

impl std::error::Error for NoCount {}

impl Count {
    /// Nothing is known of it.
    pub const UNKNOWN: Self = Self { low: None, high: None };

    /// Exactly `n`.
    #[must_use]
    pub fn exactly(n: u64) -> Self {
        Self { low: Some(n), high: Some(n) }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// Both added, bound by bound; a bound that one lacks is lacking in the sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let add = |a: Option<u64>, b: Option<u64>| Some(a?.saturating_add(b?));
        Self { low: add(self.low, other.low), high: add(self.high, other.high) }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => write!(f, "{low}"),
            (Some(low), Some(high)) => write!(f, "{low}-{high}"),
            (Some(low), None) => write!(f, "{low}+"),
            (None, Some(high)) => write!(f, "<={high}"),
            (None, None) => f.write_str("unknown"),
        }
    }
}

impl FromStr for Count {
    type Err = NoCount;

    /// Reads what people write: full-width digits, thousands separators, `～`, `〜`, `以上`, `以下`, `不明` too.
    fn from_str(text: &str) -> Result<Self, NoCount> {
        let folded: String = text.chars().filter(|c| !c.is_whitespace()).filter_map(fold).collect();
        if matches!(folded.as_str(), "unknown" | "不明" | "?") {
            return Ok(Self::UNKNOWN);
        }
        let number = |text: &str| text.parse::<u64>().map_err(|_| NoCount);
        if let Some(low) = folded.strip_suffix('+').or_else(|| folded.strip_suffix("以上")) {
            return Ok(Self { low: Some(number(low)?), high: None });
        }
        if let Some(high) = folded.strip_prefix("<=").or_else(|| folded.strip_suffix("以下")) {
            return Ok(Self { low: None, high: Some(number(high)?) });
        }
        match folded.split_once('-') {
            Some((low, high)) => {
                let (low, high) = (number(low)?, number(high)?);
                if low > high { Err(NoCount) } else { Ok(Self { low: Some(low), high: Some(high) }) }
            }
            None => number(&folded).map(Self::exactly),
        }
    }
}

/// One kind of digit, dash and sign; separators of thousands and units that say nothing go.
fn fold(c: char) -> Option<char> {
    match c {
        ',' | '，' | '台' | '件' | '人' | '名' | '約' => None,
        '～' | '〜' | '–' | '−' | 'ー' | '－' => Some('-'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        _ => Some(c.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(text.parse::<Count>().map(|c| c.to_string()), Ok(expected.to_owned()), "{text}");
    }

    #[test]
    fn counts_as_people_write_them() {
        check("45", "45");
        check("１０～２０台", "10-20");
        check("1,234", "1234");
        check("約100以上", "100+");
        check("5以下", "<=5");
        check("<= 5", "<=5");
        check("不明", "unknown");
        for bad in ["", "ten", "20-10", "-5", "1-2-3", "99999999999999999999"] {
            assert_eq!(bad.parse::<Count>(), Err(NoCount), "{bad}");
        }
    }

    #[test]
    fn what_is_printed_reads_back() {
        for count in [Count::UNKNOWN, Count::exactly(3), Count { low: Some(1), high: None }] {
            assert_eq!(count.to_string().parse(), Ok(count));
        }
    }

    #[test]
    fn sums_keep_what_is_not_known() {
        let some = Count { low: Some(10), high: Some(20) };
        assert_eq!(some.plus(Count::exactly(5)).to_string(), "15-25");
        assert_eq!(some.plus(Count { low: Some(1), high: None }).to_string(), "11+");
        assert!(some.plus(Count::UNKNOWN).is_unknown());
    }
}
