//! The router: every row of the matrix with its handler, and nothing else.

use crate::error::Refusal;
use crate::front::Front;
use crate::matrix::{Face, Route, Row};
use crate::state::App;
use crate::{api, gate, guard, taxii, web};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodFilter;
use hub::Hub;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;

/// The faces of one hub, reached directly and without limits.
pub fn router(hub: Hub) -> Router {
    router_behind(hub, Front::default())
}

/// The faces of one hub behind `front`.
pub fn router_behind(hub: Hub, front: Front) -> Router {
    let app = App::new(hub, front);
    // pages are not compressed: a page that shows what an attacker sent beside a secret of the session must not tell by
    // its length
    let programs = [taxii::routes(), api::routes()]
        .into_iter()
        .flatten()
        .fold(Router::new(), |router, route| mount(router, &app, route))
        .layer(CompressionLayer::new());
    let pages = web::routes()
        .into_iter()
        .fold(Router::new(), |router, route| mount(router, &app, route))
        // before the dress: the answer to a method that an address does not know is a page too
        .method_not_allowed_fallback(no_method);
    let again: Router = pages.clone().with_state(app.clone());
    let pages = pages.layer(from_fn_with_state(again, web::again::show)).layer(from_fn(web::fault::dress));
    let nothing = Router::new().fallback(no_route).layer(from_fn(dress_pages));
    programs
        .merge(pages)
        .merge(nothing)
        .method_not_allowed_fallback(no_method)
        .layer(from_fn_with_state(app.clone(), guard::around))
        .with_state(app)
}

/// Puts one route behind its row.
fn mount(router: Router<App>, app: &App, route: Route) -> Router<App> {
    let Route { row, handler } = route;
    let Some(filter) = filter(&row.method) else { return router };
    let state = (app.clone(), Arc::new(row.clone()));
    let behind = || {
        let layered = handler(filter).route_layer(from_fn_with_state(state.clone(), gate::pass));
        // the gate has read the body within the row's limit
        layered.route_layer(DefaultBodyLimit::disable())
    };
    paths(&row).into_iter().fold(router, |router, path| router.route(path, behind()))
}

/// The paths of a row: TAXII's end with a slash, and clients forget it.
fn paths(row: &Row) -> Vec<&'static str> {
    match row.path.strip_suffix('/') {
        Some(bare) if row.face == Face::Taxii => vec![row.path, bare],
        _ => vec![row.path],
    }
}

fn filter(method: &Method) -> Option<MethodFilter> {
    MethodFilter::try_from(method.clone()).ok()
}

async fn no_route(request: Request) -> Response {
    Refusal::NoRoute.on(Face::of(request.uri().path()))
}

async fn no_method(request: Request) -> Response {
    Refusal::NoMethod.on(Face::of(request.uri().path()))
}

/// An address that does not exist is worded by its face; those of no other face are pages.
async fn dress_pages(request: Request, next: axum::middleware::Next) -> Response {
    match Face::of(request.uri().path()) {
        Face::Web => web::fault::dress(request, next).await,
        Face::Api | Face::Taxii => next.run(request).await,
    }
}
