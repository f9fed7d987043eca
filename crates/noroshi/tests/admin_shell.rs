//! `noroshi admin` on a machine: a folder without a hub gets none by mistake, and what was set up is listed.

#![expect(clippy::unwrap_used, reason = "a fault must stop the test")]

use std::path::Path;
use std::process::{Command, Output};

fn noroshi(data: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noroshi"));
    command.args(words).arg("--data").arg(data);
    for name in ["NOROSHI_DATA", "NOROSHI_KEYS", "NOROSHI_DATABASE"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn admin(data: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noroshi"));
    command.arg("admin").arg("--data").arg(data).args(words);
    for name in ["NOROSHI_DATA", "NOROSHI_KEYS", "NOROSHI_DATABASE"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

#[track_caller]
fn said(output: &Output) -> String {
    let text = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8(text).unwrap()
}

const HUB: &[&str] = &["org", "add", "--slug", "hub", "--role", "hub", "--name-en", "Centre"];

#[test]
fn a_folder_without_a_hub_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("hbu");
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    for data in [&absent, &empty] {
        for words in [
            &["org", "list"][..],
            &["sector", "add", "--slug", "energy", "--name-en", "Energy"],
            &["org", "add", "--slug", "grid-a", "--role", "member", "--name-en", "Grid A"],
            &["user", "list", "--org", "hub"],
            &["key", "list"],
            &["backup", "--to", folder.path().join("copy").to_str().unwrap()],
        ] {
            let refused = admin(data, words);
            assert_eq!(refused.status.code(), Some(2), "{words:?}: {}", said(&refused));
            let why = said(&refused);
            assert!(why.contains("holds no hub") && why.contains("--role hub"), "{words:?}: {why}");
        }
        let doctor = admin(data, &["doctor"]);
        assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
        assert!(said(&doctor).contains("holds no hub"), "{}", said(&doctor));
        let keys = noroshi(data, &["log", "keys"]);
        assert!(!keys.status.success() && said(&keys).contains("holds no hub"), "{}", said(&keys));
    }
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["empty"], "nothing was made");
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0, "nor in it");
    let made = admin(&absent, HUB);
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&admin(&absent, &["org", "list"])).contains("hub\tCentre\tCentre\thub"));
}

#[test]
fn sectors_are_listed_with_how_many_they_have() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let done = |words: &[&str]| {
        let output = admin(&data, words);
        assert!(output.status.success(), "{words:?}: {}", said(&output));
        said(&output)
    };
    done(HUB);
    assert_eq!(done(&["sector", "list"]), "");
    for (slug, ja, en) in [("water", "水道", "Water"), ("energy", "エネルギー", "Energy")] {
        done(&["sector", "add", "--slug", slug, "--name-ja", ja, "--name-en", en]);
    }
    done(&[
        "org",
        "add",
        "--slug",
        "grid-a",
        "--role",
        "member",
        "--sector",
        "energy",
        "--name-en",
        "Grid A",
    ]);
    done(&[
        "org",
        "add",
        "--slug",
        "grid-b",
        "--role",
        "member",
        "--sector",
        "energy",
        "--name-en",
        "Grid B",
        "--parent",
        "grid-a",
    ]);
    assert_eq!(done(&["sector", "list"]), "energy\tエネルギー\tEnergy\t1\nwater\t水道\tWater\t0\n");
    // what an organisation is, and what somebody is called, changes by command too
    done(&["org", "roles", "--org", "grid-b", "--role", "supplier", "--role", "customer"]);
    assert!(done(&["org", "list"]).contains("grid-b\tGrid B\tGrid B\tsupplier,customer\n"));
    let hub_away = admin(&data, &["org", "roles", "--org", "hub", "--role", "member"]);
    assert!(
        !hub_away.status.success() && said(&hub_away).contains("the hub's role stays"),
        "{}",
        said(&hub_away)
    );
}

#[test]
fn seats_are_given_listed_and_taken() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(admin(&data, HUB).status.success());
    for (slug, role) in [("ministry", "authority"), ("grid-a", "member")] {
        let made = admin(&data, &["org", "add", "--slug", slug, "--role", role, "--name-en", slug]);
        assert!(made.status.success(), "{}", said(&made));
    }
    let seat = |verb: &str, org: &str| {
        let which = ["--regime", "contract-promptly", "--addressee", "contracting-office"];
        admin(&data, &[&["seat", verb, "--org", org][..], &which].concat())
    };
    let listed = || said(&admin(&data, &["seat", "list"]));
    assert!(seat("add", "ministry").status.success());
    assert_eq!(listed(), "ministry\tcontract-promptly\tcontracting-office\n");
    let member = seat("add", "grid-a");
    assert!(!member.status.success() && said(&member).contains("neither authority nor customer"));
    assert!(seat("take", "ministry").status.success());
    assert_eq!(listed(), "");
    assert!(!seat("take", "ministry").status.success(), "it has none any more");
}
