//! IPv4 addresses: whole ones only, and every listed range around them (rules 1, 4, 6).

use std::net::Ipv6Addr;
use std::ops::Range;

use indicator::Kind;

use super::Judge;
use crate::sift::Address;

/// Longest run of hexadecimal digits and colons read before an address, to see whether it ends an IPv6 address.
const V6_BEFORE_MAX: usize = 36;

impl Judge<'_> {
    /// Judges an address whose block is listed.
    pub(super) fn v4(&mut self, address: Address) {
        let (start, end) = (address.start as usize, address.end as usize);
        if self.goes_on_before(start) || self.goes_on_after(end) {
            return;
        }
        let rule = match self.v6_around(start, end) {
            None => "ipv4",
            Some(v6) if v6.to_ipv4_mapped().is_some() => "ipv4-mapped",
            Some(_) => return,
        };
        self.v4_value(address.value, start..end, rule);
        // A host that is an address: of a URL, or of a mail address, whose `@` stands before it.
        if self.set.has_v4_url_host() || !matches!(self.byte_before(start), b' ' | b'\t' | b'"') {
            let piece = self.piece;
            self.around(&piece[start..end], start..end);
        }
    }

    /// Reports the address and every range around it.
    pub(super) fn v4_value(&mut self, value: u32, place: Range<usize>, rule: &'static str) {
        self.look_up(Kind::Ipv4, &value.to_be_bytes(), place.clone(), rule);
        let mut lengths = if self.set.may_range_v4(value) { self.set.facts().v4_lengths } else { 0 };
        while lengths != 0 {
            let len = lengths.trailing_zeros();
            lengths &= lengths - 1;
            let mask = u32::MAX.checked_shl(32 - len).unwrap_or(0);
            let rule = if rule == "ipv4" { "range" } else { rule };
            let [a, b, c, d] = (value & mask).to_be_bytes();
            self.look_up(Kind::Cidr4, &[len as u8, a, b, c, d], place.clone(), rule);
        }
    }

    /// A letter, a digit, or a dot with one of them before it: part of something longer.
    fn goes_on_before(&self, start: usize) -> bool {
        let byte = self.byte_before(start);
        byte.is_ascii_alphanumeric() && !self.is_escape_letter(start)
            || byte == b'.' && start >= 2 && self.byte(start - 2).is_ascii_alphanumeric()
            || is_latin(&self.piece[start.saturating_sub(2)..start])
    }

    /// The `n` of a JSON `\n` is no letter of the text.
    fn is_escape_letter(&self, start: usize) -> bool {
        start >= 2 && matches!(self.byte(start - 1), b'n' | b't' | b'r') && self.byte(start - 2) == b'\\'
    }

    fn goes_on_after(&self, end: usize) -> bool {
        let byte = self.byte(end);
        byte.is_ascii_alphanumeric()
            || byte == b'.' && self.byte(end + 1).is_ascii_alphanumeric()
            || is_latin(self.piece.get(end..end + 2).unwrap_or_default())
    }

    /// The IPv6 address that these digits end, if they do.
    fn v6_around(&self, start: usize, end: usize) -> Option<Ipv6Addr> {
        if self.byte_before(start) != b':' {
            return None;
        }
        let from = start.saturating_sub(V6_BEFORE_MAX);
        let run =
            self.piece[from..start].iter().rev().take_while(|b| b.is_ascii_hexdigit() || **b == b':').count();
        std::str::from_utf8(&self.piece[start - run..end]).ok()?.parse().ok()
    }
}

/// A letter of Latin script beyond ASCII, written in two bytes. Other scripts stand next to numbers without a space.
fn is_latin(two: &[u8]) -> bool {
    matches!(two, [0xc3..=0xc9, 0x80..=0xbf])
}
