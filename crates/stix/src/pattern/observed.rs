//! What was observed: the objects that patterns look at, in the form of STIX 2.0 and of 2.1.

use super::matcher::{Budget, MatchFault};
use super::tree::{Path, Step};
use crate::{Fault, Timestamp};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// One observed-data object with the objects that it holds or names.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The identifier of the observed-data object, where it has one.
    pub id: Option<String>,
    /// When it was first observed, in microseconds since 1970.
    pub first: i64,
    /// When it was last observed.
    pub last: i64,
    /// How often.
    pub count: u64,
    /// The objects that a pattern's path can begin at.
    objects: Vec<Arc<Value>>,
    /// All objects that references can lead to.
    known: Arc<HashMap<String, Arc<Value>>>,
}

impl Observed {
    /// An observation of loose cyber-observable objects, whose references resolve among themselves.
    pub fn of_objects(objects: Vec<Value>, first: i64, last: i64) -> Observed {
        let objects: Vec<Arc<Value>> = objects.into_iter().map(Arc::new).collect();
        let known = objects
            .iter()
            .filter_map(|object| Some((object.get("id")?.as_str()?.to_owned(), Arc::clone(object))));
        Observed { id: None, first, last, count: 1, known: Arc::new(known.collect()), objects }
    }

    /// Reads observations: each value is a bundle, an observed-data object of STIX 2.0 (objects inside) or of 2.1
    /// (objects named, and found beside it in the bundle or list). What is neither is passed over.
    pub fn read(values: &[Value]) -> (Vec<Observed>, Vec<Fault>) {
        let mut out = Vec::new();
        let mut faults = Vec::new();
        read_pool(values, "", &mut out, &mut faults);
        (out, faults)
    }

    /// The objects that a pattern's path can begin at.
    pub fn objects(&self) -> impl Iterator<Item = &Value> {
        self.objects.iter().map(Arc::as_ref)
    }

    pub(crate) fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// The object at `index`, and its type.
    pub(crate) fn object(&self, index: usize) -> (&Value, &str) {
        let object = self.objects[index].as_ref();
        (object, object.get("type").and_then(Value::as_str).unwrap_or_default())
    }

    /// The values that `path` names in the object at `index`, and the last key on the way.
    pub(crate) fn resolve<'o, 'p>(
        &'o self,
        index: usize,
        path: &'p Path,
        budget: &mut Budget,
    ) -> Result<(Vec<&'o Value>, &'p str), MatchFault> {
        let mut here: Vec<&Value> = vec![self.objects[index].as_ref()];
        let mut last_key = "";
        for step in &path.steps {
            let mut next = Vec::with_capacity(here.len());
            for value in here {
                self.step(value, step, last_key, &mut next);
            }
            // Many references to few objects would otherwise multiply with each step.
            if next.len() > 8 {
                budget.spend(next.len())?;
                next.sort_unstable_by_key(|value| std::ptr::from_ref::<Value>(value));
                next.dedup_by_key(|value| std::ptr::from_ref::<Value>(value));
            }
            if let Step::Key(key) = step {
                last_key = key;
            }
            here = next;
        }
        Ok((here, last_key))
    }

    fn step<'o>(&'o self, value: &'o Value, step: &Step, last_key: &str, next: &mut Vec<&'o Value>) {
        match (step, value) {
            (Step::Key(key), Value::Object(members)) => next.extend(members.get(key)),
            (Step::Key(key), Value::String(reference))
                if (last_key.ends_with("_ref") || last_key.ends_with("_refs")) =>
            {
                next.extend(self.known.get(reference).and_then(|object| object.get(key)));
            }
            (Step::Index(index), Value::Array(items)) => {
                next.extend(usize::try_from(*index).ok().and_then(|index| items.get(index)));
            }
            (Step::Any, Value::Array(items)) => next.extend(items),
            _ => {}
        }
    }
}

/// Objects that stand together may refer to each other.
fn read_pool(values: &[Value], pointer: &str, out: &mut Vec<Observed>, faults: &mut Vec<Fault>) {
    let named = values.iter().filter_map(|value| {
        let observed = value.get("type").and_then(Value::as_str) == Some("observed-data");
        let id = value.get("id")?.as_str()?;
        (!observed).then(|| (id.to_owned(), Arc::new(value.clone())))
    });
    let known: Arc<HashMap<String, Arc<Value>>> = Arc::new(named.collect());
    for (i, value) in values.iter().enumerate() {
        let here = format!("{pointer}/{i}");
        let inner = value.get("objects");
        if let Some(Value::Array(objects)) = inner {
            read_pool(objects, &format!("{here}/objects"), out, faults);
        } else if inner.is_some_and(Value::is_object) || value.get("object_refs").is_some() {
            match observed(value, &known) {
                Ok(Some(observed)) => out.push(observed),
                Ok(None) => {}
                Err(fault) => faults.push(Fault { pointer: format!("{here}{}", fault.pointer), ..fault }),
            }
        }
    }
}

/// `None` for objects such as reports, which name objects without having observed them.
fn observed(value: &Value, known: &Arc<HashMap<String, Arc<Value>>>) -> Result<Option<Observed>, Fault> {
    let (Some(first), Some(last)) = (moment(value, "first_observed")?, moment(value, "last_observed")?)
    else {
        return Ok(None);
    };
    let refs = value.get("object_refs").and_then(Value::as_array);
    let inside = value.get("objects").and_then(Value::as_object).filter(|_| refs.is_none());
    let (objects, known) = match (inside, refs) {
        (Some(members), _) => {
            let pairs: Vec<_> =
                members.iter().map(|(key, object)| (key.clone(), Arc::new(object.clone()))).collect();
            (
                pairs.iter().map(|(_, object)| Arc::clone(object)).collect(),
                Arc::new(pairs.into_iter().collect()),
            )
        }
        (None, Some(refs)) => {
            let objects = refs.iter().filter_map(|id| known.get(id.as_str()?).map(Arc::clone)).collect();
            (objects, Arc::clone(known))
        }
        (None, None) => return Ok(None),
    };
    let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
    let count = value.get("number_observed").and_then(Value::as_u64).unwrap_or(1).max(1);
    Ok(Some(Observed { id, first, last, count, objects, known }))
}

fn moment(value: &Value, key: &str) -> Result<Option<i64>, Fault> {
    let Some(text) = value.get(key).and_then(Value::as_str) else { return Ok(None) };
    match Timestamp::parse(text) {
        Ok(moment) => Ok(Some(moment.micros())),
        Err(fault) => Err(Fault { pointer: format!("/{key}"), ..fault }),
    }
}
