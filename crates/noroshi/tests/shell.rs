//! The member's side in a shell: what is printed, and to whom.

#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

mod live;

use std::io::Read;
use std::process::{Command, Stdio};

/// A member that is not the source of the example's warnings.
const MEMBER: &str = "hayate";

fn member(community: &live::Community, url: &str, command: &str) -> Command {
    let mut shell = Command::new(live::PROGRAM);
    shell.args([command, "--hub", url, "--token", &community.token(MEMBER)]);
    shell
}

#[test]
fn the_receipt_is_printed_with_its_code() {
    let community = live::Community::new();
    let hub = community.serve();
    let mail = community.data().join("suspicious.eml");
    std::fs::write(&mail, live::mail(MEMBER, 1)).unwrap();
    let said = live::run(member(&community, &hub.url, "submit").arg(&mail));
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let line = String::from_utf8(said.stdout).unwrap();
    let code = line.split_whitespace().next().unwrap();
    assert!(model::receipt::ReceiptCode::read(code).is_some(), "{line}");
}

#[test]
fn every_setting_is_explained_without_a_hub() {
    let told = Command::new(live::PROGRAM).args(["serve", "--print-settings"]).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(String::from_utf8(told.stdout).unwrap().contains("tls_certificate"));
    let bare = Command::new(live::PROGRAM).arg("serve").env_remove("NOROSHI_DATA").output().unwrap();
    assert!(!bare.status.success());
    assert!(String::from_utf8(bare.stderr).unwrap().contains("serve --data DIR"));
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_command_quietly() {
    let community = live::Community::new();
    let hub = community.serve();
    let mut pull = member(&community, &hub.url, "pull");
    let mut child = pull.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    child.wait().unwrap();
    assert_eq!(said, "");
}

#[test]
fn who_leaves_is_certified_on_a_page_that_anybody_can_check() {
    let community = live::Community::new();
    let folder = tempfile::tempdir().unwrap();
    let paper = folder.path().join("hayate.note");
    let leave = |slug: &str| {
        let mut leave = community.admin();
        leave.args(["org", "leave", "--org", slug, "--for-good", "--certificate"]).arg(&paper);
        live::run(&mut leave)
    };
    assert!(!leave("nobody").status.success());
    assert!(!paper.exists(), "nothing is certified of whom nobody knows");
    std::fs::write(&paper, "kept").unwrap();
    assert!(!leave(MEMBER).status.success(), "no file is written over");
    assert_eq!(std::fs::read_to_string(&paper).unwrap(), "kept");
    std::fs::remove_file(&paper).unwrap();
    let left = leave(MEMBER);
    assert!(left.status.success(), "{}", live::receipts::said(&left));

    let keys = live::run(Command::new(live::PROGRAM).args(["log", "keys", "--data"]).arg(community.data()));
    let key = folder.path().join("keys");
    std::fs::write(&key, &keys.stdout).unwrap();
    let verify = || {
        let mut verify = Command::new(live::PROGRAM);
        verify.args(["verify", "--format", "jsonl", "--key"]).arg(&key).arg(&paper);
        live::run(&mut verify)
    };
    let judged = verify();
    assert!(
        judged.status.success() && live::receipts::said(&judged).contains("\"signed\""),
        "{}",
        live::receipts::said(&judged)
    );
    let text = std::fs::read_to_string(&paper).unwrap();
    assert!(text.contains("\norganisation hayate\n"), "{text}");
    std::fs::write(&paper, text.replace("organisation hayate", "organisation akebono")).unwrap();
    assert_eq!(verify().status.code(), Some(1), "one changed word");
}
