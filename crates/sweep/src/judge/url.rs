//! URLs: found from their host, read to their ends, compared in canonical form (rules 13, 14, 15).
//!
//! A listed URL matches exactly that URL: neither its bare host nor a longer path.

use std::ops::Range;

use indicator::Kind;

use super::Judge;
use super::high::is_latin;

/// Longest URL read from text; longer ones are data.
const URL_BYTES_MAX: usize = 16 * 1024;

/// Longest user info skipped between scheme and host.
const USER_BYTES_MAX: usize = 128;

/// How often the end of a URL is taken one mark shorter.
const TRIMS_MAX: usize = 8;

/// How texts write what stands between scheme and host, and how many bytes that is.
const MARKS: [&str; 7] = ["://", ":\\/\\/", "[://]", "[:]//", "(:)//", "[:]\\/\\/", ":\\\\/\\\\/"];

impl Judge<'_> {
    /// Judges the URL around a host that some listed URL may have.
    pub(super) fn url(&mut self, host: Range<usize>) {
        match self.scheme_before(host.start) {
            Some((start, scheme)) => self.whole_url(start, &scheme, host),
            None => {
                self.met_url_host = true;
                self.joined(host);
            }
        }
    }

    /// Where the URL around a host starts, and its scheme as it should be written.
    fn scheme_before(&self, host: usize) -> Option<(usize, String)> {
        let marks_end = if self.byte_before(host) == b'@' { self.user_start(host - 1)? } else { host };
        let before = &self.piece[..marks_end];
        let mark = MARKS.iter().find(|mark| before.ends_with(mark.as_bytes()))?;
        let scheme_end = marks_end - mark.len();
        let run = before[..scheme_end]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'*')
            .count();
        let scheme = String::from_utf8_lossy(&before[scheme_end - run..scheme_end]).to_ascii_lowercase();
        let scheme = match scheme.as_str() {
            "hxxp" | "hxp" | "h**p" | "htxp" | "hxtp" | "httx" => "http".to_owned(),
            "hxxps" | "hxps" | "h**ps" | "htxps" | "hxtps" => "https".to_owned(),
            "fxp" => "ftp".to_owned(),
            _ => scheme,
        };
        (!scheme.is_empty()).then_some((scheme_end - run, scheme))
    }

    /// Where user info before an `@` starts: behind the `//`.
    fn user_start(&self, at: usize) -> Option<usize> {
        let from = at.saturating_sub(USER_BYTES_MAX);
        let user = &self.piece[from..at];
        let slash = user.iter().rposition(|b| matches!(b, b'/' | b' ' | b'"' | b'\n'))?;
        (user[slash] == b'/').then_some(from + slash + 1)
    }

    fn whole_url(&mut self, start: usize, scheme: &str, host: Range<usize>) {
        let (rest, ends) = self.read_to_end(host.start);
        let full = format!("{scheme}://{rest}");
        if full.len() > URL_BYTES_MAX || self.shortened(&full, scheme, start, &host, &ends) {
            return;
        }
        // Japanese goes on behind a URL without a space; a path in Japanese was found above.
        if let Some(at) = full.find(|c| !is_latin(c)) {
            self.shortened(&full[..at], scheme, start, &host, &ends);
        }
    }

    /// Looks a URL up, and what is left of it without the marks at its end; true where it is listed.
    fn shortened(
        &mut self,
        full: &str,
        scheme: &str,
        start: usize,
        host: &Range<usize>,
        ends: &[usize],
    ) -> bool {
        let mut text = full;
        for _ in 0..TRIMS_MAX {
            let kept = text.len() - (scheme.len() + 3);
            let end = ends.get(kept).copied().unwrap_or(host.end);
            if end < host.end {
                return false;
            }
            if self.look_up_written(Kind::Url, text, start..end, "url") {
                return true;
            }
            // A sentence's or a bracket's end is no part of the URL; where it is, the longer text was found above.
            let trimmed = text
                .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '*', '_', '&', '|']);
            let last = text.len() - trimmed.len();
            if last == 0 {
                return false;
            }
            text = &text[..text.len() - 1];
        }
        false
    }

    /// The text from `at` to where no URL goes on, JSON escapes undone; and for each length of it the place in the piece.
    fn read_to_end(&self, at: usize) -> (String, Vec<usize>) {
        let mut text = Vec::new();
        let mut ends = vec![at];
        let mut i = at;
        while text.len() < URL_BYTES_MAX {
            let (byte, len) = match self.byte(i) {
                b'\\' => match self.escape(i) {
                    Some(escape) => escape,
                    None => break,
                },
                b' ' | b'"' | b'<' | b'>' | b'`' | b'^' | 0..=0x1f | 0x7f => break,
                b if Some(b) == self.columns.and_then(|c| c.separator()) => break,
                b => (b, 1),
            };
            text.push(byte);
            i += len;
            ends.push(i);
        }
        match String::from_utf8(text) {
            Ok(text) => (text, ends),
            Err(fault) => {
                let upto = fault.utf8_error().valid_up_to();
                let mut bytes = fault.into_bytes();
                bytes.truncate(upto);
                (String::from_utf8(bytes).unwrap_or_default(), ends)
            }
        }
    }

    /// `\/` and `\u00xx` of JSON and `\=` of CEF, as byte and length; `None` where the backslash ends the URL.
    fn escape(&self, at: usize) -> Option<(u8, usize)> {
        match self.byte(at + 1) {
            byte @ (b'/' | b'=') => Some((byte, 2)),
            b'u' => {
                let digits = std::str::from_utf8(self.piece.get(at + 2..at + 6)?).ok()?;
                let byte = u8::try_from(u32::from_str_radix(digits, 16).ok()?).ok()?;
                (byte.is_ascii_graphic() && byte != b'"').then_some((byte, 6))
            }
            _ => None,
        }
    }
}
