//! Cutting an mbox into its messages.

use crate::header::line_end;
use crate::limits;

/// The messages of an mbox, each without its `From ` line. A file without such lines is one message.
#[must_use]
pub fn read_mbox(raw: &[u8]) -> Vec<&[u8]> {
    let mut list = Vec::new();
    let mut start = None;
    let mut at = 0;
    let mut after_blank = true;
    while at < raw.len() {
        let end = line_end(raw, at);
        let line = &raw[at..end];
        if after_blank && is_separator(line) {
            if let Some(start) = start {
                list.push(&raw[start..at]);
            }
            start = Some(end);
            if list.len() >= limits::MBOX_MESSAGES_MAX {
                return list;
            }
        }
        after_blank = line.iter().all(u8::is_ascii_whitespace);
        at = end;
    }
    match start {
        Some(start) => list.push(&raw[start..]),
        None if !raw.is_empty() => list.push(raw),
        None => {}
    }
    list
}

/// Whether a file starts as an mbox does.
#[must_use]
pub fn is_mbox(raw: &[u8]) -> bool {
    is_separator(&raw[..line_end(raw, 0)])
}

/// `From sender date`: a word, then a clock time somewhere in the line.
fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.len() < 400
        && line
            .windows(3)
            .any(|three| three[0].is_ascii_digit() && three[1] == b':' && three[2].is_ascii_digit())
}
