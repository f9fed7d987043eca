//! One sheet of text cells as an Office Open XML workbook (ECMA-376).
//!
//! Every cell is an inline string with the quote prefix that Excel itself sets before text: no formula can arise, not even when
//! somebody edits the cell. Formats, numbers and reading are left out; a whole library for that would cost the build more than
//! this page (see `docs/decisions`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

/// The most characters of one cell that Excel reads (its stated limit is 32,767); longer texts go on in the rows below.
const CELL_CHARS_MAX: usize = 32_000;

/// The longest name of a sheet that Excel accepts.
const SHEET_NAME_CHARS_MAX: usize = 31;

/// A sheet: rows from 1, columns by letter.
pub(super) struct Sheet {
    name: String,
    rows: BTreeMap<u32, BTreeMap<u32, (String, String)>>,
}

impl Sheet {
    pub(super) fn new(name: &str) -> Self {
        let plain = |c: char| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c };
        Self { name: name.chars().take(SHEET_NAME_CHARS_MAX).map(plain).collect(), rows: BTreeMap::new() }
    }

    /// Puts a text.
    pub(super) fn put(&mut self, column: &str, row: u32, text: &str) {
        let cells = self.rows.entry(row).or_default();
        cells.insert(number(column), (column.to_owned(), text.to_owned()));
    }

    /// Puts a text of any length; returns the next free row.
    pub(super) fn put_long(&mut self, column: &str, row: u32, text: &str) -> u32 {
        let chars: Vec<char> = text.chars().collect();
        let mut row = row;
        for piece in chars.chunks(CELL_CHARS_MAX) {
            self.put(column, row, &piece.iter().collect::<String>());
            row += 1;
        }
        if chars.is_empty() { row + 1 } else { row }
    }

    fn xml(&self) -> String {
        let mut out = String::from(HEAD);
        out.push_str(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#);
        out.push_str(r#"<cols><col min="1" max="1" width="44" customWidth="1"/><col min="2" max="26" width="80" customWidth="1"/></cols><sheetData>"#);
        for (row, cells) in &self.rows {
            let _ = write!(out, r#"<row r="{row}">"#);
            for (column, text) in cells.values() {
                let text = escaped(text);
                let _ = write!(
                    out,
                    r#"<c r="{column}{row}" s="1" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#
                );
            }
            out.push_str("</row>");
        }
        out.push_str("</sheetData></worksheet>");
        out
    }
}

/// The number of a column: A is 1, AA is 27.
fn number(column: &str) -> u32 {
    column.bytes().fold(0, |n, b| n * 26 + u32::from(b.wrapping_sub(b'A')) + 1)
}

/// Text as XML 1.0 can hold it: control characters that it cannot stand as U+FFFD, so that it shows that something was there.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            '\r' => out.push_str("&#13;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Style 1: text (format 49), wrapped, with the quote prefix.
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;

/// The bytes of a workbook with this sheet. The same sheet gives the same bytes.
pub(super) fn workbook(sheet: &Sheet) -> Result<Vec<u8>, ZipError> {
    let book = format!(
        r#"{HEAD}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        escaped(&sheet.name)
    );
    let with_head = |text: &str| format!("{HEAD}{text}");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", with_head(TYPES)),
        ("_rels/.rels", with_head(RELS)),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", with_head(BOOK_RELS)),
        ("xl/styles.xml", with_head(STYLES)),
        ("xl/worksheets/sheet1.xml", sheet.xml()),
    ] {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn sheet_xml(sheet: &Sheet) -> String {
        let bytes = workbook(sheet).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_formula_stays_text() {
        for attack in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://x\")"] {
            let mut sheet = Sheet::new("報告");
            sheet.put("B", 3, attack);
            let xml = sheet_xml(&sheet);
            assert!(xml.contains(r#"<c r="B3" s="1" t="inlineStr">"#), "{xml}");
            assert!(!xml.contains("<f>") && xml.contains(&escaped(attack)), "{xml}");
        }
        assert!(STYLES.contains(r#"quotePrefix="1""#));
    }

    #[test]
    fn long_texts_go_on_below_and_nothing_is_lost() {
        let mut sheet = Sheet::new("x");
        let long = "あ".repeat(CELL_CHARS_MAX + 5);
        assert_eq!(sheet.put_long("B", 3, &long), 5);
        assert_eq!(sheet.put_long("B", 5, ""), 6);
        assert_eq!(sheet_xml(&sheet).matches('あ').count(), CELL_CHARS_MAX + 5);
    }

    #[test]
    fn what_xml_cannot_hold_is_shown_as_such() {
        assert_eq!(escaped("a\u{0}b<c>&\"d\"\n"), "a\u{fffd}b&lt;c&gt;&amp;&quot;d&quot;\n");
        assert_eq!((number("A"), number("Z"), number("AA")), (1, 26, 27));
        assert_eq!(Sheet::new("a/b:c").name, "a b c");
    }
}
