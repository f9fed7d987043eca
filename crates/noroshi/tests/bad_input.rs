//! Bad input to the real program: each case has an answer that says what to do, bounded memory, and nothing lost.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::{Community, Serving};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A member of the example.
const MEMBER: &str = "okitsu";

/// What the door takes is 64 MiB; it may stand twice while it is put together. 200 MB held once would be seen.
const REFUSED_PEAK_MEBIBYTES: u64 = 180;

/// 100,000 objects are 30 MiB of text; as text, parsed, sealed and in their rows they may stand several times.
const BUNDLE_PEAK_MEBIBYTES: u64 = 400;

/// How long a submission may take to be read on a loaded machine.
const READ: Duration = Duration::from_secs(60);

async fn state(hub: &Serving, token: &str, id: &str) -> Value {
    hub.json(token, &format!("/api/v1/submissions/{id}")).await
}

async fn receipt(answer: Response) -> String {
    let status = answer.status();
    let told: Value = answer.json().await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{told}");
    told["id"].as_str().unwrap().to_owned()
}

/// A POST of 200 MB, written by hand so that it can be rude: with its length told, or in chunks without one.
async fn pour(hub: &Serving, token: &str, told: bool) -> String {
    const MEGABYTES: usize = 200;
    let address = hub.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = match told {
        true => format!("content-length: {}", MEGABYTES * 1_000_000),
        false => "transfer-encoding: chunked".to_owned(),
    };
    let head = format!(
        "POST /api/v1/submissions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: message/rfc822\r\nexpect: 100-continue\r\n{length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let got = stream.read(&mut answer).await.unwrap();
    let first = String::from_utf8_lossy(&answer[..got]).into_owned();
    if !first.starts_with("HTTP/1.1 100") {
        return first;
    }
    let megabyte = [b"f4240\r\n".as_slice(), &[b'x'; 1_000_000], b"\r\n"].concat();
    for _ in 0..MEGABYTES {
        if stream.write_all(&megabyte).await.is_err() {
            break;
        }
    }
    let got = stream.read(&mut answer).await.unwrap_or(0);
    String::from_utf8_lossy(&answer[..got]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_200_megabytes_is_refused_before_it_is_held() {
    let community = Community::new();
    let hub = community.serve();
    let token = community.token(MEMBER);
    let told = pour(&hub, &token, true).await;
    assert!(told.starts_with("HTTP/1.1 413"), "{told}");
    assert!(told.contains("application/problem+json") && told.contains("larger than the limit of"), "{told}");
    let untold = pour(&hub, &token, false).await;
    // A sender that goes on writing may lose the answer with the connection; what it never gets is a receipt.
    assert!(untold.is_empty() || untold.starts_with("HTTP/1.1 413"), "{untold}");
    println!("200 MB refused, peak {} MiB", hub.peak_mebibytes());
    assert!(hub.peak_mebibytes() < REFUSED_PEAK_MEBIBYTES, "{} MiB", hub.peak_mebibytes());
    let list = hub.json(&token, "/api/v1/submissions").await;
    assert_eq!(list["rows"], json!([]));
    receipt(hub.submit(&token, "after", live::mail(MEMBER, 1)).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_mail_is_kept_as_it_came_and_read_as_far_as_it_goes() {
    let community = Community::new();
    let hub = community.serve();
    let token = community.token(MEMBER);
    let whole = format!(
        "From: order@gang-7.test\r\nTo: k.sato@okitsu.example\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhttp://dl.gang-7.test/pay\r\n\
         --b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        "UEsDBBQAAAAIA".repeat(40)
    )
    .into_bytes();
    // A mail may consist of headers alone: one that breaks off in them cannot be told from it.
    let cuts =
        [("part", whole.len() - 61, true), ("body", 190, true), ("head", 30, false), ("byte", 1, true)];
    for (key, cut, told) in cuts {
        let sent = whole[..cut].to_vec();
        let id = receipt(hub.submit(&token, key, sent.clone()).await.unwrap()).await;
        let begun = live::instant();
        let mut now = state(&hub, &token, &id).await;
        while now["state"] == "received" && begun.elapsed() < READ {
            tokio::time::sleep(Duration::from_millis(20)).await;
            now = state(&hub, &token, &id).await;
        }
        assert_eq!(now["state"], "drafted", "{key}: {now}");
        assert_eq!(hub.raw(&token, &id).await, sent, "{key}");
        let problems = now["problems"].as_array().unwrap();
        assert_eq!(!problems.is_empty(), told, "{key}: what the sender is told: {problems:?}");
    }
}

/// A bundle of 100,000 indicators of which three are none: a broken value, a missing property, not an object.
fn bundle() -> Vec<u8> {
    const OBJECTS: usize = 100_000;
    let mut out =
        String::from(r#"{"type":"bundle","id":"bundle--6f0a6c3e-2a55-4d0b-8f6e-3b7f5d6b0a01","objects":["#);
    for n in 0..OBJECTS {
        if n > 0 {
            out.push(',');
        }
        let id = format!("indicator--{n:08x}-2a55-4d0b-8f6e-3b7f5d6b0a01");
        let good = format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"{id}","created":"2026-01-05T00:00:00.000Z","modified":"2026-01-05T00:00:00.000Z","pattern":"[domain-name:value = 'h{n}.test']","pattern_type":"stix","valid_from":"2026-01-05T00:00:00Z"}}"#
        );
        match n {
            10 => out.push_str(&good.replace(&id, "indicator--not-a-uuid")),
            50_000 => out.push_str(&good.replace(r#""type":"indicator","#, "")),
            99_999 => out.push_str("42"),
            _ => out.push_str(&good),
        }
    }
    out.push_str("]}");
    out.into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn three_bad_objects_of_100_000_take_nothing_along() {
    let community = Community::new();
    let hub = community.serve();
    let token = community.token(MEMBER);
    let own = community.collection(MEMBER, "own");
    let address = format!("{}/taxii2/hub/collections/{own}/objects/", hub.url);
    let media = "application/taxii+json;version=2.1";
    let begun = live::instant();
    let post =
        hub.http.post(&address).bearer_auth(&token).header("content-type", media).header("accept", media);
    let answer = post.body(bundle()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let status: Value = answer.json().await.unwrap();
    println!("100,000 objects taken in {:.1?}, peak {} MiB", begun.elapsed(), hub.peak_mebibytes());
    let later = hub.json(&token, &format!("/taxii2/hub/status/{}/", status["id"].as_str().unwrap())).await;
    for told in [&status, &later] {
        assert_eq!(
            (&told["total_count"], &told["success_count"], &told["failure_count"], &told["pending_count"]),
            (&json!(100_000), &json!(99_997), &json!(3), &json!(0))
        );
        let failures = told["failures"].as_array().unwrap();
        assert!(failures.iter().all(|f| f["message"].as_str().is_some_and(|m| m.len() > 5)), "{failures:?}");
    }
    assert!(hub.peak_mebibytes() < BUNDLE_PEAK_MEBIBYTES, "{} MiB", hub.peak_mebibytes());
    let first = hub.json(&token, &format!("/taxii2/hub/collections/{own}/objects/?limit=3")).await;
    assert_eq!((first["objects"].as_array().unwrap().len(), &first["more"]), (3, &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_asked_who_it_is() {
    let community = Community::new();
    let hub = community.serve();
    let token = community.token(MEMBER);
    for wrong in ["wrong".to_owned(), token.to_uppercase(), format!("{token}x"), "x".repeat(3000)] {
        for path in ["/api/v1/submissions", "/taxii2/hub/collections/", "/api/v1/items"] {
            let answer = hub.get(&wrong, path).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
            let asked: Vec<_> = answer.headers().get_all("www-authenticate").iter().collect();
            assert!(asked.iter().any(|v| v.to_str().unwrap().starts_with("Bearer")), "{path}: {asked:?}");
        }
    }
    let sent = hub.submit("wrong", "k", live::mail(MEMBER, 1)).await.unwrap();
    assert_eq!(sent.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_receipt_also_at_once_and_after_a_restart() {
    let community = Community::new();
    let mut hub = community.serve();
    let token = community.token(MEMBER);
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (http, url, token) = (hub.http.clone(), hub.url.clone(), token.clone());
        running.spawn(async move {
            receipt(live::submit(&http, &url, &token, "one", live::mail(MEMBER, 1)).await.unwrap()).await
        });
    }
    let mut ids = running.join_all().await;
    hub.kill_nine();
    let hub = community.serve();
    ids.push(receipt(hub.submit(&token, "one", live::mail(MEMBER, 1)).await.unwrap()).await);
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let other = hub.submit(&token, "one", live::mail(MEMBER, 2)).await.unwrap();
    // Section 2.7 of the IETF's draft on the header: a key that was used for another payload is 422.
    assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let problem: Value = other.json().await.unwrap();
    assert_eq!(problem["type"], "/problems/key-reused");
    let list = hub.json(&token, "/api/v1/submissions").await;
    assert_eq!(list["rows"].as_array().unwrap().len(), 1);
}

/// A hub whose files cannot grow beyond `blocks` of 512 bytes: to it the disk is full there.
fn on_a_small_disk(community: &Community, blocks: u64) -> Serving {
    let mut shell = Command::new("sh");
    // Without the trap the kernel would end the program instead of refusing the write.
    shell.arg("-c").arg(format!(
        "trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" serve --listen 127.0.0.1:0 --data \"$1\""
    ));
    shell.arg(live::PROGRAM).arg(community.data());
    Serving::start(shell).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_loses_nothing_and_is_got_over() {
    let community = Community::new();
    let token = community.token(MEMBER);
    let hub = on_a_small_disk(&community, 4096);
    let large = |n: u64| [live::mail(MEMBER, n), vec![b'a'; 200_000]].concat();
    let mut kept = Vec::new();
    let (mut refused, mut n) = (0, 0);
    while refused < 5 && n < 100 {
        n += 1;
        let answer = hub.submit(&token, &format!("disk-{n}"), large(n)).await.unwrap();
        if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
            assert!(answer.headers().contains_key("retry-after"));
            assert_eq!(answer.json::<Value>().await.unwrap()["type"], "/problems/unavailable");
            refused += 1;
        } else {
            kept.push((n, receipt(answer).await));
        }
    }
    assert_eq!(refused, 5, "the disk never was full after {n} mails");
    assert!(!kept.is_empty());
    // Reading goes on while nothing can be written.
    for (n, id) in &kept {
        assert_eq!(hub.raw(&token, id).await, large(*n));
    }
    let room =
        Command::new("prlimit").args(["--pid", &hub.id().to_string(), "--fsize=unlimited"]).status().unwrap();
    assert!(room.success());
    let id = receipt(hub.submit(&token, &format!("disk-{n}"), large(n)).await.unwrap()).await;
    kept.push((n, id));
    drop(hub);
    let hub = community.serve();
    for (n, id) in &kept {
        assert_eq!(hub.raw(&token, id).await, large(*n));
    }
    let list = hub.json(&token, "/api/v1/submissions?limit=200").await;
    assert_eq!(list["rows"].as_array().unwrap().len(), kept.len(), "a refused mail left something behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_of_a_newer_program_is_left_alone() {
    let community = Community::new();
    let file = live::database(&community.data());
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("INSERT INTO schema_version (version, applied_at) VALUES (999, 0)")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let before = std::fs::read(&file).unwrap();
    let said = Serving::start(community.command()).err().unwrap();
    assert!(said.contains("newer Noroshi") && said.contains("999") && said.contains("backup"), "{said}");
    assert!(before == std::fs::read(&file).unwrap(), "it was written to");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_says_what_to_do() {
    let community = Community::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut serve = Command::new(live::PROGRAM);
    serve.args(["serve", "--listen", &address, "--data"]).arg(community.data());
    let ended = live::run(&mut serve);
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(2));
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}
