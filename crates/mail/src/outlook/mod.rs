//! Outlook's own forms of a mail: `.msg` files (compound files of properties) and `winmail.dat` (TNEF).

mod compose;
mod compressed;
mod properties;
mod tnef;

pub(crate) use tnef::read as read_tnef;

use crate::code;
use crate::limits;
use crate::message::Message;
use crate::reader::Reader;
use compose::{File, Item};
use properties::Properties;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Streams of one container by the storage they lie in.
type Storages = BTreeMap<String, Vec<(String, Vec<u8>)>>;

/// Reads a `.msg` file.
pub(crate) fn read(bytes: &[u8], part: &str, depth: usize, reader: &mut Reader) -> Message {
    let Some(storages) = load(bytes, part, reader) else {
        let mut message = Message::default();
        message.structure.outlook = true;
        message.structure.broken = true;
        return message;
    };
    let item = item(&storages, "/", 32, part, depth, reader);
    let mut message = compose::message(item, part, depth, reader);
    message.structure.outlook = true;
    message
}

fn load(bytes: &[u8], part: &str, reader: &mut Reader) -> Option<Storages> {
    let Ok(mut compound) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        reader.problem(part, code::OUTLOOK_BROKEN, "the Outlook file cannot be opened");
        return None;
    };
    let entries: Vec<_> = compound.walk().take(limits::PARTS_MAX).collect();
    let mut storages = Storages::new();
    for entry in entries.iter().filter(|entry| entry.is_stream()) {
        if entry.len() > bytes.len() as u64 || !reader.expand(part, entry.len() as usize) {
            reader.problem(part, code::OUTLOOK_BROKEN, "a stream of the Outlook file is larger than can be");
            continue;
        }
        let mut data = Vec::new();
        let opened = compound.open_stream(entry.path()).and_then(|mut stream| stream.read_to_end(&mut data));
        if opened.is_err() {
            reader.problem(part, code::OUTLOOK_BROKEN, "a stream of the Outlook file cannot be read");
            continue;
        }
        let storage =
            entry.path().parent().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        storages.entry(storage).or_default().push((entry.name().to_owned(), data));
    }
    Some(storages)
}

/// Collects the message that lies in one storage; `head` is the length of its property stream's header.
fn item(storages: &Storages, path: &str, head: usize, part: &str, depth: usize, reader: &mut Reader) -> Item {
    let streams = |path: &str| storages.get(path).map(Vec::as_slice).unwrap_or_default();
    let prefix = if path == "/" { "/".to_owned() } else { format!("{path}/") };
    let mut item = Item { properties: Properties::from_streams(streams(path), head), ..Item::default() };
    for (inner, list) in storages.range(prefix.clone()..) {
        let Some(name) = inner.strip_prefix(&prefix) else { break };
        if name.contains('/') {
            continue;
        }
        if name.starts_with("__recip_version1.0_") {
            item.recipients.push(Properties::from_streams(list, 8));
        } else if name.starts_with("__attach_version1.0_") {
            let properties = Properties::from_streams(list, 8);
            let embedded = format!("{inner}/__substg1.0_3701000D");
            let mut file = File { properties, embedded: None };
            if storages.contains_key(&embedded) {
                if depth >= limits::DEPTH_MAX {
                    reader.problem(
                        part,
                        code::LIMIT_DEPTH,
                        "messages lie too deep in one another; this one is not opened",
                    );
                } else {
                    file.embedded =
                        Some(Box::new(self::item(storages, &embedded, 24, part, depth + 1, reader)));
                }
            }
            item.files.push(file);
        }
    }
    item
}
