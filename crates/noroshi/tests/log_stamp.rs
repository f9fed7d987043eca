//! Checkpoints stamped by a time-stamping service that is not ours: `openssl ts` answers, and `openssl ts` judges what a receipt carries.
#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use live::receipts::receipts;
use live::{Community, PROGRAM};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CONFIGURATION: &str = "
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = tsa.pem
certs = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256
accuracy = secs:1
";

/// A time-stamping service over HTTP, its answers made by the program `openssl`.
struct Service {
    folder: tempfile::TempDir,
    url: String,
}

impl Service {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tsa.conf"), CONFIGURATION).unwrap();
        std::fs::write(folder.path().join("serial"), "01\n").unwrap();
        let subject = ["-subj", "/CN=tsa.example", "-addext", "extendedKeyUsage=critical,timeStamping"];
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tsa.key"];
        let made =
            openssl(folder.path(), &[&["req", "-x509", "-out", "tsa.pem"][..], &key, &subject].concat());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let place = folder.path().to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&place, stream.unwrap());
            }
        });
        Self { folder, url }
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("tsa.pem")
    }
}

fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    live::run(Command::new("openssl").args(arguments).current_dir(folder))
}

/// One request, one answer, and the connection ends.
fn answer(folder: &Path, mut stream: TcpStream) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).unwrap() > 2 {
        let header = line.to_ascii_lowercase();
        if let Some(bytes) = header.strip_prefix("content-length:") {
            length = bytes.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut query = vec![0; length];
    reader.read_exact(&mut query).unwrap();
    std::fs::write(folder.join("query.tsq"), query).unwrap();
    let made = openssl(
        folder,
        &["ts", "-reply", "-config", "tsa.conf", "-queryfile", "query.tsq", "-out", "reply.tsr"],
    );
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let reply = std::fs::read(folder.join("reply.tsr")).unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        reply.len()
    );
    // the hub may have been stopped meanwhile
    let _gone = stream.write_all(&[head.as_bytes(), &reply].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_carries_a_stamp_that_openssl_believes() {
    let service = Service::start();
    let community = Community::new();
    let settings = format!("tlog_beat = \"8/1\"\ntlog_stamp = \"{}\"\n", service.url);
    std::fs::write(community.data().join("noroshi.toml"), settings).unwrap();
    let (hub, token) = (community.serve(), community.token("hayate"));
    let sent = hub.submit(&token, "stamped", live::mail("hayate", 1)).await.unwrap();
    let sent: serde_json::Value = sent.json().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sent = [sent["id"].as_str().unwrap().to_owned()];
    let receipt = receipts(&hub, &token, &sent, folder.path()).await.remove(0);
    let file = |name: &str| folder.path().join(name);
    let key = live::run(Command::new(PROGRAM).args(["log", "keys", "--data"]).arg(community.data()));
    let mut verify = Command::new(PROGRAM);
    verify.args(["verify", "--key", String::from_utf8(key.stdout).unwrap().trim(), "--stamp-to"]);
    let judged = live::run(verify.arg(file("stamp.tsr")).arg(&receipt));
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
    let receipt = std::fs::read_to_string(receipt).unwrap();
    let text = receipt.split("\n\n").nth(1).unwrap();
    std::fs::write(file("checkpoint"), format!("{text}\n")).unwrap();
    std::fs::write(file("another"), format!("{text}0\n")).unwrap();
    let certificate = service.certificate();
    let believes = |data: &str| {
        let judge = ["ts", "-verify", "-in", "stamp.tsr", "-data", data, "-CAfile"];
        openssl(folder.path(), &[&judge[..], &[certificate.to_str().unwrap()]].concat())
    };
    let believed = believes("checkpoint");
    assert!(believed.status.success(), "{}", String::from_utf8_lossy(&believed.stderr));
    assert!(!believes("another").status.success());
}
