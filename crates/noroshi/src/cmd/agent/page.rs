//! The agent's page of its own state, on the machine's own address: one page, one file of JSON, nothing to be changed.

use super::status::{Shown, Status};
use std::net::SocketAddr;
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

async fn answer(mut stream: TcpStream, shown: Shown) -> std::io::Result<()> {
    let mut request = vec![0; REQUEST_BYTES_MAX];
    let read = stream.read(&mut request).await?;
    let line = String::from_utf8_lossy(request.get(..read).unwrap_or_default()).into_owned();
    let path = line.split_whitespace().nth(1).unwrap_or("/").to_owned();
    let (status, media, body) = match path.as_str() {
        "/status.json" => ("200 OK", "application/json", serde_json::to_string(&shown)?),
        "/" => ("200 OK", "text/html; charset=utf-8", html(&shown, line.contains("Accept-Language: en"))),
        _ => ("404 Not Found", "text/plain", "there is / and /status.json".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {}\r\ncontent-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

fn html(shown: &Shown, english: bool) -> String {
    let word = |ja: &'static str, en: &'static str| if english { en } else { ja };
    let rows = |cells: Vec<Vec<String>>| -> String {
        let row = |cells: Vec<String>| {
            let cells: String = cells.iter().map(|c| format!("<td>{}</td>", escaped(c))).collect();
            format!("<tr>{cells}</tr>")
        };
        cells.into_iter().map(row).collect()
    };
    let waiting = shown
        .waiting
        .iter()
        .map(|e| vec![e.at.clone(), e.outcome.clone(), e.hits.to_string(), e.what.clone()]);
    let logs = shown.logs.iter().map(|l| vec![l.bytes.to_string(), l.path.clone()]);
    let problems: String = shown.problems.iter().map(|p| format!("<li>{}</li>", escaped(p))).collect();
    format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Noroshi agent</title>\
         <style>body{{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}td{{padding:.2rem 1rem .2rem 0;vertical-align:top}}.n{{font-size:2rem;font-weight:700}}</style>\
         <h1>狼煙 Noroshi agent</h1><p>{}: {}{}</p><p>{}</p><p><span class=\"n\">{}</span> {}</p><h2>{}: {}</h2><table>{}</table><h2>{}</h2><table>{}</table><h2>{}</h2><ul>{problems}</ul></html>",
        word("ja", "en"),
        word("ハブの最終応答", "The hub last answered"),
        escaped(shown.hub_answered_at.as_deref().unwrap_or("-")),
        if shown.behind { word("(ログの読み込み中)", " (catching up with the logs)") } else { "" },
        match shown.called {
            true => word("新着はハブから直ちに通知されます", "The hub calls as soon as there is news"),
            false => word("新着は定期的に確認しています", "News are looked for at every turn"),
        },
        shown.answered,
        word("件に自動で回答しました", "answered alone"),
        word("担当者の確認待ち", "A person is awaited"),
        shown.waiting.len(),
        rows(waiting.collect()),
        word("監視中のログ(読んだバイト数)", "Logs followed (bytes read)"),
        rows(logs.collect()),
        word("問題", "Problems"),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

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
