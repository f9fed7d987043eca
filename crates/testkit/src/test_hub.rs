//! A hub in a simulated world: a folder, a clock, seeded chance, a community.

use crate::cluster::{self, Database};
use crate::forgetful::Forgetful;
use crate::world::{SimChance, SimClock};
use crate::{Answer, Ask};
use axum::Router;
use client::post::{Mail, Transport};
use hub::log::LogSettings;
use hub::log::beat::Beaten;
use hub::log::receipt::LogReceipt;
use hub::notify::Post;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation, NewPerson};
use hub::ops::submit::NewSubmission;
use hub::{Clock, Hub, Settings};
use jiff::{SignedDuration, Timestamp};
use model::consent::{Delay, Destinations, MachineRule, StandingConsent};
use model::id::{OrgId, PasskeyId, PersonId, SectorId, SubmissionId};
use model::lang::{Bilingual, Lang};
use model::profile::Profile;
use model::role::{OrgRole, PersonRole, Scope};
use model::submission::Door;
use model::tlp::Tlp;
use sharing::caller::AsReporter;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// The password of every person in tests.
pub(crate) const PASSWORD: &str = "a password for tests";

/// One organisation of the test community.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its identifier.
    pub id: OrgId,
    /// Its slug; its domain is `SLUG.example`.
    pub slug: String,
    /// A token with every scope.
    pub token: String,
}

/// A hub over a folder of its own.
pub struct TestHub {
    /// The hub.
    pub hub: Hub,
    /// Its faces.
    pub router: Router,
    /// Its clock.
    pub clock: Arc<SimClock>,
    /// The hub's own organisation.
    pub staff: OrgId,
    /// The sector of the members.
    pub sector: SectorId,
    /// The members, in order.
    pub members: Vec<Member>,
    chance: Arc<SimChance>,
    folder: TempDir,
    log: LogSettings,
    disk: Option<Forgetful>,
    /// Dropped last: the hub's connections are gone by then.
    database: Option<Database>,
}

/// When every simulated story begins.
fn begin() -> Timestamp {
    "2026-01-05T00:00:07Z".parse().unwrap()
}

fn settings(log: &LogSettings) -> Settings {
    Settings {
        name: Bilingual { ja: "試験ハブ".to_owned(), en: "Test hub".to_owned() },
        url: "http://hub.test".to_owned(),
        sector_min: sharing::audience::SECTOR_MIN,
        upkeep: hub::Upkeep::default(),
        log: log.clone(),
        webhook_networks: vec!["127.0.0.0/8".parse().unwrap()],
    }
}

/// A folder in memory where there is one: a test syncs as often as the real hub, and disks are slow.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Connections of a test's hub: a test is one caller and its jobs.
const CONNECTIONS: u32 = 6;

fn place(folder: &Path, database: Option<&Database>) -> store::Where {
    store::Where {
        data: folder.join("data"),
        keys: folder.join("keys"),
        postgres: database.map(Database::url),
        connections: CONNECTIONS,
    }
}

impl TestHub {
    /// A hub with `members` members in one sector, called `m0`, `m1`, …
    pub async fn new(members: usize) -> Self {
        Self::within(folder(), members).await
    }

    /// The same where each organisation may send so much a day.
    pub async fn with_quota(members: usize, quota: hub::Quota) -> Self {
        let upkeep = hub::Upkeep { quota, ..hub::Upkeep::default() };
        Self::set(folder(), members, Settings { upkeep, ..settings(&LogSettings::default()) }).await
    }

    /// The same in a folder of the caller's choice, e.g. on a disk whose syncs take time.
    pub async fn within(folder: TempDir, members: usize) -> Self {
        Self::set(folder, members, settings(&LogSettings::default())).await
    }

    /// The same reached at another address.
    pub async fn at(url: &str, members: usize) -> Self {
        let url = url.to_owned();
        Self::set(folder(), members, Settings { url, ..settings(&LogSettings::default()) }).await
    }

    async fn set(folder: TempDir, members: usize, settings: Settings) -> Self {
        let database = if cluster::wanted() { Some(Database::new(None).await) } else { None };
        let clock = Arc::new(SimClock::new(begin()));
        let chance = Arc::new(SimChance::new(7, false));
        let at = place(folder.path(), database.as_ref());
        let store = store::Store::open(&at, [9; 32], begin()).await.unwrap();
        let log = settings.log.clone();
        let hub = Hub::new(store, clock.clone(), chance.clone(), settings);
        let by = AsRegistrar::Machine;
        admin::set_up(&hub, by).await.unwrap();
        let name = |text: &str| Bilingual { ja: text.to_owned(), en: text.to_owned() };
        let sector = hub::ops::sector::add(&hub, by, "energy", name("Energy")).await.unwrap();
        let staff = organisation(&hub, "centre", OrgRole::Hub, None).await;
        let mut out = Self {
            router: server::router(hub.clone()),
            hub,
            clock,
            staff,
            sector,
            members: Vec::new(),
            chance,
            folder,
            log,
            disk: None,
            database,
        };
        for n in 0..members {
            out.add_member(&format!("m{n}")).await;
        }
        out
    }

    /// The same with mail: what goes out lies in the list.
    pub async fn with_mail(members: usize) -> (Self, Arc<Mutex<Vec<Mail>>>) {
        let mut out = Self::new(members).await;
        let mails = Arc::new(Mutex::new(Vec::new()));
        let post = Post {
            transport: Transport::Memory(mails.clone()),
            from: "notice@hub.test.example".to_owned(),
            domain: "in.hub.test.example".to_owned(),
        };
        out.hub = out.hub.with_post(post);
        out.router = server::router(out.hub.clone());
        (out, mails)
    }

    async fn add_member(&mut self, slug: &str) {
        let id = organisation(&self.hub, slug, OrgRole::Member, Some(self.sector)).await;
        let scopes = Scope::ALL.iter().copied().collect();
        let token =
            admin::add_token(&self.hub, AsRegistrar::Machine, id, "test", scopes, None).await.unwrap();
        self.members.push(Member { id, slug: slug.to_owned(), token });
    }

    /// Another world: the same folder, clock and streams of chance at this moment, free to go its own way.
    pub async fn fork(&self, blind: bool) -> Self {
        let folder = folder();
        copy(self.folder.path(), folder.path());
        let database = match &self.database {
            Some(database) => Some(Database::new(Some(database)).await),
            None => None,
        };
        let clock = Arc::new(SimClock::new(self.clock.now()));
        let chance = Arc::new(self.chance.fork(blind));
        let at = place(folder.path(), database.as_ref());
        let store = store::Store::open(&at, [9; 32], begin()).await.unwrap();
        let log = self.log.clone();
        let hub = Hub::new(store, clock.clone(), chance.clone(), settings(&log));
        let router = server::router(hub.clone());
        let (staff, sector, members) = (self.staff, self.sector, self.members.clone());
        Self { hub, router, clock, staff, sector, members, chance, folder, log, disk: None, database }
    }

    /// The same hub after a stop and a start.
    pub async fn restart(self) -> Self {
        self.rest().await;
        let hub = self.process("log").await;
        Self { router: server::router(hub.clone()), hub, ..self }
    }

    /// The same hub with other settings of its log.
    pub async fn with_log(self, log: LogSettings) -> Self {
        Self { log, ..self }.restart().await
    }

    /// The same hub with the log's files on another disk.
    pub async fn on_disk(self, disk: &Forgetful) -> Self {
        disk.holds(&self.data());
        Self { disk: Some(disk.clone()), ..self }.restart().await
    }

    /// Another process over the same database and keys, with files of its own.
    pub async fn another_node(&self) -> Hub {
        self.process("log-of-another").await
    }

    async fn process(&self, log: &str) -> Hub {
        let place = place(self.folder.path(), self.database.as_ref());
        let folder = place.data.join(log);
        let store = store::Store::open(&place, [9; 32], begin()).await.unwrap();
        let tiles = match &self.disk {
            Some(disk) => store::Tiles::on(Box::new(disk.clone()), folder),
            None => store::Tiles::new(folder),
        };
        let (clock, chance) = (self.clock.clone(), self.chance.clone());
        let url = self.hub.settings().url.clone();
        Hub::new(store.with_tiles(tiles), clock, chance, Settings { url, ..settings(&self.log) })
    }

    /// One mail of a member, sent over the API.
    pub async fn send(&self, from: &Member, n: u32) -> SubmissionId {
        self.submit(from.id, crate::mails::attack(&format!("{}.example", from.slug), n)).await
    }

    /// Any bytes of an organisation, sent over the API.
    pub async fn submit(&self, org: OrgId, bytes: Vec<u8>) -> SubmissionId {
        let new = NewSubmission {
            bytes,
            kind: None,
            filename: None,
            note: String::new(),
            door: Door::Api,
            delay: Delay::Slot,
            exercise: false,
            idempotency_key: None,
            seen: None,
        };
        hub::ops::submit::submit(&self.hub, AsReporter { org }, new).await.unwrap().id
    }

    /// The log's receipt of it.
    pub async fn log_receipt(&self, of: &Member, id: SubmissionId) -> LogReceipt {
        hub::log::receipt::of_submission(&self.hub, AsReporter { org: of.id }, id).await.unwrap()
    }

    /// One beat of the log, and a minute.
    ///
    /// # Errors
    /// What the beat says.
    pub async fn beat(&self) -> Result<Beaten, hub::HubError> {
        let beaten = hub::log::beat::beat(&self.hub).await;
        self.clock.set(self.clock.now().checked_add(SignedDuration::from_secs(60)).unwrap());
        beaten
    }

    /// So many beats.
    pub async fn beats(&self, count: u32) {
        for _ in 0..count {
            assert!(matches!(self.beat().await.unwrap(), Beaten::Grown { .. }));
        }
    }

    /// Closes the database so that its folder can be copied by [`TestHub::fork`].
    pub async fn rest(&self) {
        self.hub.close().await;
    }

    /// The receipt code of what a member sent.
    pub async fn code(&self, from: &Member, id: SubmissionId) -> String {
        hub::ops::mine::show(&self.hub, AsReporter { org: from.id }, id).await.unwrap().row.code
    }

    /// A person who can sign in, with roles for one member.
    pub async fn person(&self, login: &str, org: OrgId, roles: &[PersonRole]) {
        let new = NewPerson {
            login: login.to_owned(),
            name: login.to_owned(),
            lang: Lang::En,
            zone: "Asia/Tokyo".to_owned(),
            password: PASSWORD.to_owned(),
            roles: roles.iter().map(|r| (org, *r)).collect(),
        };
        admin::add_person(&self.hub, AsRegistrar::Machine, new).await.unwrap();
    }

    /// Somebody of an organisation whose telephone number is registered.
    pub async fn callable(&self, login: &str, org: OrgId) -> PersonId {
        self.person(login, org, &[PersonRole::Contact]).await;
        let cookie = self.sign_in(login).await;
        let person = hub::ops::auth::session(&self.hub, &cookie).await.unwrap().unwrap().person;
        let notify = model::role::Notify::Off;
        hub::ops::account::set_contact(&self.hub, person, "", "03-0000-0000", notify).await.unwrap();
        person
    }

    /// A passkey of a person, of a device that is nowhere.
    pub async fn passkey_of(&self, person: PersonId) -> PasskeyId {
        let mut tx = self.hub.store().write().await.unwrap();
        let n = u8::try_from(tx.count_passkeys(person).await.unwrap()).unwrap();
        let credential = [person.0.as_bytes(), &[n][..]].concat();
        let row = store::PasskeyRow {
            id: PasskeyId::from_random(credential[1..].try_into().unwrap()),
            person,
            credential,
            public_key: Vec::new(),
            counter: 0,
            backup_eligible: false,
            label: "laptop".to_owned(),
            created_at: self.hub.now(),
            last_used_at: None,
        };
        tx.insert_passkey(&row).await.unwrap();
        tx.commit().await.unwrap();
        row.id
    }

    /// The cookie of a fresh session.
    pub async fn sign_in(&self, login: &str) -> String {
        hub::ops::auth::sign_in(&self.hub, login, PASSWORD, "test").await.unwrap().cookie
    }

    /// The machine rule on, and a standing consent of this member to its sector.
    pub async fn standing(&self, member: &Member, delay: Delay) {
        let rule = MachineRule { enabled: true, items_per_day: 1_000 };
        admin::set_machine_rule(&self.hub, AsRegistrar::Machine, rule).await.unwrap();
        let destinations = Destinations { sectors: BTreeSet::from([self.sector]), ..Destinations::default() };
        let terms = StandingConsent { destinations, widest_tlp: Tlp::Green, delay };
        let who = crate::member(member.id, &[PersonRole::Approver]).approver().unwrap();
        hub::ops::approval::give_standing(&self.hub, who, terms).await.unwrap();
    }

    /// Does what is due now.
    pub async fn work(&self) {
        hub::jobs::run_due(&self.hub).await.unwrap();
    }

    /// Lets time pass, doing each job at its own time.
    pub async fn pass(&self, time: SignedDuration) {
        let end = self.clock.now().checked_add(time).unwrap();
        self.work().await;
        while let Some(due) = hub::jobs::next_due(&self.hub).await.unwrap().filter(|due| *due <= end) {
            self.clock.set(due.max(self.clock.now()));
            self.work().await;
        }
        self.clock.set(end);
    }

    /// The identifiers that the next draws for `purpose` will give, without drawing them.
    #[must_use]
    pub fn upcoming(&self, purpose: &str, count: usize) -> Vec<[u8; 16]> {
        let ahead = self.chance.fork(false);
        let draw = |_| {
            let mut id = [0; 16];
            hub::Chance::fill(&ahead, purpose, &mut id);
            id
        };
        (0..count).map(draw).collect()
    }

    /// Sends a request.
    pub async fn ask(&self, ask: Ask) -> Answer {
        ask.to(&self.router).await
    }

    /// The address of its database.
    #[must_use]
    pub fn database_url(&self) -> String {
        match &self.database {
            Some(database) => database.url(),
            None => format!("sqlite://{}", self.data().join("noroshi.db").display()),
        }
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        place(self.folder.path(), None).data
    }
}

async fn organisation(hub: &Hub, slug: &str, role: OrgRole, sector: Option<SectorId>) -> OrgId {
    let domain = format!("{slug}.example");
    let new = NewOrganisation {
        slug: slug.to_owned(),
        name: Bilingual { ja: format!("{slug}株式会社"), en: format!("{slug} corporation") },
        parent: None,
        roles: BTreeSet::from([role]),
        sectors: sector.into_iter().collect(),
        profile: Profile {
            domains: vec![domain],
            names: vec![format!("{slug} corporation")],
            ..Profile::default()
        },
    };
    admin::add_organisation(hub, AsRegistrar::Machine, new).await.unwrap()
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
