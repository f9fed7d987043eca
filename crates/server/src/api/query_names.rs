//! A query parameter that no description names is refused: a misspelt `after` would be a list that never ends.
//!
//! The names come from the description that callers read, so the two cannot differ.

use super::openapi_get;
use crate::matrix::Row;
use axum::http::Method;
use hub::HubError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};

/// The query parameters of each operation that has any, by path and method.
static NAMES: LazyLock<BTreeMap<(String, Method), BTreeSet<String>>> = LazyLock::new(|| {
    let mut all = BTreeMap::new();
    for (path, item) in openapi_get::document().paths.paths {
        let operations = [
            (Method::GET, item.get),
            (Method::POST, item.post),
            (Method::PUT, item.put),
            (Method::DELETE, item.delete),
        ];
        for (method, operation) in operations {
            all.extend(operation.map(|operation| ((path.clone(), method), names(operation))));
        }
    }
    all
});

fn names(operation: Operation) -> BTreeSet<String> {
    let parameters = operation.parameters.unwrap_or_default().into_iter();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(one) if one.parameter_in == ParameterIn::Query => Some(one.name),
            _ => None,
        })
        .collect()
}

/// Whether the row's operation knows every name in `query`.
///
/// # Errors
/// [`HubError::Invalid`] with the name that is unknown and those that are known.
pub(crate) fn check(row: &Row, query: Option<&str>) -> Result<(), HubError> {
    let Some(query) = query.filter(|query| !query.is_empty()) else { return Ok(()) };
    let none = BTreeSet::new();
    let known = NAMES.get(&(row.path.to_owned(), row.method.clone())).unwrap_or(&none);
    let unknown = query
        .split('&')
        .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
        .find(|name| !name.is_empty() && !known.contains(*name));
    let Some(unknown) = unknown else { return Ok(()) };
    let there_are = match known.is_empty() {
        true => "this address takes none".to_owned(),
        false => format!("there are: {}", known.iter().cloned().collect::<Vec<_>>().join(", ")),
    };
    Err(HubError::said("query", format!("no parameter is called `{unknown}`; {there_are}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{Face, Object, Who};

    #[track_caller]
    fn check(path: &'static str, query: &str, expected: &str) {
        let row = Row::get(Face::Api, path, Who::Known, Object::None);
        let said = super::check(&row, Some(query)).err().map(|why| why.to_string()).unwrap_or_default();
        assert!(if expected.is_empty() { said.is_empty() } else { said.contains(expected) }, "{said}");
    }

    #[test]
    fn only_described_names_pass() {
        check("/api/v1/submissions", "after=x&limit=3", "");
        check("/api/v1/submissions", "", "");
        check("/api/v1/submissions", "next=x", "`next`; there are: after, limit");
        check("/api/v1/me", "limit=1", "takes none");
        check("/healthz", "probe", "takes none");
    }
}
