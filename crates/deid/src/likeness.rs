//! What near-duplicates share. One wave of mails is one row of the hub's queue, though each copy greets another person, carries
//! another number and comes from another address.
//!
//! Each key is a reason of its own; two mails that share any are of one wave. The hub keeps keyed hashes of the keys only.

use crate::names::fold;
use crate::parts::{feature, file, host};
use crate::victim::{Victim, registrable};
use mail::{LinkPlace, Message};
use model::lang::Bilingual;
use model::profile::Profile;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Characters of the text that are compared; what a wave says stands on its first pages.
const TEXT_CHARS_MAX: usize = 20_000;
/// Letters of a text below which it says too little to be compared: `see attached`.
const TEXT_LETTERS_MIN: usize = 60;
/// Letters of a subject below which it says too little: a word of Japanese has three.
const SUBJECT_LETTERS_MIN: usize = 3;
/// Letters that are compared at once: longer than a word of Japanese, about one of English.
const SHINGLE: usize = 6;
/// Texts are of one wave when all samples of one band agree. With three bands of four, texts that share nine tenths meet in
/// 96 of 100 cases, those that share a fifth in 1 of 200.
const BANDS: u64 = 3;
/// Samples of one band.
const SAMPLES: u64 = 4;
/// Hosts of links that make keys; a mail with more is a newsletter.
const HOSTS_MAX: usize = 5;

/// One thing that near-duplicates share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Equal in both; to be hashed under a key before it is kept.
    pub key: String,
    /// The reason, in words.
    pub words: Bilingual,
}

fn reason(key: String, ja: &str, en: &str) -> Likeness {
    Likeness { key, words: Bilingual { ja: ja.to_owned(), en: en.to_owned() } }
}

/// The keys of a mail, the surest first. Cost: one pass over the text for each of twelve samples.
#[must_use]
pub fn likeness(message: &Message) -> Vec<Likeness> {
    let victim = Victim::of_mail(&Profile::default(), message, &[]);
    let mut out = Vec::new();
    let files: BTreeSet<&str> = feature::all_files(message)
        .into_iter()
        .filter(|f| file::is_evidence(f, false) && !f.content_type.starts_with("image/"))
        .map(|f| f.sha256.as_str())
        .collect();
    if !files.is_empty() {
        let joined: Vec<&str> = files.into_iter().collect();
        out.push(reason(
            format!("files {}", joined.join(" ")),
            "添付ファイルが同じ",
            "the same attached files",
        ));
    }
    let text = comparable(message, &victim);
    if text.chars().count() >= TEXT_LETTERS_MIN {
        for band in 0..BANDS {
            out.push(reason(sample(&text, band), "本文がほぼ同じ", "nearly the same text"));
        }
    }
    let subject = letters(&message.subject, &victim);
    if subject.chars().count() >= SUBJECT_LETTERS_MIN {
        for host in hosts(message) {
            let (ja, en) = ("件名とリンク先が同じ", "the same subject and link target");
            out.push(reason(format!("link {host} {subject}"), ja, en));
        }
        for from in message.from.iter().filter(|f| !f.address.is_empty()) {
            let (ja, en) = ("件名と差出人が同じ", "the same subject and sender");
            out.push(reason(format!("sender {} {subject}", from.address.to_lowercase()), ja, en));
        }
    }
    out
}

/// The words of the mail without lines that name its recipient, addresses and numbers: what all copies have.
fn comparable(message: &Message, victim: &Victim) -> String {
    let text: String = message.text.chars().take(TEXT_CHARS_MAX).collect();
    text.lines()
        .filter(|line| !line.contains("://") && !line.contains('@'))
        .map(|line| letters(line, victim))
        .collect()
}

fn letters(line: &str, victim: &Victim) -> String {
    let spaced = fold::spaced(line);
    let kept = spaced.split(' ').filter(|w| !w.chars().any(|c| c.is_ascii_digit()) && !victim.is_named_in(w));
    kept.collect()
}

fn hosts(message: &Message) -> BTreeSet<String> {
    message
        .links
        .iter()
        .filter(|l| l.place != LinkPlace::Loaded)
        .filter_map(|l| registrable(&feature::host_of(l.destination())?))
        .filter(|h| host::indicator(h).is_some())
        .take(HOSTS_MAX)
        .collect()
}

/// The least hash of all shingles, under each of the band's samples: equal with the share of shingles in common.
fn sample(text: &str, band: u64) -> String {
    let signs: Vec<char> = text.chars().collect();
    let mut least = [u64::MAX; SAMPLES as usize];
    for shingle in signs.windows(SHINGLE) {
        let hash = shingle.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, c| {
            (h ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3)
        });
        for (n, least) in least.iter_mut().enumerate() {
            *least = (*least).min(mixed(hash ^ mixed(band * SAMPLES + n as u64 + 1)));
        }
    }
    let bytes: Vec<u8> = least.iter().flat_map(|n| n.to_le_bytes()).collect();
    let digest = Sha256::digest(&bytes);
    format!("text {band} {}", data_encoding::HEXLOWER.encode(&digest))
}

/// Spreads the bits (the finaliser of SplitMix64).
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "いつもお世話になっております。\r\n先日ご依頼いただきましたお見積書をお送りいたします。\r\n\
        内容をご確認のうえ、本日中にご返信くださいますようお願い申し上げます。ご不明な点がございましたら担当までお問い合わせください。";

    fn mail(to: &str, name: &str, from: &str, subject: &str, body: &str) -> Message {
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{name}様\r\n\r\n{body}\r\n"
        );
        mail::read_message(raw.as_bytes()).0
    }

    fn shared(a: &Message, b: &Message) -> BTreeSet<String> {
        let b: Vec<String> = likeness(b).into_iter().map(|l| l.key).collect();
        likeness(a).into_iter().filter(|l| b.contains(&l.key)).map(|l| l.words.en).collect()
    }

    #[test]
    fn copies_for_others_are_alike() {
        let one = mail("yamada@fujimi.example", "山田", "a@evil.example", "見積書 4711", BODY);
        let two = mail("sato@asagiri.example", "佐藤", "b@other.example", "見積書 9999", BODY);
        assert_eq!(shared(&one, &two), BTreeSet::from(["nearly the same text".to_owned()]));
        let three = mail("sato@asagiri.example", "佐藤", "a@evil.example", "見積書 1", "短い");
        assert_eq!(shared(&one, &three), BTreeSet::from(["the same subject and sender".to_owned()]));
    }

    #[test]
    fn a_wave_of_466_meets_and_others_do_not() {
        let first = mail("x@fujimi.example", "甲", "0@evil0.example", "お見積", BODY);
        let others = (1..466).filter(|n| {
            let body = format!("{BODY}\r\n整理番号 {n}\r\nhttps://evil{n}.example/{n}");
            let copy =
                mail(&format!("p{n}@o{n}.example"), "乙", &format!("{n}@evil{n}.example"), "お見積", &body);
            shared(&first, &copy).is_empty()
        });
        assert_eq!(others.count(), 0);
        let else_ = mail(
            "x@fujimi.example",
            "甲",
            "c@evil.example",
            "アカウント",
            "お客様のアカウントで普段と異なる場所からのログインが\r\n\
            確認されました。安全のため、下記より本人確認の手続きをお願いいたします。手続きがない場合はご利用を制限いたします。",
        );
        assert!(shared(&first, &else_).is_empty());
    }
}
