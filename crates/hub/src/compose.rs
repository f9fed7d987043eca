//! From the parts of its sources to exactly what leaves: content, rendered objects and texts, and what the gate says.

use crate::{Hub, HubError};
use deid::gate::{GateHit, Profiles};
use deid::render::{Frame, Identity};
use jiff::Timestamp;
use model::id::OrgId;
use model::item::{Analysis, ItemContent};
use model::lang::Bilingual;
use model::profile::Profile;
use model::role::OrgRole;
use sha2::{Digest, Sha256};
use store::{GateRow, ItemRow, ItemSourceRow, Tx};

/// What would leave, or leaves.
pub(crate) struct Rendered {
    /// (STIX id, type, JSON) of each object.
    pub(crate) objects: Vec<(String, String, String)>,
    /// The same as one bundle.
    pub(crate) bundle: String,
    /// For people.
    pub(crate) text: Bilingual,
    /// One line.
    pub(crate) title: Bilingual,
}

/// The content of an item from its sources' parts and the hub's analysis.
pub(crate) fn content(sources: &[ItemSourceRow], analysis: &Analysis) -> ItemContent {
    let mut whole = ItemContent::default();
    for source in sources {
        whole.merge(&source.part);
    }
    whole.analysis = analysis.clone();
    whole.techniques.extend(analysis.techniques.iter().cloned());
    whole
}

/// Renders an item with the given release slot.
pub(crate) fn render(hub: &Hub, item: &ItemRow, created: Timestamp, modified: Timestamp) -> Rendered {
    let author = identity(hub);
    let frame = Frame {
        ids: &item.ids,
        author: &author,
        created,
        modified,
        tlp: item.tlp,
        exercise: item.exercise,
        revoked: false,
    };
    let objects = deid::render::bundle(&item.content, &frame);
    let bundle = deid::render::bundle_json(&item.ids, &objects);
    Rendered {
        bundle,
        text: deid::render::text(&item.content, &frame),
        title: deid::render::title(&item.content),
        objects,
    }
}

/// Renders the placeholder that stands for a recalled item.
pub(crate) fn render_tombstone(
    hub: &Hub,
    item: &ItemRow,
    created: Timestamp,
    modified: Timestamp,
) -> Rendered {
    let author = identity(hub);
    let frame = Frame {
        ids: &item.ids,
        author: &author,
        created,
        modified,
        tlp: item.tlp,
        exercise: item.exercise,
        revoked: true,
    };
    let objects = deid::render::tombstone(&frame);
    let bundle = deid::render::bundle_json(&item.ids, &objects);
    let title = Bilingual { ja: "取り消された情報".to_owned(), en: "Recalled".to_owned() };
    Rendered { bundle, text: title.clone(), title, objects }
}

/// The hub as the author of items: its identifier is derived from its address, so that it is the same for ever.
pub(crate) fn identity(hub: &Hub) -> Identity {
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, hub.settings.url.as_bytes());
    Identity { id, name: hub.settings.name.clone() }
}

/// The gate over a rendered item, against every organisation's profile.
pub(crate) async fn gate(tx: &mut Tx, rendered: &Rendered) -> Result<Vec<GateHit>, HubError> {
    Ok(gate_by(rendered, &Profiles::compile(&watched(tx).await?)))
}

/// What the gate looks for: every organisation's profile, the name by which the roster knows it and where its administrators have their mail,
/// whether or not it wrote that into its profile. Who else of it has an address counts for its own drafts alone ([`known_of`]): a person must
/// not keep others' warnings from leaving by an address. The hub's own are left out: it is the author of all that leaves. Cost: the roster
/// and all people.
pub(crate) async fn watched(tx: &mut Tx) -> Result<Vec<(OrgId, Profile)>, HubError> {
    let roster = tx.roster().await?;
    let contacts = tx.contacts().await?;
    let mut profiles = tx.profiles().await?;
    for (id, profile) in &mut profiles {
        if let Some(org) = roster.organisation(*id).filter(|org| !org.roles.contains(&OrgRole::Hub)) {
            profile.know(&org.name);
            reach(profile, *id, &contacts, true);
        }
    }
    Ok(profiles)
}

/// What is known of one organisation, for its own drafts: as [`watched`], and where everybody of it has mail.
pub(crate) async fn known_of(
    tx: &mut Tx,
    watched: &[(OrgId, Profile)],
    org: OrgId,
) -> Result<Profile, HubError> {
    let mut profile =
        watched.iter().find(|(id, _)| *id == org).map(|(_, profile)| profile.clone()).unwrap_or_default();
    if !tx.organisation_roles(org).await?.is_some_and(|roles| roles.contains(&OrgRole::Hub)) {
        reach(&mut profile, org, &tx.contacts().await?, false);
    }
    Ok(profile)
}

/// `contacts` in the order of their organisations.
fn reach(profile: &mut Profile, org: OrgId, contacts: &[(OrgId, String, bool)], admins_only: bool) {
    let from = contacts.partition_point(|(of, ..)| *of < org);
    for (_, address, admin) in contacts[from..].iter().take_while(|(of, ..)| *of == org) {
        if *admin || !admins_only {
            profile.reach(address, deid::own_domain(address));
        }
    }
}

/// The gate over a rendered item, against these profiles.
pub(crate) fn gate_by(rendered: &Rendered, profiles: &Profiles) -> Vec<GateHit> {
    let mut hits = deid::gate::check(&rendered.bundle, &rendered.text, profiles);
    hits.extend(deid::gate::check("{}", &rendered.title, profiles));
    hits
}

/// Gate hits as stored with a held item.
pub(crate) fn gate_rows(hub: &Hub, hits: &[GateHit], own: &[OrgId]) -> Vec<GateRow> {
    let row = |hit: &GateHit| GateRow {
        path: hit.path.clone(),
        own: own.contains(&hit.org),
        what: gate_what(hub, hit),
    };
    let mut rows: Vec<GateRow> = hits.iter().map(row).collect();
    rows.sort();
    rows.dedup();
    rows
}

fn gate_what(hub: &Hub, hit: &GateHit) -> String {
    let tag = hub.store.seals().tag("gate", &[hit.org.0.as_bytes(), hit.value.as_bytes()].concat());
    data_encoding::HEXLOWER.encode(&tag)
}

/// Whether a person who cleared a hold has let this value pass, wherever it stands now.
pub(crate) fn passes(hub: &Hub, cleared: &[GateRow], hit: &GateHit) -> bool {
    let what = gate_what(hub, hit);
    cleared.iter().any(|row| row.what == what)
}

/// What a source agrees to: a hash of its own part, the hub's analysis and the marking. Another source's part is not in it,
/// so that one can leave without asking the others again.
pub(crate) fn fingerprint(
    part: &ItemContent,
    analysis: &Analysis,
    tlp: model::tlp::Tlp,
) -> Result<Vec<u8>, HubError> {
    let text = serde_json::to_vec(&(part, analysis, tlp)).map_err(store::StoreError::from)?;
    Ok(Sha256::digest(&text).to_vec())
}

/// What an analyst sees of an item and can change, so that of two who change it at once the second looks at what the first one did.
pub(crate) fn draft_fingerprint(item: &ItemRow) -> Result<String, HubError> {
    let text =
        serde_json::to_vec(&(&item.content, item.tlp, &item.audience)).map_err(store::StoreError::from)?;
    Ok(printed(&Sha256::digest(&text)))
}

/// A fingerprint as forms carry it.
pub(crate) fn printed(fingerprint: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(fingerprint)
}
