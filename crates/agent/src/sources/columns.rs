//! The columns of a text with a header: CSV, Zeek's tab-separated logs, W3C and IIS.

use sweep::Columns;

/// Lines in which a header is looked for.
const HEADER_LINES_MAX: usize = 32;

/// The columns that the first bytes of a text tell of.
pub(super) fn columns(head: &[u8]) -> Option<Columns> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}');
    for line in text.lines().take(HEADER_LINES_MAX) {
        if let Some(names) = line.strip_prefix("#fields") {
            return Columns::from_names(b'\t', names.trim_start().split('\t'));
        }
        if let Some(names) = line.strip_prefix("#Fields:") {
            let separator = if names.contains('\t') { '\t' } else { ' ' };
            return Columns::from_names(separator as u8, names.trim().split(separator));
        }
        if !line.starts_with('#') {
            break;
        }
    }
    let first = text.lines().find(|l| !l.starts_with('#') && !l.trim().is_empty())?;
    [',', '\t', ';', '|']
        .into_iter()
        .filter(|separator| first.contains(*separator))
        .find_map(|separator| Columns::from_header(separator as u8, first))
}
