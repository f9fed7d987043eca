//! The story that the example plays, each step measured: by the machine alone, then by people.

use super::community::{CAREFUL, Community, Org, QUICK, SUPPLIER, string};
use super::{mails, reports};
use crate::world;
use client::hub::HubClient;
use client::taxii::TaxiiClient;
use hub::Hub;
use hub::ops::approval::ApprovalForm;
use hub::ops::draft::DraftForm;
use hub::ops::{answer, approval, check, draft, mine, read, release, triage};
use model::answer::Progress;
use model::check::Counts;
use model::id::{ItemId, SubmissionId};
use model::item::Analysis;
use model::lang::Bilingual;
use model::role::{OrgRole, PersonRole};
use model::state::SubmissionState;
use model::vocabulary::Advice;
use serde_json::{Value, json};
use sharing::Caller;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Seconds after which a step that waits for the machine is a failure.
const WAIT_SECONDS: u64 = 30;

/// What was played.
pub(super) struct Played {
    pub(super) ok: bool,
    steps: Vec<(&'static str, f64)>,
    warned: usize,
    band: Value,
    /// The case of 2011 told again.
    replay: Bilingual,
}

impl Played {
    pub(super) fn json(&self) -> Value {
        let steps: Vec<Value> = self.steps.iter().map(|(name, ms)| json!({"name": name, "ms": ms})).collect();
        json!({"ok": self.ok, "steps": steps, "warned": self.warned, "answers_band": self.band, "replay_2011": self.replay})
    }

    pub(super) fn text(&self) -> String {
        let mut out = String::from("\n  狼煙  the story, as it just happened here\n\n");
        for (name, ms) in &self.steps {
            out.push_str(&format!("  {ms:>9.1} ms  {name}\n"));
        }
        out.push_str(&format!(
            "\n  {} organisations fetched the warning; the source is told: {}\n",
            self.warned, self.band
        ));
        out.push_str(&format!("\n  2011: {}\n        {}\n", self.replay.ja, self.replay.en));
        out
    }

    async fn step<T>(
        &mut self,
        name: &'static str,
        act: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let from: Instant = world::instant();
        let done = act.await.map_err(|why| format!("{name}: {why}"))?;
        let ms = from.elapsed().as_secs_f64() * 1000.0;
        self.steps.push((name, (ms * 10.0).round() / 10.0));
        Ok(done)
    }
}

/// Plays the whole story.
pub(super) async fn play(hub: &Hub, community: &Community) -> Result<Played, String> {
    let mut played =
        Played { ok: false, steps: Vec::new(), warned: 0, band: Value::Null, replay: Bilingual::default() };
    let (item, submission) = by_machine(hub, community, &mut played).await?;
    answers(hub, community, &mut played, item, submission).await?;
    check(hub, community, &mut played, item).await?;
    by_people(hub, community, &mut played).await?;
    played.replay =
        played.step("the case of 2011 is told again, with its clock", reports::play(hub, community)).await?;
    played.ok = true;
    Ok(played)
}

/// A mail comes in; with standing consent and the machine rule every member of the sector can fetch the warning at once.
async fn by_machine(
    hub: &Hub,
    community: &Community,
    played: &mut Played,
) -> Result<(ItemId, SubmissionId), String> {
    let source = community.org(QUICK)?;
    let mail = mails::quotation(&source.name_ja, &format!("{}.example", source.slug));
    let sector: Vec<&Org> =
        community.organisations.iter().filter(|o| o.collections.contains_key("machinery")).collect();
    let from = world::instant();
    let receipt = played
        .step("a member sends an attack mail; it is on disk", send(community, source, mail, "mitsumori.eml"))
        .await?;
    played
        .step(
            "the hub reads it, builds the warning, asks the rule",
            wait_for(hub, source, &receipt, SubmissionState::Shared),
        )
        .await?;
    played.warned =
        played.step("every member of the sector fetches it over TAXII", fetch(community, &sector)).await?;
    played.steps.push((
        "mail received to every member can fetch it",
        (from.elapsed().as_secs_f64() * 10_000.0).round() / 10.0,
    ));
    let submission: SubmissionId = string(&receipt, "/id").parse().map_err(|_| "no receipt")?;
    let shown =
        mine::show(hub, sharing::caller::AsReporter { org: source.id }, submission).await.map_err(text)?;
    Ok((shown.item.ok_or("the submission is in no item")?, submission))
}

async fn send(community: &Community, from: &Org, mail: Vec<u8>, name: &str) -> Result<Value, String> {
    let client = HubClient::new(&community.url, &from.token).map_err(|why| why.to_string())?;
    let key: String = world::random::<8>().iter().map(|b| format!("{b:02x}")).collect();
    client.submit(mail, name, true, &key).await.map_err(|why| why.to_string())
}

async fn wait_for(hub: &Hub, org: &Org, receipt: &Value, state: SubmissionState) -> Result<(), String> {
    let id: SubmissionId = string(receipt, "/id").parse().map_err(|_| "no receipt".to_owned())?;
    let deadline = world::instant() + Duration::from_secs(WAIT_SECONDS);
    loop {
        let shown = mine::show(hub, sharing::caller::AsReporter { org: org.id }, id).await.map_err(text)?;
        if shown.row.state == state {
            return Ok(());
        }
        if world::instant() > deadline {
            return Err(format!("still {} after {WAIT_SECONDS} s", shown.row.state));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Each member fetches its sector's collection; how many found a report in it.
async fn fetch(community: &Community, members: &[&Org]) -> Result<usize, String> {
    let mut found = 0;
    for member in members {
        let client = TaxiiClient::new(&format!("{}/taxii2/hub/", community.url), &member.token)
            .map_err(|why| why.to_string())?;
        let collection = member.collections.get("machinery").ok_or("no sector collection")?;
        let mut reports = 0;
        let count = |object: Value| reports += usize::from(string(&object, "/type") == "report");
        client.pull(collection, None, count).await.map_err(|why| why.to_string())?;
        found += usize::from(reports > 0);
    }
    if found == members.len() {
        Ok(found)
    } else {
        Err(format!("only {found} of {} found the warning", members.len()))
    }
}

/// Members check themselves and answer; at the end of the day the source is told a band, never a number or a name.
async fn answers(
    hub: &Hub,
    community: &Community,
    played: &mut Played,
    item: ItemId,
    submission: SubmissionId,
) -> Result<(), String> {
    let source = community.org(QUICK)?;
    let others: Vec<&Org> = community
        .organisations
        .iter()
        .filter(|o| o.slug != QUICK && o.collections.contains_key("machinery"))
        .collect();
    let all = async {
        for (n, org) in others.iter().enumerate() {
            let progress = if n < 4 { Progress::Seen } else { Progress::NotSeen };
            let caller = person(org, OrgRole::Member, PersonRole::Reporter);
            let reader = read::audiences(hub, &caller).await.map_err(text)?;
            let who = caller.answerer().map_err(|why| why.to_string())?;
            answer::answer(hub, who, &reader, item, progress, Some(100)).await.map_err(text)?;
        }
        Ok(())
    };
    played.step("eleven members check themselves and answer", all).await?;
    let tell = async { hub::jobs::tell_bands(hub).await.map_err(text) };
    played.step("end of the day: the source is told a band", tell).await?;
    let shown =
        mine::show(hub, sharing::caller::AsReporter { org: source.id }, submission).await.map_err(text)?;
    played.band = json!({"seen": shown.bands.seen, "not_seen": shown.bands.not_seen});
    Ok(())
}

/// A customer asks its supplier to check itself; the supplier's program answers, and the customer's board shows it.
async fn check(hub: &Hub, community: &Community, played: &mut Played, item: ItemId) -> Result<(), String> {
    let (customer, supplier) = (community.org(QUICK)?, community.org(SUPPLIER)?);
    let caller = person(customer, OrgRole::Member, PersonRole::Approver);
    let asker = caller.asker().map_err(|why| why.to_string())?;
    let asked = async {
        let reader = read::audiences(hub, &caller).await.map_err(text)?;
        let new = check::ask::NewCheck {
            item,
            whom: BTreeSet::from([supplier.id]),
            named: true,
            due_at: model::time::plus_days(hub.now(), 2),
            counts: Counts::LogsAndMachines,
            parent: None,
        };
        check::ask::ask(hub, asker, &reader, new).await.map_err(text)
    };
    let id =
        played.step("a customer asks its supplier to check itself by the day after tomorrow", asked).await?;
    let answered = async {
        let client = HubClient::new(&community.url, &supplier.token).map_err(|why| why.to_string())?;
        let checks = client.checks().await.map_err(|why| why.to_string())?;
        let answer = json!({"checked": 38, "hits": 0, "leaving": "no", "evidence": true});
        client.answer_check(&string(&checks, "/0/id"), &answer).await.map_err(|why| why.to_string())
    };
    played.step("the supplier answers: 38 machines, nothing found", answered).await?;
    let board = check::board::board(hub, asker, id).await.map_err(text)?;
    if board.ask.totals.answered == 1 { Ok(()) } else { Err("the board does not show the answer".to_owned()) }
}

/// The same with people: triage, analysis, approval by the source, release by another person.
async fn by_people(hub: &Hub, community: &Community, played: &mut Played) -> Result<(), String> {
    let source = community.org(CAREFUL)?;
    let domain = format!("{}.example", source.slug);
    let receipt = send(community, source, mails::invoice(&domain), "seikyusho.eml").await?;
    played
        .step(
            "a mail in ISO-2022-JP is read and drafted",
            wait_for(hub, source, &receipt, SubmissionState::Drafted),
        )
        .await?;
    let id: SubmissionId = string(&receipt, "/id").parse().map_err(|_| "no receipt")?;
    let item = played
        .step("hub staff looks at it, adds analysis, asks the source", analyse(hub, community, id))
        .await?;
    played.step("the source approves exactly that", approve(hub, source, id)).await?;
    let leave = async {
        let releaser = staff(community, "releaser")?.releaser().map_err(|why| why.to_string())?;
        release::release(hub, releaser, item).await.map_err(text)
    };
    played.step("another person releases it", leave).await?;
    wait_for(hub, source, &receipt, SubmissionState::Shared).await?;
    let waiting = send(community, source, mails::mailbox(&domain), "mailbox-full.eml").await?;
    wait_for(hub, source, &waiting, SubmissionState::Drafted).await?;
    let waiting: SubmissionId = string(&waiting, "/id").parse().map_err(|_| "no receipt")?;
    played.step("a third mail waits on the approval page for you", analyse(hub, community, waiting)).await?;
    Ok(())
}

async fn analyse(hub: &Hub, community: &Community, id: SubmissionId) -> Result<ItemId, String> {
    let looking = staff(community, "triager")?.staff().map_err(|why| why.to_string())?;
    let look = triage::look(hub, looking, id).await.map_err(text)?;
    let item = look.row.item.ok_or("no draft")?;
    let caller = staff(community, "analyst")?;
    let analyst = caller.analyst().map_err(|why| why.to_string())?;
    let view = draft::show(hub, caller.staff().map_err(|why| why.to_string())?, item).await.map_err(text)?;
    let form = DraftForm {
        analysis: Analysis {
            advice: BTreeSet::from([Advice::SearchMail, Advice::SearchProxy, Advice::WarnStaff]),
            techniques: BTreeSet::from(["T1566.002".to_owned()]),
            ja: "認証情報の窃取を目的とした偽サイトへ誘導するメールです。".to_owned(),
            en: "The mail leads to a site that collects credentials.".to_owned(),
        },
        tlp: view.row.tlp,
        audience: view.audience,
        removed: BTreeSet::new(),
        techniques: BTreeSet::new(),
        fingerprint: Some(view.fingerprint),
    };
    draft::save(hub, analyst, item, form).await.map_err(text)?;
    draft::ask(hub, analyst, item).await.map_err(text)?;
    Ok(item)
}

async fn approve(hub: &Hub, source: &Org, id: SubmissionId) -> Result<(), String> {
    let caller = person(source, OrgRole::Member, PersonRole::Approver);
    let page =
        approval::show(hub, caller.source().map_err(|why| why.to_string())?, id).await.map_err(text)?;
    let sectors = page.choices.sectors.iter().map(|(id, _, _)| *id).collect();
    let form = ApprovalForm {
        fingerprint: page.fingerprint,
        destinations: model::consent::Destinations { sectors, ..Default::default() },
        now: true,
        ..ApprovalForm::default()
    };
    approval::approve(hub, caller.approver().map_err(|why| why.to_string())?, id, form).await.map_err(text)
}

fn person(org: &Org, org_role: OrgRole, role: PersonRole) -> Caller {
    Caller::session(org.id, BTreeSet::from([org_role]), org.person, BTreeSet::from([role]))
}

fn staff(community: &Community, role: &'static str) -> Result<Caller, String> {
    let hub = community.org("hub")?;
    let person = community.person(role)?;
    let role: PersonRole = role.parse().map_err(|_| "no such role".to_owned())?;
    Ok(Caller::session(hub.id, BTreeSet::from([OrgRole::Hub]), person.id, BTreeSet::from([role])))
}

fn text(why: hub::HubError) -> String {
    why.to_string()
}
