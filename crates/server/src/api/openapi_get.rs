//! The description of this API, made from its code.

use super::error::{PROBLEM, Problem};
use super::wire::{Answer, json};
use super::{
    access, account, approval, asks, check_talk, checks, deputies, figures, intake, invitations, items,
    log_receipt, me, notices_get, office, organisations, passkeys, people, profile, reports, roster_get,
    seats, sectors, set_get, staff_items, staff_questions, staff_queue, staff_readers, staff_release,
    staff_spoken, standing, submissions, submissions_post, tokens, urgent, webhooks,
};
use axum::http::StatusCode;
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Content, ObjectBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema, SchemaFormat, Type,
};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(title = "Noroshi", description = "Organisations warn each other of attacks without naming who was hit."),
    paths(
        me::get, me::sign_in, me::sign_out,
        passkeys::to_sign_in, passkeys::sign_in, passkeys::list, passkeys::to_add, passkeys::add, passkeys::remove,
        submissions_post::post, submissions::list, submissions::get, submissions::raw, submissions::withdraw, submissions::erase,
        log_receipt::of_submission, log_receipt::of_item,
        submissions::reply,
        approval::get, approval::approve, approval::refuse, standing::list, standing::give, standing::end,
        items::list, items::get, items::bundle, items::answer, items::confirm_recall, items::ask, items::questions,
        notices_get::get, crate::events::get, set_get::get,
        checks::list, checks::get, checks::bundle, checks::answer, checks::awaited, checks::slip, checks::link,
        asks::list, asks::post, asks::get, asks::close,
        reports::regimes, reports::board, reports::open, reports::report, reports::form, reports::submit, reports::declare,
        reports::write, reports::get, reports::save, reports::pack_get, reports::veris, reports::share_post,
        office::board, office::look, office::acknowledge, office::ask, office::class, office::extend, office::hand_over,
        office::close, office::hours,
        staff_queue::list, staff_queue::look, staff_queue::raw, staff_queue::triage, staff_queue::reopen,
        staff_items::list, staff_items::get, staff_items::save, staff_items::ask, staff_items::add_source,
        staff_items::clear_hold, staff_items::revise,
        staff_release::release, staff_release::recall, staff_release::board, staff_release::rule,
        staff_release::set_rule,
        staff_questions::list, staff_questions::relay, staff_questions::write,
        people::list, people::invite, people::roles, people::remove, people::hand_over, deputies::lend,
        people::on_call, people::export, people::rename, account::contact, account::rename,
        access::list, access::agreement, access::rename, access::leave, access::admissions, access::ask, access::agree,
        access::refuse,
        access::own_admissions, access::refuse_own,
        organisations::list, organisations::get, organisations::add, organisations::place, organisations::roles,
        sectors::add, sectors::rename,
        seats::list, seats::give, seats::take,
        invitations::list, invitations::end, invitations::reset, invitations::join, deputies::list, deputies::end,
        account::get, account::preferences, account::password, account::sessions, account::totp, account::confirm, account::codes,
        account::end_totp, account::act_for,
        intake::list, intake::take, intake::drop_it, intake::renew,
        staff_spoken::phones, staff_spoken::record, urgent::calls, urgent::urgent, urgent::acknowledge,
        staff_readers::list, staff_readers::set, staff_readers::release_to,
        check_talk::of_asked, check_talk::ask, check_talk::of_asker, check_talk::reply,
        figures::board, figures::director, submissions::unseal,
        roster_get::get, tokens::list, tokens::add, tokens::revoke, webhooks::list, webhooks::add, webhooks::remove, webhooks::test,
        profile::get, profile::set,
        get
    ),
    components(schemas(Problem)),
    modifiers(&Everywhere)
)]
struct Description;

/// What holds for every operation and would otherwise be written at each.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        if let Some(components) = document.components.as_mut() {
            for (name, scheme) in schemes() {
                components.add_security_scheme(name, scheme);
            }
        }
        for (path, item) in &mut document.paths.paths {
            for operation in operations(item) {
                complete(path, operation);
            }
        }
    }
}

fn schemes() -> [(&'static str, SecurityScheme); 3] {
    let http = |scheme| SecurityScheme::Http(HttpBuilder::new().scheme(scheme).build());
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::auth::SESSION_COOKIE)));
    [("token", http(HttpAuthScheme::Bearer)), ("basic", http(HttpAuthScheme::Basic)), ("session", cookie)]
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().filter_map(Option::as_mut)
}

fn complete(path: &str, operation: &mut Operation) {
    let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    for name in named {
        let mut parameter = Parameter::new(name);
        parameter.parameter_in = ParameterIn::Path;
        parameter.required = Required::True;
        let uuid = SchemaFormat::Custom("uuid".to_owned());
        let schema = ObjectBuilder::new().schema_type(Type::String).format(Some(uuid)).build();
        parameter.schema = Some(RefOr::T(Schema::Object(schema)));
        operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
    }
    let public = path == "/api/v1/openapi.json"
        || path == "/api/v1/session/passkey"
        || path == "/api/v1/join"
        || (path == "/api/v1/session" && operation.request_body.is_some());
    if !public {
        let any =
            ["token", "basic", "session"].map(|name| SecurityRequirement::new(name, Vec::<String>::new()));
        operation.security = Some(any.into());
    }
    operation.responses.responses.insert("default".to_owned(), RefOr::T(problem()));
}

fn problem() -> Response {
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    ResponseBuilder::new()
        .description("a problem (RFC 9457)")
        .content(PROBLEM, Content::new(Some(schema)))
        .build()
}

/// The description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// The description as it is sent, put together once.
static SENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(document()).unwrap_or_default());

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "session", responses((status = 200, body = Object)))]
pub(crate) async fn get() -> Answer {
    json(StatusCode::OK, &*SENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let routes = super::super::routes();
        let rows = routes.iter().map(|r| &r.row).filter(|row| row.path.starts_with("/api/"));
        let mounted: BTreeSet<String> = rows.map(|row| format!("{} {}", row.method, row.path)).collect();
        let mut described = BTreeSet::new();
        for (path, mut item) in document().paths.paths {
            let methods = [
                ("GET", &mut item.get),
                ("POST", &mut item.post),
                ("PUT", &mut item.put),
                ("DELETE", &mut item.delete),
            ];
            for (method, operation) in methods {
                described.extend(operation.as_ref().map(|_| format!("{method} {path}")));
            }
        }
        assert_eq!(described, mounted);
    }

    #[test]
    fn every_operation_names_its_path_parameters_and_problems() {
        for (path, mut item) in document().paths.paths {
            let wanted = path.matches('{').count();
            for operation in operations(&mut item) {
                let named = operation
                    .parameters
                    .iter()
                    .flatten()
                    .filter(|p| matches!(p, RefOr::T(p) if p.parameter_in == ParameterIn::Path))
                    .count();
                assert_eq!(named, wanted, "{path}");
                assert!(operation.responses.responses.contains_key("default"), "{path}");
            }
        }
    }
}
