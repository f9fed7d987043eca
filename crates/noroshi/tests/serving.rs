//! `noroshi serve` with settings: TLS and its renewal, plain HTTP on the loopback only, limits, figures, quotas.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::{PROGRAM, Serving};
use reqwest::{Certificate, Client, StatusCode};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A certificate is looked at every ten seconds.
const RENEWED: Duration = Duration::from_secs(25);

fn hub(settings: &str) -> (TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hub");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("noroshi.toml"), settings).unwrap();
    let mut serve = Command::new(PROGRAM);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    (folder, serve)
}

/// A self-signed certificate for 127.0.0.1.
fn make_certificate(folder: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]);
    openssl.args([
        "-subj",
        "/CN=hub",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=CA:FALSE",
    ]);
    openssl.arg("-keyout").arg(folder.join("new.key")).arg("-out").arg(folder.join("new.pem"));
    assert!(live::run(&mut openssl).status.success(), "apt-get install openssl");
    std::fs::rename(folder.join("new.pem"), folder.join("hub.pem")).unwrap();
    std::fs::rename(folder.join("new.key"), folder.join("hub.key")).unwrap();
}

fn trusting(folder: &Path) -> Client {
    let pem = std::fs::read(folder.join("hub.pem")).unwrap();
    let only = [Certificate::from_pem(&pem).unwrap()];
    Client::builder().tls_certs_only(only).pool_max_idle_per_host(0).build().unwrap()
}

#[tokio::test]
async fn tls_with_a_certificate_that_is_renewed_while_it_runs() {
    let files = tempfile::tempdir().unwrap();
    make_certificate(files.path());
    let at = |name: &str| files.path().join(name).display().to_string();
    let settings = format!("tls_certificate = {:?}\ntls_key = {:?}\n", at("hub.pem"), at("hub.key"));
    let (_folder, command) = hub(&settings);
    let hub = Serving::start(command).unwrap();
    assert!(hub.url.starts_with("https://"), "{}", hub.url);
    let ready = format!("{}/readyz", hub.url);
    let old = trusting(files.path());
    let answer = old.get(&ready).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().contains_key("strict-transport-security"));
    assert!(hub.http.get(ready.replace("https", "http")).send().await.is_err(), "plain HTTP is not spoken");

    make_certificate(files.path());
    let (new, begun) = (trusting(files.path()), live::instant());
    while new.get(&ready).send().await.is_err() {
        assert!(begun.elapsed() < RENEWED, "the new certificate is not used");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(old.get(&ready).send().await.is_err(), "the old certificate is still used");
}

#[test]
fn plain_http_is_refused_outside_the_loopback() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = Command::new(PROGRAM);
    serve.args(["serve", "--listen", "0.0.0.0:0", "--data"]).arg(folder.path());
    let refused = live::run(&mut serve);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("tls_certificate"), "{said}");
}

/// A regime of one's own that is wrong stops the start, with file, line and reason: a clock that counts wrongly would be worse.
#[test]
fn a_faulty_regime_stops_the_start() {
    let (folder, mut serve) = hub("");
    let regimes = folder.path().join("hub/regimes");
    std::fs::create_dir(&regimes).unwrap();
    let shipped = include_str!("../../../regimes/nis2-eu.toml").replace("id = \"nis2-eu\"", "id = \"mine\"");
    let at = 1 + shipped.lines().position(|line| line.contains("hours = 72")).unwrap();
    std::fs::write(regimes.join("mine.toml"), shipped.replace("hours = 72", "hours = \"soon\"")).unwrap();
    let refused = live::run(&mut serve);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains(&format!("mine.toml:{at}: ")) && said.contains("soon"), "{said}");
}

#[tokio::test]
async fn a_caller_that_asks_too_much_is_told_when_to_go_on() {
    let (_folder, command) = hub("requests_per_minute_address = 5\ntrusted_proxies = [\"127.0.0.1\"]\n");
    let hub = Serving::start(command).unwrap();
    let ask = async |from: &str| {
        let request = hub.http.get(format!("{}/api/v1/me", hub.url)).header("x-forwarded-for", from);
        request.send().await.unwrap()
    };
    for _ in 0..5 {
        assert_eq!(ask("192.0.2.1").await.status(), StatusCode::UNAUTHORIZED);
    }
    let refused = ask("192.0.2.1").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=12).contains(&seconds), "{seconds}");
    assert_eq!(ask("192.0.2.2").await.status(), StatusCode::UNAUTHORIZED, "another address behind the proxy");
}

#[tokio::test]
async fn figures_stand_on_a_listener_of_their_own_and_name_nobody() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let community = live::Community::new();
    let settings = format!("metrics_listen = \"127.0.0.1:{port}\"\n");
    std::fs::write(community.data().join("noroshi.toml"), settings).unwrap();
    let hub = community.serve();
    let token = community.token("hayate");
    hub.submit(&token, "one", live::mail("hayate", 1)).await.unwrap();
    hub.get(&token, "/api/v1/items").await;
    assert_eq!(
        hub.get("", "/metrics").await.status(),
        StatusCode::NOT_FOUND,
        "not on the hub's own listener"
    );
    let get = async |path: &str| {
        hub.http.get(format!("http://127.0.0.1:{port}{path}")).send().await.unwrap().text().await.unwrap()
    };
    let figures = get("/metrics").await;
    for name in [
        "noroshi_ready 1",
        "noroshi_requests_total{route=\"/api/v1/items\",status=\"2xx\"} 1",
        "noroshi_jobs_due",
    ] {
        assert!(figures.contains(name), "{name}: {figures}");
    }
    assert!(!figures.contains("hayate"), "{figures}");
    let health = get("/health").await;
    // the disk of the machine that runs this may be filling up
    assert!(health == "all is well\n" || health.lines().all(|line| line.starts_with("disk: ")), "{health}");
}

#[tokio::test]
async fn an_organisation_that_sends_too_much_waits_for_the_next_day() {
    let community = live::Community::new();
    std::fs::write(community.data().join("noroshi.toml"), "submissions_per_day = 3\n").unwrap();
    let hub = community.serve();
    let token = community.token("okitsu");
    let mut last = StatusCode::OK;
    for n in 0..8 {
        let answer = hub.submit(&token, &format!("m{n}"), live::mail("okitsu", n)).await.unwrap();
        last = answer.status();
        if last == StatusCode::TOO_MANY_REQUESTS {
            assert!(answer.headers().contains_key("retry-after"));
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let other = hub.submit(&community.token("ibuki"), "m", live::mail("ibuki", 9)).await.unwrap();
    assert!(other.status().is_success(), "another's quota is its own");
}
