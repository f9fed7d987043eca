//! Several nodes on one PostgreSQL behind a plain proxy, and a database that restarts, fails over or has no connection left.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::receipts::{noroshi, proven, receipts, said};
use live::{Community, Serving};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use testkit::{Care, Cluster, Proxy};
use tokio::task::JoinSet;

/// Mails that each of the writers sends.
const MAILS: u64 = 10;

const WRITERS: u64 = 8;

/// A killed node's job waits a minute for it; then the rest of the path.
const SETTLE: Duration = Duration::from_secs(120);

/// A database that is back is used again within this time.
const RECOVERED: Duration = Duration::from_secs(30);

const SOURCE: &str = "hayate";
const READER: &str = "ibuki";

fn address(hub: &Serving) -> SocketAddr {
    hub.url.trim_start_matches("http://").parse().unwrap()
}

async fn database(cluster: &Cluster) -> String {
    cluster.tell("postgres", &["CREATE DATABASE hub TEMPLATE template0"]).await;
    format!("{}/hub", cluster.url())
}

/// Sends mail `n` until it is acknowledged, as a client does: the same key each time. Everything that is not a receipt must be an
/// honest "later" (503 or 429 with Retry-After) or a connection that broke. Returns the receipt's id.
async fn send_until_kept(http: &Client, url: &str, token: &str, n: u64) -> String {
    let begun = live::instant();
    loop {
        let sent = live::submit(http, url, token, &format!("mail-{n}"), live::mail(SOURCE, n)).await;
        if let Ok(answer) = sent {
            let (status, later) = (answer.status(), answer.headers().contains_key("retry-after"));
            let Ok(body) = answer.json::<Value>().await else { continue };
            if status.is_success() {
                return body["id"].as_str().unwrap().to_owned();
            }
            assert!(status == StatusCode::SERVICE_UNAVAILABLE && later, "mail {n}: {status} {body}");
        }
        assert!(begun.elapsed() < SETTLE, "mail {n} was never taken");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Every writer sends its mails; what was acknowledged.
async fn write_all(url: &str, token: &str, first: u64, sent: Arc<AtomicU64>) -> BTreeMap<u64, String> {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (url, token, sent) = (url.to_owned(), token.to_owned(), sent.clone());
        writers.spawn(async move {
            let http = Client::builder().pool_max_idle_per_host(0).build().unwrap();
            let mut kept = Vec::new();
            for n in (0..MAILS).map(|k| first + writer * MAILS + k) {
                kept.push((n, send_until_kept(&http, &url, &token, n).await));
                sent.fetch_add(1, Ordering::Relaxed);
            }
            kept
        });
    }
    writers.join_all().await.into_iter().flatten().collect()
}

async fn all_shared(hub: &Serving, token: &str, kept: &BTreeMap<u64, String>) {
    let (begun, mut waiting) = (live::instant(), kept.clone());
    while !waiting.is_empty() {
        let mut still = BTreeMap::new();
        for (n, id) in waiting {
            let row = hub.json(token, &format!("/api/v1/submissions/{id}")).await;
            if row["state"] != "shared" {
                assert!(begun.elapsed() < SETTLE, "mail {n} is still {}", row["state"]);
                still.insert(n, id);
            }
        }
        waiting = still;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Each mail has its bytes, and its indicator stands exactly once in the feed.
async fn each_once(community: &Community, hub: &Serving, kept: &BTreeMap<u64, String>) {
    let token = community.token(SOURCE);
    for (n, id) in kept {
        assert!(hub.raw(&token, id).await == live::mail(SOURCE, *n), "mail {n} came back changed");
    }
    let all = hub.objects(&community.token(READER), &community.collection(READER, "machinery")).await;
    let patterns: Vec<&str> = all.iter().filter_map(|o| o["pattern"].as_str()).collect();
    for n in kept.keys() {
        let value = format!("'order@gang-{n}.test'");
        assert_eq!(patterns.iter().filter(|p| p.contains(&value)).count(), 1, "mail {n}");
    }
}

/// Polls the manifest while others write: what was added after the last thing seen must never have an older date.
async fn follow(
    url: String,
    token: String,
    collection: String,
    stop: Arc<AtomicBool>,
) -> Vec<(String, String)> {
    let http = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut last_round = false;
    loop {
        let stopping = stop.load(Ordering::Relaxed);
        let mut address = format!("{url}/taxii2/hub/collections/{collection}/manifest/?match[version]=all");
        if let Some((date, _)) = seen.last() {
            address.push_str(&format!("&added_after={date}"));
        }
        let asked = http.get(address).bearer_auth(&token).send().await;
        if let Ok(answer) = asked
            && let Ok(page) = answer.json::<Value>().await
        {
            for object in page["objects"].as_array().into_iter().flatten() {
                let text = |name: &str| object[name].as_str().unwrap().to_owned();
                seen.push((text("date_added"), text("id")));
            }
            if last_round && page["more"] != true {
                return seen;
            }
        }
        last_round = stopping;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_nodes_are_one_hub() {
    let cluster = Cluster::start(Care::Fast);
    let url = database(&cluster).await;
    let community = Community::on(Some(url.clone()));
    let start = |n| {
        std::fs::create_dir_all(community.node_data(n)).unwrap();
        std::fs::write(community.node_data(n).join("noroshi.toml"), "tlog_beat = \"64/1\"\n").unwrap();
        Serving::start(community.node(n, &url)).unwrap()
    };
    let mut nodes: Vec<Serving> = (0..3).map(start).collect();
    sessions_and_cursors_hold_everywhere(&community, &nodes).await;

    let proxy = Proxy::start(&nodes.iter().map(address).collect::<Vec<_>>()).await;
    let front = format!("http://{}", proxy.address());
    let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let collection = community.collection(READER, "machinery");
    let following =
        tokio::spawn(follow(front.clone(), community.token(READER), collection.clone(), stop.clone()));
    let token = community.token(SOURCE);
    let writing = tokio::spawn({
        let (front, token, sent) = (front.clone(), token.clone(), sent.clone());
        async move { write_all(&front, &token, 0, sent).await }
    });
    while sent.load(Ordering::Relaxed) < WRITERS * MAILS / 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    nodes.remove(0).kill_nine();
    let kept = writing.await.unwrap();
    assert_eq!(kept.len() as u64, WRITERS * MAILS);
    all_shared(&nodes[0], &token, &kept).await;
    each_once(&community, &nodes[0], &kept).await;
    stop.store(true, Ordering::Relaxed);
    let seen = following.await.unwrap();
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0), "a date went back");
    // whoever polled all the while has exactly what a fresh reader gets, in the same order
    let fresh = follow(nodes[1].url.clone(), community.token(READER), collection, stop).await;
    assert_eq!(seen, fresh);
    one_log(&community, &url, &nodes, &kept).await;
}

/// Every acknowledged mail has its place in the log, each node that lives proves it, and each node's files tell the same history.
async fn one_log(community: &Community, database: &str, nodes: &[Serving], kept: &BTreeMap<u64, String>) {
    let sent: Vec<String> = kept.values().cloned().collect();
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    let keys = text(community.keys());
    let folder = tempfile::tempdir().unwrap();
    for (n, node) in nodes.iter().enumerate() {
        let (place, token) = (folder.path().join(n.to_string()), community.token(SOURCE));
        std::fs::create_dir(&place).unwrap();
        let files = receipts(node, &token, &sent, &place).await;
        // the first node is gone
        let data = text(community.node_data(n + 1));
        let here = ["--data", &data, "--keys", &keys, "--database", database];
        let key = String::from_utf8(noroshi(&[&["log", "keys"], &here[..]].concat()).stdout).unwrap();
        proven(key.trim(), &files);
        let checked = noroshi(&[&["log", "check"], &here[..]].concat());
        assert!(checked.status.success(), "{}", said(&checked));
    }
}

/// Signed in at one node, read at another; a page of one node, the next page of another.
async fn sessions_and_cursors_hold_everywhere(community: &Community, nodes: &[Serving]) {
    let http = Client::new();
    let (login, password) = community.person(READER);
    let sign_in = http.post(format!("{}/api/v1/session", nodes[0].url));
    let answer = sign_in.json(&json!({"login": login, "password": password})).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    for node in nodes {
        let me = http.get(format!("{}/api/v1/me", node.url)).header("cookie", &cookie).send().await.unwrap();
        assert_eq!(me.status(), StatusCode::OK, "a session is valid on every node");
    }
    let (token, all) = (community.token(READER), community.collection(READER, "all"));
    let base = format!("/taxii2/hub/collections/{all}/objects/?limit=1");
    let pages: Vec<Value> = vec![nodes[0].json(&token, &base).await, nodes[1].json(&token, &base).await];
    assert_eq!(pages[0], pages[1], "the same page has the same cursor on every node");
    let next = pages[0]["next"].as_str().unwrap().to_owned();
    let second = nodes[2].json(&token, &format!("{base}&next={next}")).await;
    assert_eq!(second["objects"].as_array().unwrap().len(), 1);
    assert_ne!(second["objects"], pages[0]["objects"]);
}

async fn until_ready(hub: &Serving) {
    let begun = live::instant();
    while hub.get("", "/readyz").await.status() != StatusCode::OK {
        assert!(begun.elapsed() < RECOVERED, "the hub does not find the database again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_restarts_loses_nothing() {
    let mut cluster = Cluster::start(Care::Durable);
    let url = database(&cluster).await;
    let community = Community::on(Some(url.clone()));
    let hub = Serving::start(community.node(0, &url)).unwrap();
    let (token, sent) = (community.token(SOURCE), Arc::new(AtomicU64::new(0)));
    let writing = tokio::spawn({
        let (front, token, sent) = (hub.url.clone(), token.clone(), sent.clone());
        async move { write_all(&front, &token, 0, sent).await }
    });
    for round in 1..=3 {
        while sent.load(Ordering::Relaxed) < round * WRITERS * MAILS / 5 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        cluster.kill();
        let away = hub.get(&token, "/api/v1/items").await;
        assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(away.headers().contains_key("retry-after"));
        assert_eq!(hub.get("", "/readyz").await.status(), StatusCode::SERVICE_UNAVAILABLE);
        cluster.resume();
        until_ready(&hub).await;
    }
    let kept = writing.await.unwrap();
    all_shared(&hub, &token, &kept).await;
    each_once(&community, &hub, &kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_takes_over_and_nothing_acknowledged_is_lost() {
    let mut primary = Cluster::start(Care::Durable);
    database(&primary).await;
    let standby = Cluster::standby_of(&primary);
    let sync = ["ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"];
    primary.tell("postgres", &sync).await;
    let at = |cluster: &Cluster| SocketAddr::from(([127, 0, 0, 1], cluster.port()));
    let proxy = Proxy::start(&[at(&primary)]).await;
    let url = format!("postgres://postgres@{}/hub", proxy.address());
    let community = Community::on(Some(url.clone()));
    let hub = Serving::start(community.node(0, &url)).unwrap();
    let (token, sent) = (community.token(SOURCE), Arc::new(AtomicU64::new(0)));
    let writing = tokio::spawn({
        let (front, token, sent) = (hub.url.clone(), token.clone(), sent.clone());
        async move { write_all(&front, &token, 0, sent).await }
    });
    while sent.load(Ordering::Relaxed) < WRITERS * MAILS / 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    primary.kill();
    // until it is promoted, the standby takes no writes: the hub says so, and goes on by itself afterwards
    proxy.point_at(&[at(&standby)]);
    let away = hub.get(&token, "/api/v1/items").await;
    assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
    let alone = ["ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()"];
    standby.promote();
    standby.tell("postgres", &alone).await;
    until_ready(&hub).await;
    let kept = writing.await.unwrap();
    all_shared(&hub, &token, &kept).await;
    each_once(&community, &hub, &kept).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_run_out_are_a_clean_error() {
    let cluster = Cluster::start(Care::Fast);
    let url = database(&cluster).await;
    let community = Community::on(Some(url.clone()));
    // through a proxy, so that the hub's own connections can be taken away
    let proxy = Proxy::start(&[SocketAddr::from(([127, 0, 0, 1], cluster.port()))]).await;
    let hub =
        Serving::start(community.node(0, &format!("postgres://postgres@{}/hub", proxy.address()))).unwrap();
    let token = community.token(SOURCE);
    assert!(hub.get(&token, "/api/v1/items").await.status().is_success());
    let limit = ["ALTER DATABASE hub CONNECTION LIMIT 0", "ALTER ROLE postgres NOSUPERUSER"];
    let other = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hub'";
    cluster.tell("postgres", &["CREATE ROLE keeper SUPERUSER LOGIN", limit[0], limit[1]]).await;
    cluster.tell_as("keeper", "postgres", &[other]).await;
    let refused = hub.get(&token, "/api/v1/items").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers().contains_key("retry-after"));
    let page = hub.http.get(format!("{}/sign-in", hub.url)).send().await.unwrap();
    assert!(page.status().is_success(), "a page that needs no database is still there");
    cluster.tell_as("keeper", "postgres", &["ALTER DATABASE hub CONNECTION LIMIT -1"]).await;
    until_ready(&hub).await;
    assert!(hub.get(&token, "/api/v1/items").await.status().is_success());
    send_until_kept(&hub.http, &hub.url, &token, 1).await;
}
