//! Names: a listed name, or a name under one, at a label's bound (rules 3, 8, 9, 11, 18); and names of
//! files, which have the same shape (rule 19).

use std::net::{Ipv4Addr, Ipv6Addr};

use indicator::Kind;

use super::Judge;
use crate::sift::Lanes;

/// Longest name in the DNS. Of a longer run of name bytes only this much of its end is looked at.
const NAME_BYTES_MAX: usize = 253;

/// Longest local part looked at before an `@` (RFC 5321: 64).
const LOCAL_BYTES_MAX: usize = 64;

impl Judge<'_> {
    /// Judges the name that ends at `end`.
    pub(super) fn name(&mut self, lanes: &Lanes, end: usize) {
        let start = lanes.name_start(end);
        self.name_at(start, end, "domain");
        if self.byte(end) == b'\\' || self.byte_before(start) == b'\\' {
            self.unescaped(start, end);
        }
    }

    /// `\n`, `\t`, `\r` of JSON stand before a name as a letter that is none of it.
    fn unescaped(&mut self, start: usize, end: usize) {
        if self.byte_before(start) == b'\\' && matches!(self.byte(start), b'n' | b't' | b'r') {
            self.name_at(start + 1, end, "domain");
        }
    }

    /// Judges the name of these bytes; `whole` is the rule when all of it is listed.
    pub(super) fn name_at(&mut self, start: usize, end: usize, whole: &'static str) {
        let Some(written) = self.piece.get(start..end) else { return };
        let mut room = [0; NAME_BYTES_MAX];
        let n = written.len().min(NAME_BYTES_MAX);
        let lower = &mut room[..n];
        lower.copy_from_slice(&written[written.len() - n..]);
        lower.make_ascii_lowercase();
        let place = start..end;
        self.suffixes(lower, written.len() == n, place.clone(), whole);
        self.around(lower, place.clone());
        if self.set.has_kind(Kind::FileName) && written.len() == n {
            self.look_up(Kind::FileName, lower, place.clone(), "file-name");
        }
        if lower.ends_with(b".arpa") {
            self.pointer(lower, place);
        }
    }

    /// Looks up `name` and every name above it; `name` itself only where it is `whole`, not cut.
    pub(super) fn suffixes(
        &mut self,
        name: &[u8],
        whole: bool,
        place: std::ops::Range<usize>,
        rule: &'static str,
    ) {
        // Labels left of a byte that is not ASCII are another judge's.
        let ascii = name.iter().rposition(|b| !b.is_ascii()).map_or(0, |at| at + 1);
        let starts = name.iter().enumerate().filter(|(_, b)| **b == b'.').map(|(at, _)| at + 1);
        for at in std::iter::once(0).chain(starts) {
            let suffix = &name[at..];
            if at < ascii || at == 0 && !whole || !suffix.contains(&b'.') {
                continue;
            }
            let before = self.out.len();
            let rule = if at == 0 { rule } else { "subdomain" };
            self.look_up(Kind::Domain, suffix, place.clone(), rule);
            if at > 0 {
                let set = self.set;
                let mut i = before;
                while i < self.out.len() {
                    if set.only_host(self.out[i].entry) {
                        self.out.remove(i);
                    } else {
                        i += 1;
                    }
                }
            }
        }
    }

    /// What stands around a host: a URL, a mail address, the other fields of its record.
    pub(super) fn around(&mut self, host: &[u8], place: std::ops::Range<usize>) {
        if self.set.may_be_url_host(host, &mut self.key) {
            self.url(place.clone());
        }
        if matches!(self.byte_before(place.start), b'@' | b']' | b')' | b'}') {
            self.email(host, place);
        }
    }

    /// Reports the listed mail address whose host stands at `place`. Only its domain is folded: `canon` decides that.
    fn email(&mut self, host: &[u8], place: std::ops::Range<usize>) {
        let from = place.start.saturating_sub(LOCAL_BYTES_MAX + AT_MARKS[0].len());
        let before = &self.piece[from..place.start];
        let lower = before.to_ascii_lowercase();
        let Some(mark) = AT_MARKS.iter().find(|mark| lower.ends_with(mark.as_bytes())) else { return };
        let local_end = before.len() - mark.len();
        let local = before[..local_end].iter().rposition(|b| !is_local(*b)).map_or(0, |at| at + 1);
        let (Ok(local_part), Ok(host)) =
            (std::str::from_utf8(&before[local..local_end]), std::str::from_utf8(host))
        else {
            return;
        };
        // What stands before can be glued to the address (`smtp:a@…`, `to=a@…`): `is_local` ends it there.
        let written = format!("{local_part}@{host}");
        self.look_up_written(Kind::Email, &written, from + local..place.end, "email");
    }

    /// `4.3.2.1.in-addr.arpa` is a question about 1.2.3.4, under its own rule.
    fn pointer(&mut self, name: &[u8], place: std::ops::Range<usize>) {
        let Ok(name) = std::str::from_utf8(name) else { return };
        if let Some(labels) = name.strip_suffix(".in-addr.arpa") {
            let octets: Vec<&str> = labels.rsplit('.').take(4).collect();
            if let Ok(address) = octets.join(".").parse::<Ipv4Addr>() {
                self.v4_value(u32::from(address), place, "ptr-name");
            }
        } else if let Some(labels) = name.strip_suffix(".ip6.arpa") {
            let nibbles: String = labels.rsplit('.').take(32).collect();
            if let (32, Ok(address)) = (nibbles.len(), u128::from_str_radix(&nibbles, 16)) {
                self.v6_value(Ipv6Addr::from(address), place, "ptr-name");
            }
        }
    }
}

/// How texts write the `@`, longest first.
const AT_MARKS: [&str; 7] = ["[at]", "(at)", "{at}", "[@]", "(@)", "{@}", "@"];

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/?^_`{|}~.".contains(&byte)
}
