//! A sector that is attacked: ten organisations with lasting habits, and the mails they get from shared campaigns.
//!
//! Who is attacked by whom is drawn alike for all, so that whatever tells an organisation apart in a released item was left
//! there by its own systems: gateway, tenant, logo, disclaimer, hosts.

use super::cast::{self, Attacker, Company};
use super::coding;
use super::dice::Dice;
use super::files::{self, Entry};
use super::names::{self, Word};

/// Campaigns that run in the sector.
const CAMPAIGNS: usize = 300;

/// What stays the same in all mails of one organisation.
#[derive(Clone, Debug)]
struct Habits {
    company: Company,
    people: Vec<Word>,
    gateway: Option<&'static str>,
    tag: &'static str,
    zone: &'static str,
    edge: String,
    address: String,
    tenant: String,
    logo: Vec<u8>,
    charset: usize,
}

/// Wrappers of gateways; `{}` is the target.
const GATEWAYS: [Option<&str>; 5] = [
    None,
    Some("https://jpn01.safelinks.protection.outlook.com/?url={}&data=05&reserved=0"),
    Some("https://linkprotect.cudasvc.com/url?a={}&c=E,1,abc&typo=1"),
    Some("https://secure-web.cisco.com/1AbCdEf/{}"),
    Some("https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url={}&umid=1"),
];
const TAGS: [&str; 4] = ["", "[EXT] ", "[社外] ", "【外部】"];
const ZONES: [&str; 3] = ["+0900", "+0000", "-0500"];
const STORIES: [&str; 4] = ["請求書", "見積書の件", "Invoice overdue", "パスワード更新のお知らせ"];

/// The sector.
#[derive(Clone, Debug)]
pub struct Sector {
    habits: Vec<Habits>,
    campaigns: Vec<Attacker>,
    /// Chance.
    pub dice: Dice,
}

impl Sector {
    /// A sector of organisations with these domains.
    #[must_use]
    pub fn new(seed: u64, domains: &[String]) -> Self {
        let mut dice = Dice::new(seed);
        let mut words = names::pool(&mut dice);
        let habits =
            domains.iter().enumerate().map(|(n, domain)| habits(&mut dice, &mut words, n, domain)).collect();
        let campaigns = (0..CAMPAIGNS).map(|_| cast::attacker(&mut dice)).collect();
        Self { habits, campaigns, dice }
    }

    /// A mail to organisation `of`: most come from a campaign that others see too.
    pub fn mail(&mut self, of: usize) -> Vec<u8> {
        let attacker = if self.dice.chance(70) {
            self.dice.of(&self.campaigns).clone()
        } else {
            cast::attacker(&mut self.dice)
        };
        let habits = self.habits[of].clone();
        write(&habits, &attacker, &mut self.dice)
    }
}

fn habits(dice: &mut Dice, words: &mut Vec<Word>, n: usize, domain: &str) -> Habits {
    let mut company = cast::company(dice, words.pop().expect("some 800 words"));
    company.domain = domain.to_owned();
    let people: Vec<Word> = words.drain(..12).collect();
    let edge = format!("mx{n}.{domain}");
    let logo = files::png(&company.kanji(), &edge);
    Habits {
        people,
        gateway: GATEWAYS[n % GATEWAYS.len()],
        tag: TAGS[n % TAGS.len()],
        zone: ZONES[n % ZONES.len()],
        address: format!("203.0.113.{}", 10 + n),
        tenant: coding::hex_with("", &dice.bytes16()).to_lowercase(),
        charset: n % 3,
        edge,
        logo,
        company,
    }
}

fn write(h: &Habits, a: &Attacker, dice: &mut Dice) -> Vec<u8> {
    let person = dice.of(&h.people).clone();
    let addr = format!("{}@{}", person.romaji, h.company.domain);
    let target = format!("https://{}/{}?u={}", a.site, a.path, coding::base64url(addr.as_bytes()));
    let link = h
        .gateway
        .map_or_else(|| target.clone(), |wrap| wrap.replace("{}", &coding::hex_with("%", target.as_bytes())));
    let text = format!(
        "{}様\r\n\r\nご確認ください。\r\n{link}\r\nhttp://{}/{}\r\n\r\n-- \r\n{} {} http://www.{}/\r\n",
        person.kanji,
        a.bare,
        a.path,
        h.company.kanji(),
        h.tag,
        h.company.domain
    );
    let (charset, bytes) = match h.charset {
        0 => ("UTF-8", text.into_bytes()),
        1 => ("ISO-2022-JP", coding::jis(&text)),
        _ => ("Shift_JIS", coding::sjis(&text)),
    };
    let subject = coding::word_b("UTF-8", format!("{}{}", h.tag, dice.of(&STORIES)).as_bytes());
    let head = format!(
        "Received: from mail.{evil} (mail.{evil} [{hop}])\r\n by {edge} (Postfix) with ESMTP id {id}\r\n for <{addr}>; Tue, 13 Jan 2026 09:14:07 {zone}\r\n\
         X-MS-Exchange-CrossTenant-Id: {tenant}\r\nX-Originating-IP: [{own}]\r\nFrom: {local}@{evil}\r\nReply-To: {reply}\r\nTo: {addr}\r\n\
         Subject: {subject}\r\nDate: Tue, 13 Jan 2026 09:13:55 {zone}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b{tenant}\"\r\n\r\n",
        evil = a.domain,
        hop = a.hop,
        edge = h.edge,
        id = dice.draw(),
        zone = h.zone,
        tenant = h.tenant,
        own = h.address,
        local = a.local,
        reply = a.reply,
    );
    let part = |head: &str, body: &[u8]| {
        format!("{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n", coding::base64_lines(body))
            .into_bytes()
    };
    let file = files::zip(&[Entry::new("invoice.js", a.domain.as_bytes())], "", "");
    let parts = [
        part(&format!("Content-Type: text/plain; charset={charset}"), &bytes),
        part(
            "Content-Type: image/png; name=\"image001.png\"\r\nContent-Disposition: inline\r\nContent-ID: <logo>",
            &h.logo,
        ),
        part(
            "Content-Type: application/zip\r\nContent-Disposition: attachment; filename=\"invoice.zip\"",
            &file,
        ),
    ];
    let body = super::parts::multipart(&format!("b{}", h.tenant), "", &parts, "");
    [head.into_bytes(), body].concat()
}
