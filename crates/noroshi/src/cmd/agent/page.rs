//! The agent's page of its own state, on the machine's own address: one page, one file of JSON, nothing to be changed.

use super::status::{Shown, Status};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The largest request that is read.
const REQUEST_BYTES_MAX: usize = 4096;

/// Seconds that a request may take.
const REQUEST_SECONDS_MAX: u64 = 5;

/// Listens and answers in a task of its own.
pub(super) async fn serve(address: SocketAddr, status: Arc<Status>) -> Result<(), String> {
    let listener = TcpListener::bind(address).await.map_err(|why| format!("page: {address}: {why}"))?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let shown = status.shown();
            tokio::spawn(async move {
                let limit = Duration::from_secs(REQUEST_SECONDS_MAX);
                let _ = tokio::time::timeout(limit, answer(stream, shown)).await;
            });
        }
    });
    Ok(())
}

/// What a request is for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Status,
    Page { english: bool },
    Nothing(&'static str, &'static str),
}

/// Reads a request's head. Only names of this machine are answered: a page of the internet that resolves its own name to this
/// machine reads nothing (DNS rebinding).
fn asked(head: &str) -> Asked {
    let header = |name: &str| {
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
        found.next().unwrap_or_default()
    };
    let host = header("host");
    let name = if host.ends_with(']') { host } else { host.rsplit_once(':').map_or(host, |(name, _)| name) };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if name != "localhost" && !address.is_ok_and(|address| address.is_loopback()) {
        return Asked::Nothing(
            "421 Misdirected Request",
            "this page answers to names of its own machine only",
        );
    }
    let mut words = head.split_whitespace();
    match (words.next(), words.next()) {
        (Some("GET"), Some("/status.json")) => Asked::Status,
        (Some("GET"), Some("/")) => Asked::Page { english: header("accept-language").starts_with("en") },
        (Some("GET"), _) => Asked::Nothing("404 Not Found", "there is / and /status.json"),
        _ => Asked::Nothing("405 Method Not Allowed", "this page can only be read"),
    }
}

async fn answer(mut stream: TcpStream, shown: Shown) -> std::io::Result<()> {
    let mut request = vec![0; REQUEST_BYTES_MAX];
    let read = stream.read(&mut request).await?;
    let line = String::from_utf8_lossy(request.get(..read).unwrap_or_default()).into_owned();
    let (status, media, body) = match asked(&line) {
        Asked::Status => ("200 OK", "application/json", serde_json::to_string(&shown)?),
        Asked::Page { english } => ("200 OK", "text/html; charset=utf-8", html(&shown, english)),
        Asked::Nothing(status, why) => (status, "text/plain", why.to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {}\r\ncontent-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
     padding:0 1rem;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;\
     padding:.3rem 1rem .3rem 0;border-bottom:1px solid #8886}.n{font-size:2rem;font-weight:700}";

fn html(shown: &Shown, english: bool) -> String {
    let word = |ja: &'static str, en: &'static str| if english { en } else { ja };
    let waiting = shown.waiting.iter().map(|entry| {
        [
            when(&entry.at, english),
            outcome(&entry.outcome, english),
            entry.hits.to_string(),
            entry.what.clone(),
        ]
    });
    let waiting = table(
        [word("日時", "When"), word("結果", "Outcome"), word("件数", "Hits"), word("対象", "About")],
        waiting,
    );
    let logs = shown.logs.iter().map(|log| [log.bytes.to_string(), log.path.clone()]);
    let logs = table([word("読んだバイト数", "Bytes read"), word("ファイル", "File")], logs);
    let problems: String = shown.problems.iter().map(|p| format!("<li>{}</li>", escaped(p))).collect();
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Noroshi agent</title><style>{STYLE}</style></head><body><main>\
         <h1>狼煙 Noroshi agent</h1><p>{}: {}{}</p><p>{}</p><p><span class=\"n\">{}</span> {}</p><h2>{}: {}</h2>{waiting}<h2>{}</h2>{logs}<h2>{}</h2><ul>{problems}</ul></main></body></html>",
        word("ja", "en"),
        word("ハブの最終応答", "The hub last answered"),
        escaped(&shown.hub_answered_at.as_deref().map_or("-".to_owned(), |at| when(at, english))),
        if shown.behind { word("(ログの読み込み中)", " (catching up with the logs)") } else { "" },
        match shown.called {
            true => word("新着はハブから直ちに通知されます", "The hub calls as soon as there is news"),
            false => word("新着は定期的に確認しています", "News is looked for at every turn"),
        },
        shown.answered,
        word("件に自動で回答しました", "answered alone"),
        word("担当者の確認待ち", "A person is awaited"),
        shown.waiting.len(),
        word("監視中のログ", "Logs followed"),
        word("問題", "Problems"),
    )
}

/// A table with its heads; nothing without a row.
fn table<const N: usize>(heads: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let cells = |row: [String; N]| row.map(|cell| format!("<td>{}</td>", escaped(&cell))).concat();
    let rows: String = rows.map(|row| format!("<tr>{}</tr>", cells(row))).collect();
    if rows.is_empty() {
        return String::new();
    }
    let heads = heads.map(|head| format!("<th scope=\"col\">{head}</th>")).concat();
    format!("<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}

fn outcome(word: &str, english: bool) -> String {
    let said = match (word, english) {
        ("hit", false) => "該当あり",
        ("hit", true) => "hit",
        (_, false) => "確認が必要",
        (_, true) => "to be looked at",
    };
    said.to_owned()
}

/// A time in the reader's zone, with UTC beside it.
fn when(written: &str, english: bool) -> String {
    let Ok(at) = written.parse::<jiff::Timestamp>() else { return written.to_owned() };
    let utc = at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").ok().filter(|_| !english);
    zone.map_or(utc.clone(), |zone| {
        format!("{} ({utc})", at.to_zoned_datetime(zone).strftime("%Y-%m-%d %H:%M:%S %Z"))
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_answered_and_only_reading() {
        let check = |head: &str, expected: Asked| assert_eq!(asked(head), expected, "{head}");
        check("GET / HTTP/1.1\r\nHost: 127.0.0.1:8441\r\n", Asked::Page { english: false });
        check(
            "GET / HTTP/1.1\r\nhost: localhost:1\r\naccept-language: en-GB,en\r\n",
            Asked::Page { english: true },
        );
        check("GET /status.json HTTP/1.1\r\nHost: [::1]:8441\r\n", Asked::Status);
        check("GET /status.json HTTP/1.1\r\nHost: [::1]\r\n", Asked::Status);
        check("GET /status.json HTTP/1.1\r\nHost: 127.0.0.2:1\r\n", Asked::Status);
        for (head, status) in [
            ("GET /status.json HTTP/1.1\r\nHost: attacker.test\r\n", "421"),
            ("GET /status.json HTTP/1.1\r\n", "421"),
            ("GET /x HTTP/1.1\r\nHost: localhost\r\n", "404"),
            ("POST / HTTP/1.1\r\nHost: localhost\r\n", "405"),
            ("", "421"),
        ] {
            assert!(matches!(asked(head), Asked::Nothing(said, _) if said.starts_with(status)), "{head}");
        }
    }

    #[test]
    fn what_a_log_is_called_is_no_markup() {
        let shown = Shown { problems: vec!["<b>&".to_owned()], ..Shown::default() };
        let page = html(&shown, true);
        assert!(
            page.contains("<li>&lt;b&gt;&amp;</li>") && page.contains("A person is awaited: 0"),
            "{page}"
        );
    }
}
