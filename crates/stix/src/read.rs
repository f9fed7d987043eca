//! Reads bundles, TAXII envelopes and single objects: takes the good and names the bad.

use crate::code;
use crate::json::Node;
use crate::object::{Envelope, json_fault};
use crate::split::{Frame, split};
use crate::{Fault, Limits, Object};
use std::io::Read;

/// Reads a bundle (section 8), a TAXII envelope `{"objects": […]}` or a single object.
///
/// `Ok` holds every object that can be read and a fault for each that cannot, with its place in the array; a bundle
/// that ends too early has a fault `truncated`. `Err` means that neither an array of objects nor an object was found.
pub fn read_objects(bytes: &[u8], limits: &Limits) -> Result<(Vec<Object>, Vec<Fault>), Fault> {
    let mut objects = Vec::new();
    let mut faults = Vec::new();
    read_objects_streaming(bytes, limits, |read| match read {
        Ok(object) => objects.push(object),
        Err(fault) => faults.push(fault),
    })?;
    Ok((objects, faults))
}

/// As [`read_objects`], handing over one object at a time: memory does not grow with the bundle.
pub fn read_objects_streaming(
    reader: impl Read,
    limits: &Limits,
    mut each: impl FnMut(Result<Object, Fault>),
) -> Result<(), Fault> {
    read_trees(reader, limits, |place, _, read| {
        let object = read.and_then(|(text, node)| object(text, &node));
        let good = object.is_ok();
        if let Some(object) = object.transpose() {
            each(object.map_err(|fault| place.locate(fault)));
        }
        good
    })?;
    Ok(())
}

/// The object; none of a bundle that has no objects, which is no object itself (section 8).
pub(crate) fn object(text: &str, node: &Node<'_>) -> Result<Option<Object>, Fault> {
    let envelope = Envelope::of(node)?;
    if node.get_text("type") != Some("bundle") {
        return Ok(Some(envelope.with_text(text.into())));
    }
    match node.get("objects") {
        None => Ok(None),
        Some(_) => Err(Fault::read(code::WRONG_KIND, "/objects", "the objects of a bundle are a list")),
    }
}

/// Where in the input something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The whole of it: a single object, or what surrounds the objects.
    Whole,
    /// The object of this index.
    Element(usize),
}

impl Place {
    /// The pointer to it.
    pub(crate) fn pointer(self) -> String {
        match self {
            Place::Whole => String::new(),
            Place::Element(index) => format!("/objects/{index}"),
        }
    }

    /// Turns a pointer that starts at the object into one that starts at the top of the input.
    pub(crate) fn locate(self, fault: Fault) -> Fault {
        match self {
            Place::Whole => fault,
            Place::Element(_) => Fault { pointer: format!("{}{}", self.pointer(), fault.pointer), ..fault },
        }
    }
}

/// Hands over the text and the tree of each object; pointers of faults start at the object. `each` is told whether the
/// bundle has called itself 2.0 by then, and says whether the object was good.
pub(crate) fn read_trees(
    reader: impl Read,
    limits: &Limits,
    mut each: impl FnMut(Place, bool, Result<(&str, Node<'_>), Fault>) -> bool,
) -> Result<Frame, Fault> {
    let mut faults = 0;
    let frame = split(reader, limits, &mut |frame, index, part| {
        let place = index.map_or(Place::Whole, Place::Element);
        let read = part.and_then(tree).and_then(|read| no_bundle(place, read));
        faults += usize::from(!each(place, frame.is_2_0(), read));
        if faults >= limits.faults {
            let text = format!("more than {} faults: the rest has not been read", limits.faults);
            each(
                Place::Whole,
                false,
                Err(Fault::read(code::TOO_MANY_FAULTS, "", text).with([limits.faults.to_string()])),
            );
            return false;
        }
        true
    })?;
    if let Some(text) = &frame.single {
        each(Place::Whole, false, tree(text));
    } else if let Some(Err(fault)) = frame.around.as_deref().map(tree) {
        let text = format!("around the objects: {}", fault.text);
        each(Place::Whole, false, Err(Fault { text, ..fault }));
    } else if frame.type_.as_ref().is_some_and(|type_| type_ != "bundle") {
        let text = "an object with an array \"objects\" is a bundle or an envelope without a type";
        each(Place::Whole, false, Err(Fault::read(code::BUNDLE_TYPE, "/type", text)));
    }
    Ok(frame)
}

/// A bundle is no STIX object (section 8), so what it contains are none: nobody would look for objects inside.
fn no_bundle<'t>(place: Place, read: (&'t str, Node<'t>)) -> Result<(&'t str, Node<'t>), Fault> {
    if place != Place::Whole && read.1.get_text("type") == Some("bundle") {
        return Err(Fault::read(
            code::BUNDLE_NESTED,
            "",
            "a bundle does not contain bundles; send it by itself",
        ));
    }
    Ok(read)
}

pub(crate) fn tree(bytes: &[u8]) -> Result<(&str, Node<'_>), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let text = format!("the byte at {at} is not UTF-8");
        Fault::read(code::NOT_UTF_8, "", text).with([at.to_string()])
    })?;
    let text = text.trim_ascii();
    let node = Node::parse(text).map_err(|error| json_fault(&error))?;
    Ok((text, node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn note(number: usize) -> String {
        format!(r#"{{"type":"x-note","id":"x-note--00000000-0000-4000-8000-{number:012}","n":{number}.50}}"#)
    }

    fn check(input: &str, good: usize, faults: &[(&str, &str)]) {
        let (objects, found) = read_objects(input.as_bytes(), &Limits::default()).unwrap();
        let found: Vec<_> = found.iter().map(|fault| (fault.pointer.as_str(), fault.code)).collect();
        assert_eq!((objects.len(), found), (good, faults.to_vec()), "{input:.200}");
    }

    #[test]
    fn three_faults_cost_three_objects() {
        let mut parts: Vec<String> = (0..100_000).map(note).collect();
        parts[7] = r#"{"type":"x-note","id":"x-note--7"}"#.to_owned();
        parts[70_000] = r#"{"type":"x-note",}"#.to_owned();
        parts[99_999] = "17".to_owned();
        let bundle = format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#, parts.join(",\n"));
        let faults = [
            ("/objects/7/id", "id-malformed"),
            ("/objects/70000", "json-malformed"),
            ("/objects/99999", "object-not-object"),
        ];
        check(&bundle, 99_997, &faults);
    }

    #[test]
    fn all_three_forms() {
        check(&note(1), 1, &[]);
        check(&format!(r#"{{"more":false,"objects":[{},{}],"next":"x"}}"#, note(1), note(2)), 2, &[]);
        check("{}", 0, &[("/type", "required")]);
        let bundle = r#""type":"bundle","id":"bundle--44af6c39-c09b-49c5-9de2-394224b04982""#;
        check(&format!("{{{bundle}}}"), 0, &[]);
        check(&format!(r#"{{{bundle},"objects":{{}}}}"#), 0, &[("/objects", "wrong-kind")]);
        check(r#"{"objects":[{"type":"bundle","id":"bundle--1"}]}"#, 0, &[("/objects/0", "bundle-nested")]);
        check(r#"{"objects":[],"type":"report"}"#, 0, &[("/type", "bundle-type")]);
        check(&format!("{} {{}}", note(1)), 0, &[("", "json-malformed")]);
        let (_, faults) = read_objects(b"{\"objects\":[{\"a\":\"\xff\"}]}", &Limits::default()).unwrap();
        assert_eq!(faults[0].code, "not-utf-8");
    }

    /// A second list of objects would be read by some and passed over by others.
    #[test]
    fn what_stands_around_the_objects_is_json() {
        let one = note(1);
        check(&format!(r#"{{"objects":[{one}],"objects":[{one}]}}"#), 1, &[("", "key-repeated")]);
        check(&format!(r#"{{"objects":[{one}],}}"#), 1, &[("", "json-malformed")]);
        check(&format!(r#"{{"id":tru,"objects":[{one}]}}"#), 1, &[("", "json-malformed")]);
        check(&format!(r#"{{"objects":[{one}] junk}}"#), 1, &[("", "json-malformed")]);
        check(&format!(r#"{{"objects":[{one},]}}"#), 1, &[("/objects/1", "json-malformed")]);
        check(&format!(r#"{{"objects":[{one}],"more":false}}"#), 1, &[]);
    }

    /// Whoever says a fault in another language needs what its sentence quotes and counts.
    #[test]
    fn faults_keep_their_values() {
        let check = |input: &str, expected: &[&str]| {
            let (_, faults) = read_objects(input.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(faults[0].values, expected, "{input}");
            assert!(crate::FAULT_CODES.contains(&faults[0].code));
        };
        check("{}", &["type"]);
        check(r#"{"type":"x-note","id":"x\u202e"}"#, &["x\\u{202e}"]);
        check(r#"{"objects":[tru]}"#, &["EOF while parsing a value at line 1 column 3", "1", "3"]);
        check(r#"{"objects":[{"type":"a",}]}"#, &["trailing comma at line 1 column 13", "1", "13"]);
    }

    /// An object by itself is kept as it came, as one among others is.
    #[test]
    fn a_single_object_is_kept_byte_for_byte() {
        let text = note(1).replace(',', " ,\n\t").replace("\":", "\" :\r\n ").replace('}', "\n}");
        let (objects, faults) = read_objects(format!("\n {text} \n").as_bytes(), &Limits::default()).unwrap();
        assert_eq!((objects.len(), faults), (1, vec![]));
        assert_eq!(objects[0].raw(), text);
        let limits = Limits { object_bytes: 300, ..Limits::default() };
        assert!(read_objects(format!("{{{}", " ".repeat(1_000)).as_bytes(), &limits).is_err());
    }

    #[test]
    fn too_many_faults_end_the_reading_and_say_so() {
        let limits = Limits { faults: 2, ..Limits::default() };
        let (_, faults) = read_objects(br#"{"objects":[1,2,3,4]}"#, &limits).unwrap();
        assert_eq!(faults.last().map(|fault| fault.code), Some("too-many-faults"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok((objects, faults)) = read_objects(&bytes, &Limits::default()) {
                prop_assert!(objects.len() + faults.len() <= bytes.len() + 2);
            }
        }

        #[test]
        fn any_brackets_are_an_answer(body in "[\\[\\]{}\",:1a\\\\ ]{0,60}") {
            let text = format!("{{\"objects\":[{body}");
            let (objects, faults) = read_objects(text.as_bytes(), &Limits::default()).unwrap();
            prop_assert!(objects.is_empty());
            prop_assert!(!faults.is_empty() || body.contains(']'));
        }
    }
}
