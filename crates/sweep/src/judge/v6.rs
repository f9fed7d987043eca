//! IPv6 addresses: compared as 128 bits, however written, and every listed range around them (rules 4, 5, 6).

use std::net::Ipv6Addr;
use std::ops::Range;

use indicator::Kind;

use super::Judge;

/// Bytes looked at on either side of a colon. The longest address has 45; a longer chain is something else.
const REACH: usize = 64;

impl Judge<'_> {
    /// Judges the chain of colons around `colon`. Returns how far the text has been seen, so that a chain is read once.
    pub(super) fn v6(&mut self, colon: usize, seen_to: usize) -> usize {
        if colon < seen_to {
            return seen_to;
        }
        let from = colon.saturating_sub(REACH).max(seen_to);
        let inside = |b: &u8| b.is_ascii_hexdigit() || *b == b':';
        let start = colon - self.piece[from..colon].iter().rev().take_while(|b| inside(b)).count();
        let upto = (colon + REACH).min(self.piece.len());
        let run = self.piece[colon..upto].iter().take_while(|b| inside(b) || **b == b'.').count();
        let end = colon + run;
        if let Some((address, place)) = self.read_v6(start, end) {
            self.v6_hit(address, place);
        }
        end.max(colon + 1)
    }

    /// The address within a run of digits and colons: marks of the sentence and a label before it taken off.
    fn read_v6(&self, start: usize, end: usize) -> Option<(Ipv6Addr, Range<usize>)> {
        let mut start = self.without_label(start)?;
        let text = &self.piece[start..end];
        if text.first() == Some(&b':') && text.get(1) != Some(&b':') {
            start += 1;
        }
        let mut end = end;
        while end > start + 2
            && (self.byte(end - 1) == b'.' || self.byte(end - 1) == b':' && self.byte(end - 2) != b':')
        {
            end -= 1;
        }
        let after = self.byte(end);
        if after.is_ascii_alphanumeric() || after == b'_' {
            return None;
        }
        let parse = |from: usize, to: usize| parse(self.piece.get(from..to)?);
        if let Some(address) = parse(start, end) {
            return Some((address, start..end));
        }
        // `2001:db8::1.443`, as packet dumps write a port
        let dot = self.piece[start..end].iter().position(|b| *b == b'.');
        if let Some(address) = dot.and_then(|dot| parse(start, start + dot)) {
            return Some((address, start..start + dot.unwrap_or(0)));
        }
        // `add:2001:db8:…`: a word of letters that happen to be digits too
        let colon = self.piece[start..end].iter().position(|b| *b == b':')?;
        let letters = colon > 0 && self.piece[start..start + colon].iter().all(u8::is_ascii_alphabetic);
        let from = start + colon + 1;
        letters.then(|| parse(from, end)).flatten().map(|address| (address, from..end))
    }

    /// Where the run starts once a word before it is taken off (`src:2001:db8::1`); `None` where the run is the end
    /// of something else.
    fn without_label(&self, start: usize) -> Option<usize> {
        let before = self.byte_before(start);
        if !before.is_ascii_alphanumeric() && before != b'_' {
            return Some(start);
        }
        let from = start.saturating_sub(REACH);
        let word = self.piece[from..start].iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        let colon = self.piece[start..].iter().take(5).position(|b| *b == b':')?;
        self.piece[start - word..start + colon].iter().all(u8::is_ascii_alphabetic).then_some(start + colon)
    }

    fn v6_hit(&mut self, address: Ipv6Addr, place: Range<usize>) {
        match address.to_ipv4_mapped() {
            Some(v4) => self.v4_value(u32::from(v4), place.clone(), "ipv4-mapped"),
            None => self.v6_value(address, place.clone(), "ipv6"),
        }
        let bracketed = place.start > 0 && self.byte(place.start - 1) == b'[' && self.byte(place.end) == b']';
        if address.to_ipv4_mapped().is_none() && bracketed {
            let host = format!("[{address}]");
            self.around(host.as_bytes(), place.start - 1..place.end + 1);
        }
    }

    /// Reports the address and every range around it.
    pub(super) fn v6_value(&mut self, address: Ipv6Addr, place: Range<usize>, rule: &'static str) {
        if !self.set.may_hold_v6(u128::from(address)) {
            return;
        }
        self.look_up(Kind::Ipv6, &address.octets(), place.clone(), rule);
        let mut lengths = self.set.facts().v6_lengths;
        while lengths != 0 {
            let len = lengths.trailing_zeros();
            lengths &= lengths - 1;
            let mask = u128::MAX.checked_shl(128 - len).unwrap_or(0);
            let mut range = [len as u8; 17];
            range[1..].copy_from_slice(&(u128::from(address) & mask).to_be_bytes());
            let rule = if rule == "ipv6" { "range" } else { rule };
            self.look_up(Kind::Cidr6, &range, place.clone(), rule);
        }
    }
}

/// Reads an address; the same answer as the standard library, in a third of its time.
fn parse(text: &[u8]) -> Option<Ipv6Addr> {
    if text.contains(&b'.') {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let (mut groups, mut count, mut gap) = ([0u16; 8], 0, None);
    let (mut group, mut digits) = (0u32, 0);
    let mut after_colon = false;
    for (i, byte) in text.iter().enumerate() {
        if *byte != b':' {
            group = group << 4 | char::from(*byte).to_digit(16)?;
            digits += 1;
            after_colon = false;
            if digits > 4 {
                return None;
            }
            continue;
        }
        if digits > 0 {
            *groups.get_mut(count)? = group as u16;
            count += 1;
            (group, digits) = (0, 0);
        } else if after_colon {
            if gap.replace(count).is_some() {
                return None;
            }
        } else if i != 0 {
            return None;
        }
        after_colon = true;
    }
    if digits > 0 {
        *groups.get_mut(count)? = group as u16;
        count += 1;
    } else if gap != Some(count) {
        return None;
    }
    if text.first() == Some(&b':') && text.get(1) != Some(&b':') {
        return None;
    }
    match gap {
        Some(gap) if count < 8 => {
            groups.copy_within(gap..count, 8 - (count - gap));
            groups[gap..8 - (count - gap)].fill(0);
            Some(groups.into())
        }
        None if count == 8 => Some(groups.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) {
        assert_eq!(parse(text.as_bytes()), text.parse().ok(), "{text}");
    }

    #[test]
    fn parse_agrees_with_the_standard_library() {
        for text in [
            "",
            ":",
            "::",
            ":::",
            "1::",
            "::1",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::8",
            ":1::8",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "12345::",
            "1::2::3",
            "g::",
            "1:",
            ":1",
            "1::2:",
            "2001:DB8::0001",
            "::ffff:192.0.2.1",
            "1:2:3:4:5:6:7:",
        ] {
            check(text);
        }
    }

    proptest! {
        #[test]
        fn parse_agrees_on_anything(text in "[0-9a-f:]{0,20}") {
            check(&text);
        }

        #[test]
        fn parse_reads_what_is_printed(bits: u128, zeroed: u128) {
            check(&Ipv6Addr::from(bits & zeroed).to_string());
        }
    }
}
