//! CSV whose columns every publisher names differently.

use super::{Listed, Problem, Reading, code, shown};
use crate::{Indicator, Kind, parse};

/// Column names that hold the value.
const VALUE_NAMES: &[&str] = &[
    "value",
    "indicator",
    "ioc",
    "iocs",
    "indicator_value",
    "observable",
    "entity",
    "data",
    "artifact",
    "atom",
    "ioc_value",
    "content",
    "indicators",
    "pattern",
    "値",
    "指標",
    "インジケータ",
];
/// Column names that hold the kind.
const TYPE_NAMES: &[&str] = &[
    "type",
    "indicator_type",
    "ioc_type",
    "entity_type",
    "kind",
    "observable_type",
    "data_type",
    "種別",
    "種類",
    "タイプ",
];
/// Column names that hold words for people.
const COMMENT_NAMES: &[&str] = &[
    "comment",
    "comments",
    "description",
    "notes",
    "note",
    "context",
    "details",
    "備考",
    "説明",
    "コメント",
];
/// Column names that hold labels.
const LABEL_NAMES: &[&str] =
    &["tags", "tag", "labels", "label", "category", "malware", "malware_family", "threat"];

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Value,
    /// Values of one kind, as the name of the column says.
    Of(Kind),
    Type,
    Comment,
    Label,
    Other,
}

fn column(name: &str) -> Column {
    let name: String = name
        .trim()
        .trim_matches(['"', '\u{feff}'])
        .to_lowercase()
        .chars()
        .map(|c| if matches!(c, ' ' | '-') { '_' } else { c })
        .collect();
    let is = |names: &[&str]| names.contains(&name.as_str());
    if is(VALUE_NAMES) {
        return Column::Value;
    }
    if is(TYPE_NAMES) {
        return Column::Type;
    }
    if is(COMMENT_NAMES) {
        return Column::Comment;
    }
    if is(LABEL_NAMES) {
        return Column::Label;
    }
    match kind_named(&name) {
        Some(kind) => Column::Of(kind),
        None => Column::Other,
    }
}

/// The kind that a publisher's word means.
pub(super) fn kind_named(name: &str) -> Option<Kind> {
    let name = name.trim().to_lowercase();
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match plain.as_str() {
        "ip" | "ipv4" | "ipアドレス" | "ipaddress" | "ipaddr" | "ipv4addr" | "ipdst" | "ipsrc"
        | "ipv4address" | "hostip" => Kind::Ipv4,
        "ipv6" | "ipv6addr" | "ipv6address" => Kind::Ipv6,
        "cidr" | "netblock" | "iprange" => Kind::Cidr4,
        "domain" | "hostname" | "fqdn" | "domainname" | "host" | "ドメイン" => Kind::Domain,
        "url" | "uri" | "link" => Kind::Url,
        "email" | "emailaddress" | "emailsrc" | "emaildst" | "emailaddr" | "sender" => Kind::Email,
        "md5" | "filemd5" | "filehashmd5" | "md5hash" | "hashmd5" => Kind::Md5,
        "sha1" | "filesha1" | "filehashsha1" | "sha1hash" | "hashsha1" => Kind::Sha1,
        "sha256" | "filesha256" | "filehashsha256" | "sha256hash" | "hashsha256" => Kind::Sha256,
        "sha512" | "filesha512" | "filehashsha512" | "sha512hash" => Kind::Sha512,
        "cve" | "vulnerability" => Kind::Cve,
        "filename" | "file" | "ファイル名" => Kind::FileName,
        "filepath" | "path" => Kind::FilePath,
        "registrykey" | "registry" | "regkey" => Kind::RegistryKey,
        "mutex" => Kind::Mutex,
        "useragent" => Kind::UserAgent,
        "asn" | "as" => Kind::Asn,
        "ja3" => Kind::Ja3,
        "ja4" => Kind::Ja4,
        "imphash" => Kind::Imphash,
        "tlsh" => Kind::Tlsh,
        "ssdeep" => Kind::Ssdeep,
        "btc" | "xmr" | "cryptoaddress" | "wallet" => Kind::CryptoAddress,
        _ => return None,
    })
}

/// Whether a line names columns, one of them of values.
pub(super) fn has_header(line: &str) -> bool {
    let columns: Vec<Column> = line.split(char::from(separator(line))).map(column).collect();
    let known = columns.iter().filter(|column| **column != Column::Other).count();
    let values = columns.iter().any(|column| matches!(column, Column::Value | Column::Of(_)));
    values && known * 2 >= columns.len() && !line.contains("://")
}

/// The separator that a header uses most.
fn separator(line: &str) -> u8 {
    let count = |separator: u8| line.bytes().filter(|b| *b == separator).count();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|separator| (count(*separator), *separator == b','))
        .unwrap_or(b',')
}

/// Reads columns with a header. Any of the usual names for value, kind, comment and labels is understood; a column that is
/// named after a kind holds values of it. Without a header every cell is tried.
pub fn read_csv(file: &[u8]) -> (Vec<Listed>, Vec<Problem>) {
    let text = String::from_utf8_lossy(file);
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let header = has_header(first);
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(separator(first))
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut reading = Reading::default();
    let mut columns: Vec<Column> = Vec::new();
    let mut seen_header = !header;
    for row in rows.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, |position| to_usize(position.line()));
                reading.problem(line, code::NOT_A_ROW, "not a row of CSV", []);
                continue;
            }
        };
        if !seen_header {
            columns = row.iter().map(column).collect();
            seen_header = true;
            continue;
        }
        read_row(&mut reading, &row, &columns);
    }
    reading.finish()
}

fn to_usize(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

fn read_row(reading: &mut Reading, row: &csv::StringRecord, columns: &[Column]) {
    let line = row.position().map_or(0, |position| to_usize(position.line()));
    let cells = || row.iter().enumerate().map(|(at, cell)| (columns.get(at).copied(), cell.trim()));
    let cell =
        |wanted: Column| cells().find(|(column, _)| *column == Some(wanted)).map_or("", |(_, cell)| cell);
    let comment = cell(Column::Comment).to_owned();
    let written_kind = cell(Column::Type);
    let mut labels: Vec<String> = cell(Column::Label)
        .split([',', ';', '|'])
        .map(|label| label.trim().to_owned())
        .filter(|label| !label.is_empty())
        .collect();
    if !written_kind.is_empty() && kind_named(written_kind).is_none() {
        labels.push(written_kind.to_owned());
    }
    let mut any = false;
    for (column, cell) in cells().filter(|(_, cell)| !cell.is_empty()) {
        let indicator = match column {
            Some(Column::Value) => valued(written_kind, cell),
            Some(Column::Of(kind)) => Indicator::new(kind, cell).ok().or_else(|| parse(cell)),
            None if columns.is_empty() => parse(cell),
            _ => continue,
        };
        match indicator {
            Some(indicator) => {
                any = true;
                reading.listed(Listed { indicator, labels: labels.clone(), comment: comment.clone(), line });
            }
            None if columns.is_empty() => {}
            None => reading.problem(line, code::NOT_AN_INDICATOR, "not an indicator: {}", [shown(cell)]),
        }
    }
    if !any && columns.is_empty() {
        reading.problem(line, code::NONE_IN_ROW, "no indicator in this row", []);
    }
}

/// The value of a row whose kind another cell names; a kind that does not fit the value is overruled by it.
fn valued(written_kind: &str, value: &str) -> Option<Indicator> {
    match kind_named(written_kind) {
        Some(kind) => Indicator::new(kind, value).ok().or_else(|| parse(value)),
        None => parse(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: &[&str], problems: usize) {
        let (listed, found) = read_csv(file.as_bytes());
        let listed: Vec<String> = listed
            .iter()
            .map(|one| format!("{} {} {:?} {}", one.line, one.indicator, one.labels, one.comment))
            .collect();
        assert_eq!(listed, expected, "{file}");
        assert_eq!(found.len(), problems, "{found:?}");
    }

    #[test]
    fn headers() {
        check("value,type,description\nevil[.]example,hostname,c2\n", &["2 domain:evil.example [] c2"], 0);
        check("Type;Indicator;Tags\nip;192.0.2.1;a,b\n", &["2 ipv4:192.0.2.1 [\"a\", \"b\"] "], 0);
        check(
            "sha256,filename,notes\n,evil.exe,\"two\nlines\"\n",
            &["2 file-name:evil.exe [] two\nlines"],
            0,
        );
        check(
            "entity_type,indicator\nbackdoor,evil.example\n",
            &["2 domain:evil.example [\"backdoor\"] "],
            0,
        );
    }

    #[test]
    fn odd_rows() {
        check("evil.example,192.0.2.1\nx,y\n", &["1 domain:evil.example [] ", "1 ipv4:192.0.2.1 [] "], 1);
        check("value,type\n???,domain\nevil.example\n", &["3 domain:evil.example [] "], 1);
        check("", &[], 0);
    }
}
