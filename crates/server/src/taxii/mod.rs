//! TAXII 2.1: the contents page of the face.
//!
//! Section numbers are those of the OASIS standard of 10 June 2021. Bodies of reads are written from stored bytes; the cursor in
//! `next` is sealed and carries its filters, so any node continues it after any restart.

mod collection_get;
mod collections_get;
mod discovery_get;
pub(crate) mod error;
mod filter;
mod manifest_get;
mod media;
mod news_get;
mod object_delete;
mod object_get;
mod objects_get;
mod objects_post;
mod page;
mod place;
mod root_get;
mod status_get;
mod versions_get;

use crate::matrix::{Face, Object, Right, Route, Row, Who, route};
use axum::http::Method;
use model::submission::SUBMISSION_BYTES_MAX;

const READ: Who = Who::With(&[Right::Read]);
const REPORT: Who = Who::With(&[Right::Report]);
const SOURCE: Who = Who::With(&[Right::Source]);
const EITHER: Who = Who::With(&[Right::Read, Right::Report]);

const COLLECTION: &str = "/taxii2/hub/collections/{collection}/";
const OBJECTS: &str = "/taxii2/hub/collections/{collection}/objects/";
const OBJECT: &str = "/taxii2/hub/collections/{collection}/objects/{object}/";
const VERSIONS: &str = "/taxii2/hub/collections/{collection}/objects/{object}/versions/";
const NEWS: &str = "/taxii2/hub/collections/{collection}/news/";
const MANIFEST: &str = "/taxii2/hub/collections/{collection}/manifest/";

/// The routes.
#[must_use]
pub fn routes() -> Vec<Route> {
    let get = |path, who, object| Row::get(Face::Taxii, path, who, object);
    let post = Row::act(Face::Taxii, Method::POST, OBJECTS, REPORT, Object::Collection);
    let delete = Row::act(Face::Taxii, Method::DELETE, OBJECT, EITHER, Object::Collection);
    vec![
        route!(get("/taxii2/", Who::Known, Object::None), discovery_get::get),
        route!(get("/taxii2/hub/", Who::Known, Object::None), root_get::get),
        route!(get("/taxii2/hub/status/{id}/", SOURCE, Object::OwnStatus), status_get::get),
        route!(get("/taxii2/hub/collections/", EITHER, Object::None), collections_get::get),
        route!(get(COLLECTION, EITHER, Object::Collection), collection_get::get),
        route!(get(MANIFEST, READ, Object::Collection), manifest_get::get),
        route!(get(NEWS, READ, Object::Collection), news_get::get),
        route!(get(OBJECTS, READ, Object::Collection), objects_get::get),
        route!(post.body_max(SUBMISSION_BYTES_MAX), objects_post::post),
        route!(get(OBJECT, READ, Object::Collection), object_get::get),
        route!(delete, object_delete::delete),
        route!(get(VERSIONS, READ, Object::Collection), versions_get::get),
    ]
}
