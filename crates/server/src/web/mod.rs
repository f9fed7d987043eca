//! The pages for people: the contents page of the web face.
//!
//! Server-rendered, usable without JavaScript, in Japanese and English. Handlers parse, call one function in `hub::ops`, and render;
//! [`frame`] is what every page has, [`visit`] what every handler starts from, [`fault`] the page of every refusal.

mod account;
mod admissions;
pub(crate) mod again;
mod approval;
mod asks;
mod assets;
mod board;
mod calls;
mod chart;
mod check_form;
mod check_link;
mod checks;
mod dates;
mod destinations;
mod draft;
mod drafts;
mod erase;
pub(crate) mod fault;
mod fields;
mod frame;
mod inbox;
mod incident;
mod incident_import;
mod item;
mod join;
mod language;
mod leaving;
mod log_health;
pub(crate) mod markup;
mod nav;
mod notices;
mod office;
mod organisation;
mod organisations;
mod passkeys;
mod path;
mod people;
mod phone;
mod preferences;
mod problems;
mod profile;
mod quarantine;
mod questions;
mod queue;
mod refill;
mod release;
mod removal;
mod report;
mod report_fields;
mod reports;
mod roster;
mod rule;
#[cfg(test)]
mod samples;
mod seats;
mod sectors;
mod send;
mod sign_in;
mod slips;
mod standing;
mod submissions;
mod text;
mod tokens;
pub(crate) mod typed;
mod unread;
mod upload;
mod verify;
mod visit;
mod way_back;
mod webhooks;

use crate::matrix::{Face, Object, Right, Route, Row, UPLOAD_BYTES_MAX, Who, route};
use axum::http::Method;

const READ: Who = Who::With(&[Right::Read]);
const SOURCE: Who = Who::With(&[Right::Source]);
const REPORT: Who = Who::With(&[Right::Report]);
const APPROVE: Who = Who::With(&[Right::Approve]);
const ANSWER: Who = Who::With(&[Right::Answer]);
const CHECK: Who = Who::With(&[Right::Check]);
const ASK: Who = Who::With(&[Right::Ask]);
const ADMIN: Who = Who::With(&[Right::OrgAdmin]);
const FILE: Who = Who::With(&[Right::File]);
const FILE_AND_REPORT: Who = Who::WithAll(&[Right::File, Right::Report]);
const OFFICE: Who = Who::With(&[Right::Office]);
const LOOK: Who = Who::With(&[Right::Look]);
const TRIAGE: Who = Who::With(&[Right::Triage]);
const ANALYSE: Who = Who::With(&[Right::Analyse]);
const RELEASE: Who = Who::With(&[Right::Release]);
const AUDIT: Who = Who::With(&[Right::Audit]);
const PERSON: Who = Who::With(&[Right::Person]);
const FIGURES: Who = Who::With(&[Right::Look, Right::Operate]);
const OPERATE: Who = Who::With(&[Right::Operate]);
const OVERSEE: Who = Who::With(&[Right::Operate, Right::Audit]);
const ADMIT: Who = Who::With(&[Right::Admit]);

const fn see(path: &'static str, who: Who, object: Object) -> Row {
    Row::get(Face::Web, path, who, object)
}

const fn act(path: &'static str, who: Who, object: Object) -> Row {
    Row::act(Face::Web, Method::POST, path, who, object)
}

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [
        everybody(),
        recipients(),
        checks(),
        sources(),
        incident_reports(),
        offices(),
        triage(),
        desk(),
        community(),
        people(),
        rights(),
        boards(),
        doors(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn everybody() -> Vec<Route> {
    vec![
        route!(see("/", Who::Known, Object::None), sign_in::home),
        route!(see("/assets/noroshi.css", Who::Public, Object::None), assets::css),
        route!(see("/assets/mark.svg", Who::Public, Object::None), assets::mark),
        route!(see("/assets/live.js", Who::Public, Object::None), assets::live),
        route!(see("/assets/passkey.js", Who::Public, Object::None), assets::passkey),
        route!(see("/events", Who::Known, Object::None), crate::events::get),
        route!(see("/sign-in", Who::Public, Object::None), sign_in::get),
        route!(act("/sign-in", Who::Public, Object::None).without_csrf(), sign_in::post),
        route!(act("/sign-in/passkey", Who::Public, Object::None).without_csrf(), passkeys::sign_in),
        route!(act("/sign-out", Who::Known, Object::None), sign_in::out),
        route!(act("/act-for", Who::Known, Object::None), sign_in::act_for),
        route!(see("/verify", Who::Public, Object::None), verify::get),
        route!(verify::row(), verify::post),
        route!(see("/preferences", Who::Known, Object::None), preferences::get),
        route!(act("/preferences", Who::Known, Object::None), preferences::post),
    ]
}

fn recipients() -> Vec<Route> {
    vec![
        route!(see("/inbox", READ, Object::None), inbox::get),
        route!(see("/notices", READ, Object::None), notices::get),
        route!(see("/items/{id}", READ, Object::ReleasedItem), item::get),
        route!(see("/items/{id}/bundle", READ, Object::ReleasedItem), item::bundle),
        route!(see("/items/{id}/proof", READ, Object::ReleasedItem), item::proof),
        route!(act("/items/{id}/answer", ANSWER, Object::ReleasedItem), item::answer),
        route!(act("/items/{id}/recall-confirmation", ANSWER, Object::ReleasedItem), item::confirm_recall),
        route!(act("/items/{id}/question", READ, Object::ReleasedItem), item::ask),
    ]
}

fn checks() -> Vec<Route> {
    vec![
        route!(see("/checks", CHECK, Object::None), checks::list),
        route!(see("/checks/{id}", CHECK, Object::OwnPut), checks::get),
        route!(see("/checks/{id}/bundle", CHECK, Object::OwnPut), checks::bundle),
        route!(act("/checks/{id}/answer", CHECK, Object::OwnPut), checks::answer),
        route!(act("/checks/{id}/question", CHECK, Object::OwnPut), checks::question),
        route!(see("/asks", ASK, Object::None), asks::list),
        route!(see("/asks/new", ASK, Object::None), asks::form),
        route!(act("/asks", ASK, Object::None), asks::post),
        route!(see("/asks/{id}", ASK, Object::OwnAsk), asks::get),
        route!(act("/asks/{id}/reply", ASK, Object::OwnAsk), asks::reply),
        route!(act("/asks/{id}/close", ASK, Object::OwnAsk), asks::close),
        route!(see("/slips", LOOK, Object::None), slips::list),
        route!(act("/slips/{id}", TRIAGE, Object::AnyPut), slips::record),
        route!(act("/slips/{id}/link", TRIAGE, Object::AnyPut), slips::link),
        route!(see("/c/{id}", Who::Public, Object::Link), check_link::get),
        route!(act("/c/{id}", Who::Public, Object::Link).without_csrf(), check_link::code),
        route!(act("/c/{id}/answer", Who::Public, Object::Link).without_csrf(), check_link::answer),
        route!(see("/c/{id}/bundle", Who::Public, Object::Link), check_link::bundle),
    ]
}

fn sources() -> Vec<Route> {
    vec![
        route!(see("/send", REPORT, Object::None), send::get),
        route!(act("/send", REPORT, Object::None).body_max(UPLOAD_BYTES_MAX), send::post),
        route!(see("/submissions", SOURCE, Object::None), submissions::list),
        route!(see("/submissions/{id}", SOURCE, Object::OwnSubmission), submissions::get),
        route!(see("/submissions/{id}/receipt", SOURCE, Object::OwnSubmission), send::receipt),
        route!(see("/submissions/{id}/raw", SOURCE, Object::OwnSubmission), submissions::raw),
        route!(see("/submissions/{id}/proof", SOURCE, Object::OwnSubmission), submissions::proof),
        route!(act("/submissions/{id}/reply", REPORT, Object::OwnSubmission), submissions::reply),
        route!(see("/submissions/{id}/withdraw", APPROVE, Object::OwnSubmission), submissions::withdraw_get),
        route!(act("/submissions/{id}/withdraw", APPROVE, Object::OwnSubmission), submissions::withdraw_post),
        route!(see("/submissions/{id}/approval", REPORT, Object::OwnSubmission), approval::get),
        route!(act("/submissions/{id}/approval", APPROVE, Object::OwnSubmission), approval::post),
        route!(see("/standing", SOURCE, Object::None), standing::get),
        route!(act("/standing", APPROVE, Object::None), standing::post),
        route!(act("/standing/end", APPROVE, Object::None), standing::end),
    ]
}

fn incident_reports() -> Vec<Route> {
    let (incident, report) = (Object::OwnIncident, Object::OwnReport);
    // a custody list of thousands of lines is typed into a form, percent-encoded
    let facts_max = 3 * model::report::facts::FACTS_BYTES_MAX;
    vec![
        route!(see("/reports", FILE, Object::None), reports::board),
        route!(see("/reports/new", FILE, Object::None), reports::new_get),
        route!(act("/reports", FILE, Object::None).body_max(facts_max), reports::new_post),
        route!(act("/reports/import", FILE, Object::None).body_max(UPLOAD_BYTES_MAX), incident_import::post),
        route!(see("/incidents/{id}", FILE, incident), incident::get),
        route!(see("/incidents/{id}/edit", FILE, incident), incident::edit_get),
        route!(act("/incidents/{id}/edit", FILE, incident).body_max(facts_max), incident::edit_post),
        route!(see("/incidents/{id}/pack", FILE, incident), incident::pack_get),
        route!(act("/incidents/{id}/share", FILE_AND_REPORT, incident), incident::share_post),
        route!(see("/reports/{id}", FILE, report), report::get),
        route!(see("/reports/{id}/xlsx", FILE, report), report::xlsx),
        route!(act("/reports/{id}/send", FILE, report), report::send_post),
        route!(act("/reports/{id}/declare", FILE, report), report::declare),
        route!(act("/reports/{id}/write", FILE, report), report::write),
    ]
}

fn offices() -> Vec<Route> {
    let report = Object::AddressedReport;
    vec![
        route!(see("/office", OFFICE, Object::None), office::board),
        route!(act("/office/quiet", OFFICE, Object::None), office::quiet),
        route!(see("/office/{id}", OFFICE, report), office::get),
        route!(see("/office/{id}/xlsx", OFFICE, report), office::xlsx),
        route!(act("/office/{id}/acknowledge", OFFICE, report), office::acknowledge),
        route!(act("/office/{id}/ask", OFFICE, report), office::ask),
        route!(act("/office/{id}/class", OFFICE, report), office::class),
        route!(act("/office/{id}/extend", OFFICE, report), office::extend),
        route!(act("/office/{id}/hand-over", OFFICE, report), office::hand_over),
        route!(act("/office/{id}/close", OFFICE, report), office::close),
    ]
}

fn triage() -> Vec<Route> {
    vec![
        route!(see("/queue", LOOK, Object::None), queue::list),
        route!(see("/queue/{id}", LOOK, Object::AnySubmission), queue::get),
        route!(see("/queue/{id}/raw", LOOK, Object::AnySubmission), queue::raw),
        route!(act("/queue/{id}/triage", TRIAGE, Object::AnySubmission), queue::triage),
        route!(act("/queue/{id}/reopen", TRIAGE, Object::AnySubmission), queue::reopen),
        route!(see("/questions", LOOK, Object::None), questions::get),
        route!(act("/questions/{id}/relay", ANALYSE, Object::AnyQuestion), questions::relay),
        route!(act("/questions/{id}/reply", ANALYSE, Object::AnyQuestion), questions::reply),
    ]
}

fn desk() -> Vec<Route> {
    vec![
        route!(see("/drafts", LOOK, Object::None), drafts::list),
        route!(see("/drafts/{id}", LOOK, Object::AnyItem), draft::get),
        route!(act("/drafts/{id}/save", ANALYSE, Object::AnyItem), draft::save),
        route!(act("/drafts/{id}/ask", ANALYSE, Object::AnyItem), drafts::ask),
        route!(act("/drafts/{id}/clear", ANALYSE, Object::AnyItem), drafts::clear),
        route!(act("/drafts/{id}/revise", ANALYSE, Object::AnyItem), drafts::revise),
        route!(act("/drafts/{id}/sources", ANALYSE, Object::AnyItem), drafts::add_source),
        route!(see("/drafts/{id}/release", RELEASE, Object::AnyItem), release::release_get),
        route!(act("/drafts/{id}/release", RELEASE, Object::AnyItem), release::release_post),
        route!(see("/drafts/{id}/readers", RELEASE, Object::AnyItem), release::readers_get),
        route!(act("/drafts/{id}/readers", RELEASE, Object::AnyItem), release::readers_post),
        route!(see("/drafts/{id}/recall", RELEASE, Object::AnyItem), release::recall_get),
        route!(act("/drafts/{id}/recall", RELEASE, Object::AnyItem), release::recall_post),
        route!(see("/drafts/{id}/board", LOOK, Object::AnyItem), release::board),
        route!(see("/rule", LOOK, Object::None), rule::get),
        route!(act("/rule", RELEASE, Object::None), rule::post),
    ]
}

fn boards() -> Vec<Route> {
    vec![
        route!(see("/figures", FIGURES, Object::None), board::get),
        route!(see("/director", READ, Object::None), board::director),
        route!(see("/calls", LOOK, Object::None), calls::get),
        route!(act("/drafts/{id}/urgent", RELEASE, Object::AnyItem), calls::mark),
        route!(act("/items/{id}/acknowledge", ANSWER, Object::ReleasedItem), calls::acknowledge),
    ]
}

fn doors() -> Vec<Route> {
    let held = Object::OwnHeldMail;
    vec![
        route!(see("/quarantine", REPORT, Object::None), quarantine::get),
        route!(act("/quarantine/renew", ADMIN, Object::None), quarantine::renew),
        route!(act("/quarantine/{id}/take", REPORT, held), quarantine::take),
        route!(act("/quarantine/{id}/drop", REPORT, held), quarantine::drop_it),
        route!(see("/phone", TRIAGE, Object::None), phone::get),
        route!(act("/phone", TRIAGE, Object::None), phone::of),
        route!(act("/phone/record", TRIAGE, Object::None).body_max(UPLOAD_BYTES_MAX), phone::record),
        route!(act("/submissions/{id}/unseal", APPROVE, Object::OwnSubmission), erase::unseal),
        route!(see("/submissions/{id}/erase", APPROVE, Object::OwnSubmission), erase::get),
        route!(act("/submissions/{id}/erase", APPROVE, Object::OwnSubmission), erase::post),
    ]
}

fn people() -> Vec<Route> {
    vec![
        route!(see("/account", PERSON, Object::None), account::get),
        route!(act("/account/name", PERSON, Object::None), account::name),
        route!(act("/account/contact", PERSON, Object::None), account::contact),
        route!(act("/account/password", PERSON, Object::None), account::password),
        route!(act("/account/sessions", PERSON, Object::None), account::sessions),
        route!(act("/account/totp", PERSON, Object::None), account::totp),
        route!(act("/account/totp/confirm", PERSON, Object::None), account::confirm),
        route!(act("/account/totp/end", PERSON, Object::None), account::end_totp),
        route!(act("/account/codes", PERSON, Object::None), account::codes),
        route!(act("/account/passkeys/begin", PERSON, Object::None), passkeys::begin),
        route!(act("/account/passkeys", PERSON, Object::None), passkeys::add),
        route!(act("/account/passkeys/{id}/remove", PERSON, Object::OwnPasskey), passkeys::remove),
        route!(see("/people", ADMIN, Object::None), people::get),
        route!(see("/people/export", ADMIN, Object::None), people::export),
        route!(act("/people/invite", ADMIN, Object::None), people::invite),
        route!(act("/people/invitations/{id}/end", ADMIN, Object::OwnInvitation), people::end_invitation),
        route!(act("/people/admissions/{id}/refuse", ADMIN, Object::OwnAdmission), people::refuse),
        route!(act("/people/{id}/name", ADMIN, Object::OwnPerson), people::name),
        route!(act("/people/{id}/roles", ADMIN, Object::OwnPerson), people::roles),
        route!(act("/people/{id}/reset", ADMIN, Object::OwnPerson), people::reset),
        route!(see("/people/{id}/remove", ADMIN, Object::OwnPerson), removal::get),
        route!(act("/people/{id}/remove", ADMIN, Object::OwnPerson), removal::post),
        route!(act("/people/deputy", ADMIN, Object::None), people::deputy),
        route!(act("/people/deputy/end", ADMIN, Object::None), people::end_deputy),
        route!(act("/people/on-call", ADMIN, Object::None), people::on_call),
        route!(see("/join", Who::Public, Object::None), join::get),
        route!(act("/join", Who::Public, Object::None), join::post),
    ]
}

fn rights() -> Vec<Route> {
    let any = Object::AnyOrganisation;
    vec![
        route!(see("/organisations", OVERSEE, Object::None), organisations::get),
        route!(see("/sectors", OVERSEE, Object::None), sectors::get),
        route!(act("/sectors", OPERATE, Object::None), sectors::add),
        route!(act("/sectors/name", OPERATE, Object::None), sectors::rename),
        route!(see("/seats", OVERSEE, Object::None), seats::get),
        route!(act("/seats", OPERATE, Object::None), seats::give),
        route!(act("/seats/take", OPERATE, Object::None), seats::take),
        route!(see("/organisations/new", OPERATE, Object::None), organisation::form),
        route!(act("/organisations/new", OPERATE, Object::None), organisation::add),
        route!(see("/organisations/{id}", OVERSEE, any), organisation::get),
        route!(act("/organisations/{id}/name", OPERATE, any), organisation::rename),
        route!(act("/organisations/{id}/roles", OPERATE, any), organisation::roles),
        route!(act("/organisations/{id}/agreement", OPERATE, any), organisation::agreement),
        route!(act("/organisations/{id}/place", OPERATE, any), organisation::place),
        route!(see("/organisations/{id}/leave", OPERATE, any), leaving::get),
        route!(act("/organisations/{id}/leave", OPERATE, any), leaving::post),
        route!(see("/admissions", ADMIT, Object::None), admissions::get),
        route!(act("/admissions", ADMIT, Object::None), admissions::ask),
        route!(act("/admissions/{id}/agree", ADMIT, Object::AnyAdmission), admissions::agree),
        route!(act("/admissions/{id}/refuse", ADMIT, Object::AnyAdmission), admissions::refuse),
    ]
}

fn community() -> Vec<Route> {
    vec![
        route!(see("/roster", Who::Known, Object::None), roster::get),
        route!(see("/log-health", AUDIT, Object::None), log_health::get),
        route!(see("/tokens", ADMIN, Object::None), tokens::get),
        route!(act("/tokens", ADMIN, Object::None), tokens::post),
        route!(act("/tokens/{id}/revoke", ADMIN, Object::OwnToken), tokens::revoke),
        route!(see("/webhooks", ADMIN, Object::None), webhooks::get),
        route!(act("/webhooks", ADMIN, Object::None), webhooks::post),
        route!(act("/webhooks/{id}/test", ADMIN, Object::OwnWebhook), webhooks::test),
        route!(act("/webhooks/{id}/remove", ADMIN, Object::OwnWebhook), webhooks::remove),
        route!(see("/profile", ADMIN, Object::None), profile::get),
        route!(act("/profile", ADMIN, Object::None), profile::post),
    ]
}
