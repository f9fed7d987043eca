//! Policies: reading, quorums, and what a verifier believes.
#![expect(clippy::unwrap_used, reason = "a failing set-up must fail the test")]

use tlog::policy::{PolicyReason, Refusal};
use tlog::{Checkpoint, Frontier, KeyKind, Note, Policy, Proof, SignerKey, cosignature, leaf_hash};

fn log() -> SignerKey {
    SignerKey::from_seed("log.example/hub", KeyKind::Log, &[1; 32]).unwrap()
}

fn witness(n: u8) -> SignerKey {
    SignerKey::from_seed(&format!("w{n}.example"), KeyKind::Witness, &[100 + n; 32]).unwrap()
}

/// A policy text in which `$L` stands for the log's key and `$1`…`$9` for witnesses' keys.
fn text(template: &str) -> String {
    let with_log = template.replace("$L", &log().verifier().to_string());
    (1..=9).fold(with_log, |text, n| text.replace(&format!("${n}"), &witness(n).verifier().to_string()))
}

fn policy(template: &str) -> Policy {
    Policy::parse(text(template).as_bytes()).unwrap()
}

fn check_fault(template: &str, line: usize, reason: PolicyReason) {
    let faults = Policy::parse(text(template).as_bytes()).unwrap_err();
    assert_eq!(faults.first().map(|f| (f.line, f.reason.clone())), Some((line, reason)), "{template}");
}

#[test]
fn faults_name_line_and_reason() {
    let name = |n: &str| n.to_owned();
    check_fault("", 0, PolicyReason::Quorum);
    check_fault("log $L\n", 0, PolicyReason::Quorum);
    check_fault("quorum none\nquorum none\n", 2, PolicyReason::Quorum);
    check_fault("# comment\n\n \tlogs $L\nquorum none", 3, PolicyReason::Form);
    check_fault("log $L https://a.example b\nquorum none", 1, PolicyReason::Form);
    check_fault("log $1\nquorum none", 1, PolicyReason::WrongKind);
    check_fault("witness a $L\nquorum none", 1, PolicyReason::WrongKind);
    check_fault("log $L\nlog $L\nquorum none", 2, PolicyReason::DuplicateKey);
    check_fault("witness a $1\nwitness b $1\nquorum none", 2, PolicyReason::DuplicateKey);
    check_fault("witness a $1\nwitness a $2\nquorum none", 2, PolicyReason::DuplicateName(name("a")));
    check_fault("witness none $1\nquorum none", 1, PolicyReason::DuplicateName(name("none")));
    check_fault("group g any a\nquorum none", 1, PolicyReason::Unknown(name("a")));
    check_fault("witness a $1\ngroup g any none\nquorum none", 2, PolicyReason::Unknown(name("none")));
    check_fault("quorum a\nwitness a $1", 1, PolicyReason::Unknown(name("a")));
    check_fault("witness a $1\ngroup g any a a\nquorum g", 2, PolicyReason::UsedTwice(name("a")));
    check_fault(
        "witness a $1\ngroup g all a\ngroup h any a\nquorum g",
        3,
        PolicyReason::UsedTwice(name("a")),
    );
    for threshold in ["0", "2", "-1", "+1", "some", "99999999999999999999"] {
        check_fault(&format!("witness a $1\ngroup g {threshold} a\nquorum g"), 2, PolicyReason::Threshold);
    }
    check_fault("group g any\nquorum none", 1, PolicyReason::Threshold);
    check_fault("log $L\r\nquorum none", 1, PolicyReason::NotText);
    let faults = Policy::parse(b"x\ny\nquorum none\n").unwrap_err();
    assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [1, 2]);
}

fn signed(size: u64, times: &[(u8, u64)]) -> (Note, Frontier) {
    let mut tree = Frontier::new();
    tree.append_data(&(0..size).map(u64::to_be_bytes).collect::<Vec<_>>()).unwrap();
    let mut note = Checkpoint::new("log.example/hub", size, tree.root()).sign(&log()).unwrap();
    let lines = times.iter().map(|(n, time)| cosignature::cosign(&note.text, &witness(*n), *time).unwrap());
    let lines: Vec<_> = lines.collect();
    note.signatures.extend(lines);
    (note, tree)
}

fn check(template: &str, times: &[(u8, u64)], expected: Result<Option<u64>, Refusal>) {
    let believed = policy(template).believe(&signed(3, times).0);
    assert_eq!(believed.map(|b| b.not_after), expected, "{template} {times:?}");
}

#[test]
fn quorums_give_the_time_by_which_enough_had_seen_it() {
    let two_of_three = "log $L\nwitness a $1\nwitness b $2\nwitness c $3\ngroup g 2 a b c\nquorum g\n";
    check(two_of_three, &[(1, 50), (2, 10), (3, 30)], Ok(Some(30)));
    check(two_of_three, &[(1, 50), (3, 30)], Ok(Some(50)));
    check(two_of_three, &[(1, 50)], Err(Refusal::Quorum));
    check(two_of_three, &[(1, 50), (1, 60)], Err(Refusal::Quorum));
    check(two_of_three, &[(1, 50), (4, 60)], Err(Refusal::Quorum));
    check("log $L\nquorum none\n", &[(1, 5)], Ok(None));
    check("log $L\nwitness a $1\nquorum a\n", &[(1, 5)], Ok(Some(5)));
    check("log $L\nwitness a $1\nquorum a\n", &[], Err(Refusal::Quorum));
    check("witness a $1\nquorum a\n", &[(1, 5)], Err(Refusal::Log));
}

#[test]
fn groups_of_groups() {
    let text = "log $L\nwitness a $1\nwitness b $2\nwitness c $3\nwitness d $4\nwitness e $5\nwitness f $6\n\
                group x 2 a b c\ngroup y any d e f\ngroup both all x y\nquorum both\n";
    check(text, &[(1, 1), (2, 2), (6, 3)], Ok(Some(3)));
    check(text, &[(1, 1), (2, 2), (3, 3)], Err(Refusal::Quorum));
    check(text, &[(1, 1), (4, 2), (5, 3), (6, 4)], Err(Refusal::Quorum));
}

#[test]
fn a_proof_is_believed_only_whole() {
    let policy = policy("log $L\nwitness a $1\nquorum a\n");
    let (checkpoint, _) = signed(2, &[(1, 77)]);
    let (left, right) = (leaf_hash(&0_u64.to_be_bytes()), leaf_hash(&1_u64.to_be_bytes()));
    let proof = Proof { extra: None, index: 0, path: vec![right], checkpoint };
    let read = Proof::parse(proof.to_string().as_bytes()).unwrap();
    assert_eq!(policy.verify(&read, &left).map(|b| b.not_after), Ok(Some(77)));
    assert_eq!(policy.verify(&read, &right), Err(Refusal::Inclusion));
    assert_eq!(policy.verify(&Proof { index: 1, ..proof.clone() }, &left), Err(Refusal::Inclusion));
    let bare = Proof { checkpoint: signed(2, &[]).0, ..proof.clone() };
    assert_eq!(policy.verify(&bare, &left), Err(Refusal::Quorum));
    // Every changed character of the file is refused, or leaves the same proof: none is believed with another meaning.
    let file = proof.to_string();
    for (at, _) in file.char_indices() {
        let mut changed = file.clone().into_bytes();
        changed[at] ^= 1;
        let believed = Proof::parse(&changed).ok().and_then(|p| policy.verify(&p, &left).ok());
        assert_eq!(believed, None, "byte {at}");
    }
}
