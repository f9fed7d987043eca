//! The example community: a hub, a sector of twelve, a small sector of four, a ministry, a supplier. All names are invented.

use crate::world;
use hub::Hub;
use hub::ops::admin::{self, AsRegistrar, NewOrganisation, NewPerson};
use hub::ops::check::link;
use hub::ops::{account, approval};
use model::consent::{Delay, Destinations, MachineRule, StandingConsent};
use model::id::{OrgId, PersonId, SectorId};
use model::lang::{Bilingual, Lang};
use model::profile::Profile;
use model::role::{Notify, OrgRole, PersonRole, Scope};
use model::tlp::Tlp;
use serde::Serialize;
use serde_json::Value;
use sharing::Caller;
use std::collections::{BTreeMap, BTreeSet};

/// `demo.json`.
#[derive(Debug, Serialize)]
pub(super) struct Community {
    pub(super) url: String,
    pub(super) taxii_discovery: String,
    pub(super) organisations: Vec<Org>,
    /// Everybody who can sign in: the hub has one person a role.
    pub(super) people: Vec<Person>,
}

#[derive(Debug, Serialize)]
pub(super) struct Org {
    pub(super) name: String,
    pub(super) name_ja: String,
    pub(super) slug: String,
    pub(super) roles: Vec<&'static str>,
    pub(super) token: String,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) totp_secret: Option<String>,
    pub(super) collections: BTreeMap<String, String>,
    #[serde(skip)]
    pub(super) id: OrgId,
    #[serde(skip)]
    pub(super) person: PersonId,
}

#[derive(Debug, Serialize)]
pub(super) struct Person {
    pub(super) user: String,
    pub(super) password: String,
    pub(super) organisation: String,
    pub(super) role: &'static str,
    #[serde(skip)]
    pub(super) id: PersonId,
}

/// (slug, Japanese name, English name, group parent).
type Company = (&'static str, &'static str, &'static str, Option<&'static str>);

const MACHINERY: &[Company] = &[
    ("akebono", "あけぼの重機", "Akebono Heavy Machinery", None),
    ("hayate", "はやて航空機工業", "Hayate Aircraft", None),
    ("kurogane", "くろがね製鋼", "Kurogane Steel Works", None),
    ("kurogane-parts", "くろがね部品", "Kurogane Parts", Some("kurogane")),
    ("minato", "みなと造船", "Minato Shipyard", None),
    ("ibuki", "いぶき電機", "Ibuki Electric", None),
    ("tsurugi", "つるぎ精密", "Tsurugi Precision", None),
    ("okitsu", "おきつ計器", "Okitsu Instruments", None),
    ("shirane", "しらね原動機", "Shirane Engines", None),
    ("yukari", "ゆかり化成", "Yukari Chemicals", None),
    ("takane", "たかね通信機", "Takane Communications", None),
    ("mizuho-foundry", "みずうみ鋳造", "Mizuumi Foundry", None),
];

const WATER: &[Company] = &[
    ("kawakami", "川上水道企業団", "Kawakami Waterworks", None),
    ("izumi-water", "いずみ水道局", "Izumi Water Bureau", None),
    ("sawa", "沢の谷上水", "Sawanotani Water", None),
    ("nagare", "ながれ用水組合", "Nagare Irrigation", None),
];

/// The member whose standing consent with `now` lets the whole path run without a person.
pub(super) const QUICK: &str = "hayate";

/// The supplier of both.
pub(super) const SUPPLIER: &str = "matsuba";

/// The member that decides by hand.
pub(super) const CAREFUL: &str = "akebono";

/// Builds everything in an empty hub.
pub(super) async fn build(hub: &Hub, url: &str) -> Result<Community, String> {
    let by = AsRegistrar::Machine;
    admin::set_up(hub, by).await.map_err(text)?;
    let machinery = sector(hub, "machinery", "重工・機械", "Heavy machinery").await?;
    let water = sector(hub, "water", "水道", "Water supply").await?;
    let mut builder = Builder { hub, organisations: Vec::new(), people: Vec::new() };
    builder.hub_staff().await?;
    for company in MACHINERY {
        builder.company(company, OrgRole::Member, Some(machinery)).await?;
    }
    for company in WATER {
        builder.company(company, OrgRole::Member, Some(water)).await?;
    }
    builder
        .company(&("ministry", "産業安全省", "Ministry of Industrial Safety", None), OrgRole::Authority, None)
        .await?;
    builder
        .company(&("matsuba", "松葉ねじ製作所", "Matsuba Screw Works", None), OrgRole::Supplier, None)
        .await?;
    admin::set_machine_rule(hub, by, MachineRule { enabled: true, items_per_day: 50 }).await.map_err(text)?;
    standing_consent(hub, &builder, machinery).await?;
    contracts(hub, &builder).await?;
    Ok(Community {
        url: url.to_owned(),
        taxii_discovery: format!("{url}/taxii2/"),
        organisations: builder.organisations,
        people: builder.people,
    })
}

impl Community {
    pub(super) fn org(&self, slug: &str) -> Result<&Org, String> {
        self.organisations.iter().find(|o| o.slug == slug).ok_or_else(|| format!("no organisation {slug}"))
    }

    pub(super) fn person(&self, role: &str) -> Result<&Person, String> {
        self.people.iter().find(|p| p.role == role).ok_or_else(|| format!("nobody is {role}"))
    }
}

struct Builder<'h> {
    hub: &'h Hub,
    organisations: Vec<Org>,
    people: Vec<Person>,
}

impl Builder<'_> {
    async fn hub_staff(&mut self) -> Result<(), String> {
        let name = self.hub.settings().name.clone();
        let id = self.organisation("hub", name.clone(), None, OrgRole::Hub, None, Profile::default()).await?;
        for role in PersonRole::ALL.iter().copied().filter(|role| role.of_hub()) {
            self.person(role.as_str(), role.as_str(), &[(id, role)], role.as_str(), &name.en).await?;
        }
        self.finish("hub", name, OrgRole::Hub, id, "triager").await
    }

    async fn company(
        &mut self,
        company: &Company,
        role: OrgRole,
        sector: Option<SectorId>,
    ) -> Result<(), String> {
        let (slug, ja, en, parent) = *company;
        let name = Bilingual { ja: ja.to_owned(), en: en.to_owned() };
        let parent = parent.and_then(|p| self.organisations.iter().find(|o| o.slug == p)).map(|o| o.id);
        let id = self.organisation(slug, name.clone(), parent, role, sector, profile(slug, &name)).await?;
        let roles: Vec<(OrgId, PersonRole)> =
            [PersonRole::Reporter, PersonRole::Approver, PersonRole::OrgAdmin].map(|r| (id, r)).to_vec();
        self.person(slug, &name.en, &roles, "member", &name.en).await?;
        self.phone().await?;
        self.finish(slug, name, role, id, slug).await
    }

    /// A number of nobody for whoever came last, so that the desk has somebody to call back.
    async fn phone(&self) -> Result<(), String> {
        let person = self.people.last().ok_or("no person")?.id;
        account::set_contact(self.hub, person, "", "03-0000-0000", Notify::Off).await.map_err(text)
    }

    async fn organisation(
        &self,
        slug: &str,
        name: Bilingual,
        parent: Option<OrgId>,
        role: OrgRole,
        sector: Option<SectorId>,
        profile: Profile,
    ) -> Result<OrgId, String> {
        let new = NewOrganisation {
            slug: slug.to_owned(),
            name,
            parent,
            roles: BTreeSet::from([role]),
            sectors: sector.into_iter().collect(),
            profile,
        };
        admin::add_organisation(self.hub, AsRegistrar::Machine, new).await.map_err(text)
    }

    async fn person(
        &mut self,
        login: &str,
        name: &str,
        roles: &[(OrgId, PersonRole)],
        role: &'static str,
        organisation: &str,
    ) -> Result<(), String> {
        let password = password();
        let new = NewPerson {
            login: login.to_owned(),
            name: name.to_owned(),
            lang: Lang::Ja,
            zone: "Asia/Tokyo".to_owned(),
            password: password.clone(),
            roles: roles.to_vec(),
        };
        let id = admin::add_person(self.hub, AsRegistrar::Machine, new).await.map_err(text)?;
        let (user, organisation) = (login.to_owned(), organisation.to_owned());
        self.people.push(Person { user, password, organisation, role, id });
        Ok(())
    }

    async fn finish(
        &mut self,
        slug: &str,
        name: Bilingual,
        role: OrgRole,
        id: OrgId,
        login: &str,
    ) -> Result<(), String> {
        let scopes: BTreeSet<Scope> = Scope::ALL.iter().copied().collect();
        let token = admin::add_token(self.hub, AsRegistrar::Machine, id, "demo", scopes.clone(), None)
            .await
            .map_err(text)?;
        let caller = Caller::token(id, BTreeSet::from([role]), scopes);
        let collections = hub::ops::taxii::collections(self.hub, &caller).await.map_err(text)?;
        let person = self.people.iter().find(|p| p.user == login).ok_or("no person")?;
        self.organisations.push(Org {
            name: name.en,
            name_ja: name.ja,
            slug: slug.to_owned(),
            roles: vec![role.as_str()],
            token,
            user: person.user.clone(),
            password: person.password.clone(),
            totp_secret: None,
            collections: collections.iter().map(|c| (c.slug.clone(), c.id.to_string())).collect(),
            id,
            person: person.id,
        });
        Ok(())
    }
}

/// The collections of organisations that came before their sector was large enough to be named are looked up once more.
pub(super) async fn refresh_collections(hub: &Hub, community: &mut Community) -> Result<(), String> {
    for org in &mut community.organisations {
        let roles = org.roles.iter().filter_map(|r| r.parse().ok()).collect();
        let caller = Caller::token(org.id, roles, Scope::ALL.iter().copied().collect());
        let collections = hub::ops::taxii::collections(hub, &caller).await.map_err(text)?;
        org.collections = collections.iter().map(|c| (c.slug.clone(), c.id.to_string())).collect();
    }
    Ok(())
}

async fn sector(hub: &Hub, slug: &str, ja: &str, en: &str) -> Result<SectorId, String> {
    let name = Bilingual { ja: ja.to_owned(), en: en.to_owned() };
    hub::ops::sector::add(hub, AsRegistrar::Machine, slug, name).await.map_err(text)
}

/// "Technical indicators, at most TLP:GREEN, to my sector, at once."
async fn standing_consent(hub: &Hub, builder: &Builder<'_>, sector: SectorId) -> Result<(), String> {
    let org = builder.organisations.iter().find(|o| o.slug == QUICK).ok_or("no such member")?;
    let terms = StandingConsent {
        destinations: Destinations { sectors: BTreeSet::from([sector]), ..Destinations::default() },
        widest_tlp: Tlp::Green,
        delay: Delay::Now,
    };
    let who = sharing::caller::AsApprover { org: org.id, person: org.person };
    approval::give_standing(hub, who, terms).await.map_err(text)
}

/// Two members buy from the same supplier, and neither knows.
async fn contracts(hub: &Hub, builder: &Builder<'_>) -> Result<(), String> {
    let id =
        |slug| builder.organisations.iter().find(|o| o.slug == slug).map(|o| o.id).ok_or("no such member");
    let supplier = id(SUPPLIER)?;
    for customer in [QUICK, CAREFUL] {
        link::add_contract(hub, AsRegistrar::Machine, id(customer)?, supplier).await.map_err(text)?;
    }
    Ok(())
}

/// An invented organisation's own names.
fn profile(slug: &str, name: &Bilingual) -> Profile {
    let domain = format!("{slug}.example");
    Profile {
        names: vec![name.ja.clone(), name.en.clone()],
        domains: vec![domain.clone()],
        networks: Vec::new(),
        hosts: vec![format!("mx1.{domain}")],
        people: Vec::new(),
        tenants: Vec::new(),
        words: Vec::new(),
    }
}

/// Four groups of four letters: typed once, by hand, in a demonstration.
fn password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters: Vec<char> =
        world::random::<16>().iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect();
    letters.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

pub(super) fn text(why: hub::HubError) -> String {
    why.to_string()
}

/// Also used by the story, which reads it as JSON.
pub(super) fn string(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
