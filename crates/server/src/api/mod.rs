//! The JSON API `/api/v1`: the contents page of the face.
//!
//! Wire types stand beside the handlers that use them; nothing of the hub is serialised as it is. Refusals are problem details
//! of RFC 9457; lists page by key and link to the next page.

mod access;
mod account;
mod approval;
mod asks;
mod check_talk;
mod checks;
mod content;
mod deputies;
pub(crate) mod error;
mod figures;
mod health_get;
mod intake;
mod invitations;
mod items;
mod log_get;
mod log_receipt;
mod me;
mod notices_get;
mod office;
mod openapi_get;
mod organisations;
pub(crate) mod passkeys;
mod people;
mod profile;
pub(crate) mod query_names;
mod report_wire;
mod reports;
mod roster_get;
mod seats;
mod sectors;
mod set_get;
mod staff_items;
mod staff_questions;
mod staff_queue;
mod staff_readers;
mod staff_release;
mod staff_spoken;
mod standing;
mod submissions;
mod submissions_post;
mod tokens;
mod urgent;
mod webhooks;
mod wire;

pub(crate) use reports::XLSX;

use crate::matrix::{Face, Object, Right, Route, Row, Who, route};
use axum::http::Method;
use model::submission::SUBMISSION_BYTES_MAX;

const READ: Who = Who::With(&[Right::Read]);
const SOURCE: Who = Who::With(&[Right::Source]);
const REPORT: Who = Who::With(&[Right::Report]);
const APPROVE: Who = Who::With(&[Right::Approve]);
/// Who answers an item has to see it: a token needs both scopes.
const ANSWER: Who = Who::WithAll(&[Right::Read, Right::Answer]);
const CHECK: Who = Who::With(&[Right::Check]);
const ASK: Who = Who::With(&[Right::Ask]);
const FILE: Who = Who::With(&[Right::File]);
const OFFICE: Who = Who::With(&[Right::Office]);
/// A report becomes a submission only for whoever may do both.
const FILE_AND_REPORT: Who = Who::WithAll(&[Right::File, Right::Report]);
const ADMIN: Who = Who::With(&[Right::OrgAdmin]);
const LOOK: Who = Who::With(&[Right::Look]);
const TRIAGE: Who = Who::With(&[Right::Triage]);
const ANALYSE: Who = Who::With(&[Right::Analyse]);
const RELEASE: Who = Who::With(&[Right::Release]);
/// The board shows sums alone: whoever runs the machine sees it too.
const FIGURES: Who = Who::With(&[Right::Look, Right::Operate]);
const PERSON: Who = Who::With(&[Right::Person]);
const OPERATE: Who = Who::With(&[Right::Operate]);
const OVERSEE: Who = Who::With(&[Right::Operate, Right::Audit]);
const ADMIT: Who = Who::With(&[Right::Admit]);

fn get(path: &'static str, who: Who, object: Object) -> Row {
    Row::get(Face::Api, path, who, object)
}

fn post(path: &'static str, who: Who, object: Object) -> Row {
    Row::act(Face::Api, Method::POST, path, who, object)
}

fn put(path: &'static str, who: Who, object: Object) -> Row {
    Row::act(Face::Api, Method::PUT, path, who, object)
}

fn delete(path: &'static str, who: Who, object: Object) -> Row {
    Row::act(Face::Api, Method::DELETE, path, who, object)
}

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    [
        everybody(),
        sources(),
        recipients(),
        checks(),
        incident_reports(),
        offices(),
        organisation(),
        people(),
        account(),
        rights(),
        triage(),
        telephone(),
        desk(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn everybody() -> Vec<Route> {
    vec![
        route!(get("/healthz", Who::Public, Object::None), health_get::healthz),
        route!(get("/readyz", Who::Public, Object::None), health_get::readyz),
        route!(get("/log/{*path}", Who::Public, Object::LogFile), log_get::get),
        route!(get("/api/v1/openapi.json", Who::Public, Object::None), openapi_get::get),
        route!(post("/api/v1/session", Who::Public, Object::None).without_csrf(), me::sign_in),
        route!(get("/api/v1/session/passkey", Who::Public, Object::None), passkeys::to_sign_in),
        route!(post("/api/v1/session/passkey", Who::Public, Object::None).without_csrf(), passkeys::sign_in),
        route!(delete("/api/v1/session", Who::Known, Object::None), me::sign_out),
        route!(post("/api/v1/join", Who::Public, Object::None), invitations::join),
        route!(put("/api/v1/session/organisation", PERSON, Object::None), account::act_for),
        route!(get("/api/v1/me", Who::Known, Object::None), me::get),
        route!(get("/api/v1/roster", Who::Known, Object::None), roster_get::get),
    ]
}

fn sources() -> Vec<Route> {
    let own = Object::OwnSubmission;
    let send = post("/api/v1/submissions", REPORT, Object::None).body_max(SUBMISSION_BYTES_MAX);
    vec![
        route!(send, submissions_post::post),
        route!(get("/api/v1/submissions", SOURCE, Object::None), submissions::list),
        route!(get("/api/v1/submissions/{id}", SOURCE, own), submissions::get),
        route!(get("/api/v1/submissions/{id}/raw", SOURCE, own), submissions::raw),
        route!(get("/api/v1/submissions/{id}/log-receipt", SOURCE, own), log_receipt::of_submission),
        route!(post("/api/v1/submissions/{id}/withdraw", APPROVE, own), submissions::withdraw),
        route!(post("/api/v1/submissions/{id}/unseal", APPROVE, own), submissions::unseal),
        route!(post("/api/v1/submissions/{id}/erase", APPROVE, own), submissions::erase),
        route!(post("/api/v1/submissions/{id}/replies", REPORT, own), submissions::reply),
        route!(get("/api/v1/submissions/{id}/approval", REPORT, own), approval::get),
        route!(post("/api/v1/submissions/{id}/approval/approve", APPROVE, own), approval::approve),
        route!(post("/api/v1/submissions/{id}/approval/refuse", APPROVE, own), approval::refuse),
        route!(get("/api/v1/quarantine", REPORT, Object::None), intake::list),
        route!(post("/api/v1/quarantine/{id}/take", REPORT, Object::OwnHeldMail), intake::take),
        route!(delete("/api/v1/quarantine/{id}", REPORT, Object::OwnHeldMail), intake::drop_it),
        route!(get("/api/v1/standing-consent", SOURCE, Object::None), standing::list),
        route!(post("/api/v1/standing-consent", APPROVE, Object::None), standing::give),
        route!(delete("/api/v1/standing-consent", APPROVE, Object::None), standing::end),
    ]
}

fn recipients() -> Vec<Route> {
    let released = Object::ReleasedItem;
    vec![
        route!(get("/api/v1/items", READ, Object::None), items::list),
        route!(get("/api/v1/items/{id}", READ, released), items::get),
        route!(get("/api/v1/items/{id}/bundle", READ, released), items::bundle),
        route!(get("/api/v1/items/{id}/log-receipt", READ, released), log_receipt::of_item),
        route!(post("/api/v1/items/{id}/answer", ANSWER, released), items::answer),
        route!(post("/api/v1/items/{id}/acknowledge", ANSWER, released), urgent::acknowledge),
        route!(post("/api/v1/items/{id}/recall-confirmation", ANSWER, released), items::confirm_recall),
        route!(get("/api/v1/items/{id}/questions", READ, released), items::questions),
        route!(post("/api/v1/items/{id}/questions", READ, released), items::ask),
        route!(get("/api/v1/set", READ, Object::None), set_get::get),
        route!(get("/api/v1/notices", READ, Object::None), notices_get::get),
        route!(get("/api/v1/events", READ, Object::None), crate::events::get),
    ]
}

fn checks() -> Vec<Route> {
    let (put, ask, any) = (Object::OwnPut, Object::OwnAsk, Object::AnyPut);
    vec![
        route!(get("/api/v1/checks", CHECK, Object::None), checks::list),
        route!(get("/api/v1/checks/{id}", CHECK, put), checks::get),
        route!(get("/api/v1/checks/{id}/bundle", CHECK, put), checks::bundle),
        route!(post("/api/v1/checks/{id}/answer", CHECK, put), checks::answer),
        route!(get("/api/v1/checks/{id}/questions", CHECK, put), check_talk::of_asked),
        route!(post("/api/v1/checks/{id}/questions", CHECK, put), check_talk::ask),
        route!(get("/api/v1/asks", ASK, Object::None), asks::list),
        route!(post("/api/v1/asks", ASK, Object::None), asks::post),
        route!(get("/api/v1/asks/{id}", ASK, ask), asks::get),
        route!(post("/api/v1/asks/{id}/close", ASK, ask), asks::close),
        route!(get("/api/v1/asks/{id}/replies", ASK, ask), check_talk::of_asker),
        route!(post("/api/v1/asks/{id}/replies", ASK, ask), check_talk::reply),
        route!(get("/api/v1/staff/slips", LOOK, Object::None), checks::awaited),
        route!(post("/api/v1/staff/slips/{id}", TRIAGE, any), checks::slip),
        route!(post("/api/v1/staff/slips/{id}/link", TRIAGE, any), checks::link),
    ]
}

fn incident_reports() -> Vec<Route> {
    let (incident, report) = (Object::OwnIncident, Object::OwnReport);
    // facts with a custody list of thousands of pieces
    let facts_max = model::report::facts::FACTS_BYTES_MAX;
    vec![
        route!(get("/api/v1/regimes", Who::Known, Object::None), reports::regimes),
        route!(get("/api/v1/reports", FILE, Object::None), reports::board),
        route!(post("/api/v1/reports", FILE, Object::None).body_max(facts_max), reports::open),
        route!(get("/api/v1/reports/{id}", FILE, report), reports::report),
        route!(get("/api/v1/reports/{id}/form", FILE, report), reports::form),
        route!(post("/api/v1/reports/{id}/stages", FILE, report), reports::submit),
        route!(post("/api/v1/reports/{id}/declared", FILE, report), reports::declare),
        route!(post("/api/v1/reports/{id}/lines", FILE, report), reports::write),
        route!(get("/api/v1/incidents/{id}", FILE, incident), reports::get),
        route!(put("/api/v1/incidents/{id}", FILE, incident).body_max(facts_max), reports::save),
        route!(get("/api/v1/incidents/{id}/pack", FILE, incident), reports::pack_get),
        route!(get("/api/v1/incidents/{id}/veris", FILE, incident), reports::veris),
        route!(post("/api/v1/incidents/{id}/share", FILE_AND_REPORT, incident), reports::share_post),
    ]
}

fn offices() -> Vec<Route> {
    let report = Object::AddressedReport;
    vec![
        route!(get("/api/v1/office/reports", OFFICE, Object::None), office::board),
        route!(get("/api/v1/office/reports/{id}", OFFICE, report), office::look),
        route!(post("/api/v1/office/reports/{id}/acknowledge", OFFICE, report), office::acknowledge),
        route!(post("/api/v1/office/reports/{id}/lines", OFFICE, report), office::ask),
        route!(post("/api/v1/office/reports/{id}/class", OFFICE, report), office::class),
        route!(post("/api/v1/office/reports/{id}/extension", OFFICE, report), office::extend),
        route!(post("/api/v1/office/reports/{id}/hand-over", OFFICE, report), office::hand_over),
        route!(post("/api/v1/office/reports/{id}/close", OFFICE, report), office::close),
        route!(put("/api/v1/office/hours", OFFICE, Object::None), office::hours),
    ]
}

fn organisation() -> Vec<Route> {
    vec![
        route!(get("/api/v1/tokens", ADMIN, Object::None), tokens::list),
        route!(post("/api/v1/tokens", ADMIN, Object::None), tokens::add),
        route!(delete("/api/v1/tokens/{id}", ADMIN, Object::OwnToken), tokens::revoke),
        route!(get("/api/v1/webhooks", ADMIN, Object::None), webhooks::list),
        route!(post("/api/v1/webhooks", ADMIN, Object::None), webhooks::add),
        route!(delete("/api/v1/webhooks/{id}", ADMIN, Object::OwnWebhook), webhooks::remove),
        route!(post("/api/v1/webhooks/{id}/test", ADMIN, Object::OwnWebhook), webhooks::test),
        route!(post("/api/v1/intake-address", ADMIN, Object::None), intake::renew),
        route!(get("/api/v1/figures", READ, Object::None), figures::director),
        route!(get("/api/v1/profile", ADMIN, Object::None), profile::get),
        route!(put("/api/v1/profile", ADMIN, Object::None), profile::set),
    ]
}

fn people() -> Vec<Route> {
    let own = Object::OwnPerson;
    vec![
        route!(get("/api/v1/admissions", ADMIN, Object::None), access::own_admissions),
        route!(post("/api/v1/admissions/{id}/refuse", ADMIN, Object::OwnAdmission), access::refuse_own),
        route!(get("/api/v1/people", ADMIN, Object::None), people::list),
        route!(post("/api/v1/people/invitations", ADMIN, Object::None), people::invite),
        route!(get("/api/v1/people/invitations", ADMIN, Object::None), invitations::list),
        route!(delete("/api/v1/people/invitations/{id}", ADMIN, Object::OwnInvitation), invitations::end),
        route!(post("/api/v1/people/{id}/reset", ADMIN, own), invitations::reset),
        route!(put("/api/v1/people/{id}/name", ADMIN, own), people::rename),
        route!(put("/api/v1/people/{id}/roles", ADMIN, own), people::roles),
        route!(delete("/api/v1/people/{id}", ADMIN, own), people::remove),
        route!(post("/api/v1/people/{id}/hand-over", ADMIN, own), people::hand_over),
        route!(get("/api/v1/deputies", ADMIN, Object::None), deputies::list),
        route!(post("/api/v1/deputies/end", ADMIN, Object::None), deputies::end),
        route!(put("/api/v1/deputies", ADMIN, Object::None), deputies::lend),
        route!(put("/api/v1/on-call", ADMIN, Object::None), people::on_call),
        route!(get("/api/v1/organisation/export", ADMIN, Object::None), people::export),
        route!(get("/api/v1/passkeys", PERSON, Object::None), passkeys::list),
        route!(post("/api/v1/passkeys", PERSON, Object::None), passkeys::add),
        route!(post("/api/v1/passkeys/challenge", PERSON, Object::None), passkeys::to_add),
        route!(post("/api/v1/passkeys/{id}/remove", PERSON, Object::OwnPasskey), passkeys::remove),
    ]
}

fn account() -> Vec<Route> {
    vec![
        route!(get("/api/v1/account", PERSON, Object::None), account::get),
        route!(put("/api/v1/account/name", PERSON, Object::None), account::rename),
        route!(put("/api/v1/account/contact", PERSON, Object::None), account::contact),
        route!(put("/api/v1/account/preferences", PERSON, Object::None), account::preferences),
        route!(put("/api/v1/account/password", PERSON, Object::None), account::password),
        route!(delete("/api/v1/account/sessions", PERSON, Object::None), account::sessions),
        route!(post("/api/v1/account/totp", PERSON, Object::None), account::totp),
        route!(post("/api/v1/account/totp/confirm", PERSON, Object::None), account::confirm),
        route!(post("/api/v1/account/totp/end", PERSON, Object::None), account::end_totp),
        route!(post("/api/v1/account/recovery-codes", PERSON, Object::None), account::codes),
    ]
}

fn rights() -> Vec<Route> {
    let any = Object::AnyOrganisation;
    let open = Object::AnyAdmission;
    vec![
        route!(get("/api/v1/staff/access", OVERSEE, Object::None), access::list),
        route!(get("/api/v1/staff/organisations", OVERSEE, Object::None), organisations::list),
        route!(post("/api/v1/staff/organisations", OPERATE, Object::None), organisations::add),
        route!(get("/api/v1/staff/organisations/{id}", OVERSEE, any), organisations::get),
        route!(put("/api/v1/staff/organisations/{id}/place", OPERATE, any), organisations::place),
        route!(post("/api/v1/staff/sectors", OPERATE, Object::None), sectors::add),
        route!(put("/api/v1/staff/sectors/name", OPERATE, Object::None), sectors::rename),
        route!(get("/api/v1/staff/seats", OVERSEE, Object::None), seats::list),
        route!(post("/api/v1/staff/seats", OPERATE, Object::None), seats::give),
        route!(post("/api/v1/staff/seats/take", OPERATE, Object::None), seats::take),
        route!(put("/api/v1/staff/organisations/{id}/roles", OPERATE, any), organisations::roles),
        route!(put("/api/v1/staff/organisations/{id}/agreement", OPERATE, any), access::agreement),
        route!(put("/api/v1/staff/organisations/{id}/name", OPERATE, any), access::rename),
        route!(post("/api/v1/staff/organisations/{id}/leave", OPERATE, any), access::leave),
        route!(get("/api/v1/staff/admissions", ADMIT, Object::None), access::admissions),
        route!(post("/api/v1/staff/admissions", ADMIT, Object::None), access::ask),
        route!(post("/api/v1/staff/admissions/{id}/agree", ADMIT, open), access::agree),
        route!(post("/api/v1/staff/admissions/{id}/refuse", ADMIT, open), access::refuse),
    ]
}

fn triage() -> Vec<Route> {
    let any = Object::AnySubmission;
    vec![
        route!(get("/api/v1/staff/submissions", LOOK, Object::None), staff_queue::list),
        route!(get("/api/v1/staff/submissions/{id}", LOOK, any), staff_queue::look),
        route!(get("/api/v1/staff/submissions/{id}/raw", LOOK, any), staff_queue::raw),
        route!(post("/api/v1/staff/submissions/{id}/triage", TRIAGE, any), staff_queue::triage),
        route!(post("/api/v1/staff/submissions/{id}/reopen", TRIAGE, any), staff_queue::reopen),
        route!(get("/api/v1/staff/questions", LOOK, Object::None), staff_questions::list),
        route!(
            post("/api/v1/staff/questions/{id}/relay", ANALYSE, Object::AnyQuestion),
            staff_questions::relay
        ),
        route!(
            post("/api/v1/staff/questions/{id}/lines", ANALYSE, Object::AnyQuestion),
            staff_questions::write
        ),
    ]
}

/// The telephone: recording what was said on it, and whom to call about what is urgent. No address says whose call it is.
fn telephone() -> Vec<Route> {
    let record = post("/api/v1/staff/spoken", TRIAGE, Object::None);
    vec![
        route!(post("/api/v1/staff/phones", TRIAGE, Object::None), staff_spoken::phones),
        route!(record.body_max(staff_spoken::SPOKEN_BYTES_MAX), staff_spoken::record),
        route!(get("/api/v1/staff/calls", LOOK, Object::None), urgent::calls),
        route!(post("/api/v1/staff/items/{id}/urgent", RELEASE, Object::AnyItem), urgent::urgent),
    ]
}

fn desk() -> Vec<Route> {
    let any = Object::AnyItem;
    vec![
        route!(get("/api/v1/staff/items", LOOK, Object::None), staff_items::list),
        route!(get("/api/v1/staff/items/{id}", LOOK, any), staff_items::get),
        route!(put("/api/v1/staff/items/{id}/draft", ANALYSE, any), staff_items::save),
        route!(post("/api/v1/staff/items/{id}/ask", ANALYSE, any), staff_items::ask),
        route!(post("/api/v1/staff/items/{id}/sources", ANALYSE, any), staff_items::add_source),
        route!(post("/api/v1/staff/items/{id}/clear-hold", ANALYSE, any), staff_items::clear_hold),
        route!(post("/api/v1/staff/items/{id}/revise", ANALYSE, any), staff_items::revise),
        route!(post("/api/v1/staff/items/{id}/release", RELEASE, any), staff_release::release),
        route!(get("/api/v1/staff/items/{id}/readers", RELEASE, any), staff_readers::list),
        route!(put("/api/v1/staff/items/{id}/readers", RELEASE, any), staff_readers::set),
        route!(post("/api/v1/staff/items/{id}/release-to", RELEASE, any), staff_readers::release_to),
        route!(get("/api/v1/staff/figures", FIGURES, Object::None), figures::board),
        route!(post("/api/v1/staff/items/{id}/recall", RELEASE, any), staff_release::recall),
        route!(get("/api/v1/staff/items/{id}/holders", LOOK, any), staff_release::board),
        route!(get("/api/v1/staff/rule", LOOK, Object::None), staff_release::rule),
        route!(put("/api/v1/staff/rule", RELEASE, Object::None), staff_release::set_rule),
    ]
}
