//! A URL whose host and path stand in separate fields of one record (rule 15).
//!
//! The fields are found by their names: in the header's columns, in the members of a JSON object, or before an `=`.
//! That happens only where the host of a listed URL was seen.

use std::ops::Range;

use indicator::Kind;
use serde_json::Value;

use super::Judge;

/// Names of fields that hold a host.
const HOSTS: &[&str] = &[
    "host",
    "cs-host",
    "cs(host)",
    "hostname",
    "http_host",
    "http.host",
    "http.hostname",
    "domain",
    "dhost",
    "server_name",
    "destinationhostname",
    "dest_host",
    "dst_host",
    "r-host",
    "x-host",
    "url.domain",
    "destination.domain",
    "dest_domain",
    "clientrequesthost",
    "requesthost",
    "request_host",
    "http.request.host",
    "vhost",
];

/// Names of fields that hold a path, with or without a query.
const PATHS: &[&str] = &[
    "uri",
    "url",
    "path",
    "cs-uri",
    "cs-uri-stem",
    "request_uri",
    "request",
    "http.uri",
    "http.url",
    "uri_path",
    "cs-uri-path",
    "url.original",
    "url.path",
    "request_url",
    "uri-stem",
    "clientrequesturi",
    "clientrequestpath",
    "requestpath",
    "requesturi",
    "request.uri",
    "request_path",
    "http.request.uri",
    "url_path",
];

/// Names of fields that hold the query alone.
const QUERIES: &[&str] =
    &["cs-uri-query", "query_string", "uri_query", "url.query", "uri-query", "querystring", "url_query"];

/// Longest record that is parsed for its fields.
const RECORD_BYTES_MAX: usize = 256 * 1024;

/// Where host and path stand in the lines of a file with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    separator: u8,
    hosts: Vec<usize>,
    path: usize,
    query: Option<usize>,
}

impl Columns {
    /// The columns of a header's names; `None` where host and path are not both there.
    pub fn from_names<'a>(separator: u8, names: impl Iterator<Item = &'a str>) -> Option<Self> {
        let names: Vec<String> = names.map(|n| n.trim().trim_matches('"').to_ascii_lowercase()).collect();
        let place = |known: &[&str]| known.iter().find_map(|k| names.iter().position(|n| n == k));
        let hosts: Vec<usize> = (0..names.len()).filter(|i| HOSTS.contains(&names[*i].as_str())).collect();
        let path = place(PATHS)?;
        (!hosts.is_empty()).then(|| Self { separator, hosts, path, query: place(QUERIES) })
    }

    /// The same of a header's line, whose names may be quoted.
    pub fn from_header(separator: u8, line: &str) -> Option<Self> {
        Self::from_names(separator, fields(line, separator).iter().map(String::as_str))
    }

    /// The separator, where it cannot stand within a URL.
    pub(super) fn separator(&self) -> Option<u8> {
        Some(self.separator).filter(|s| *s != b' ')
    }
}

impl Judge<'_> {
    /// Joins the host at `host` with the paths of its record and looks the URLs up.
    pub(super) fn joined(&mut self, host: Range<usize>) {
        let line = self.line_around(host.clone());
        if line.len() > RECORD_BYTES_MAX {
            return;
        }
        let Ok(name) = std::str::from_utf8(&self.piece[host.clone()]) else { return };
        let name = name.to_owned();
        let record = &self.piece[line];
        let mut paths = Vec::new();
        let text = String::from_utf8_lossy(record);
        if text.trim_start().starts_with('{') {
            if let Ok(value) = serde_json::from_str::<Value>(text.trim()) {
                json_paths(&value, "", &name, &mut paths);
            }
        } else if let Some(columns) = self.columns {
            paths.extend(column_path(columns, &text, &name));
        } else {
            paths.extend(key_value_path(&text, &name));
        }
        for path in paths.iter().filter(|p| p.starts_with('/')) {
            for scheme in ["http", "https"] {
                self.look_up_written(
                    Kind::Url,
                    &format!("{scheme}://{name}{path}"),
                    host.clone(),
                    "url-joined",
                );
            }
        }
    }

    fn line_around(&self, place: Range<usize>) -> Range<usize> {
        let start = memchr::memrchr(b'\n', &self.piece[..place.start]).map_or(0, |at| at + 1);
        let end =
            memchr::memchr(b'\n', &self.piece[place.end..]).map_or(self.piece.len(), |at| place.end + at);
        start..end
    }
}

/// Whether a field's value is this host, with or without a port.
fn is_host(value: &str, host: &str) -> bool {
    let value = value.trim_end_matches('.');
    let rest = value.get(..host.len()).filter(|v| v.eq_ignore_ascii_case(host)).map(|_| &value[host.len()..]);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Paths of every object that holds this host, at any depth. A member is known by its own name, or by its object's name, a dot and
/// its own: `{"url": {"domain": …}}` is `url.domain`.
fn json_paths(value: &Value, object: &str, host: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let is_named = |known: &[&str], name: &str| {
                let own = name.to_ascii_lowercase();
                known.contains(&own.as_str()) || known.contains(&format!("{object}.{own}").as_str())
            };
            let texts = |known: &'static [&'static str]| {
                let named = members.iter().filter(move |(name, _)| is_named(known, name));
                named.filter_map(|(_, value)| value.as_str())
            };
            if texts(HOSTS).any(|value| is_host(value, host)) {
                let query = texts(QUERIES).next();
                out.extend(texts(PATHS).map(|path| with_query(path, query)));
            }
            for (name, value) in members {
                json_paths(value, &name.to_ascii_lowercase(), host, out);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| json_paths(value, object, host, out)),
        _ => {}
    }
}

fn with_query(path: &str, query: Option<&str>) -> String {
    match query.filter(|q| !q.is_empty() && *q != "-") {
        Some(query) => format!("{path}?{}", query.trim_start_matches('?')),
        None => path.to_owned(),
    }
}

fn column_path(columns: &Columns, record: &str, host: &str) -> Option<String> {
    let fields: Vec<String> = fields(record, columns.separator);
    let field = |i: usize| fields.get(i).map(String::as_str);
    columns.hosts.iter().find(|i| field(**i).is_some_and(|v| is_host(v, host)))?;
    Some(with_query(field(columns.path)?, columns.query.and_then(field)))
}

/// Fields of one record; quotes hold separators together and a doubled quote is one.
fn fields(record: &str, separator: u8) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in record.trim_end_matches(['\r', '\n']).chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == char::from(separator) && !quoted => out.push(String::new()),
            c => {
                if let Some(last) = out.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    out
}

/// `dhost=evil.example … request=/path`, as CEF and many appliances write.
fn key_value_path(record: &str, host: &str) -> Option<String> {
    let pairs = || record.split([' ', '|', ';', '\t']).filter_map(|pair| pair.split_once('='));
    // CEF writes `\=` for an equals sign
    let clean = |v: &str| v.trim_matches('"').replace("\\=", "=");
    let named = |known: &[&str], name: &str| known.contains(&name.to_ascii_lowercase().as_str());
    pairs().find(|(name, v)| named(HOSTS, name) && is_host(&clean(v), host))?;
    pairs().find(|(name, v)| named(PATHS, name) && clean(v).starts_with('/')).map(|(_, v)| clean(v))
}
