//! The JSON form of a message, as `noroshi mail` prints it.

use crate::link;
use crate::message::{Address, Attachment, Message, Problem};
use serde_json::{Value, json};

/// The document that `noroshi mail FILE --format json` prints.
#[must_use]
pub fn to_json(message: &Message, problems: &[Problem]) -> Value {
    json!({
        "subject": message.subject,
        "from": addresses(&message.from),
        "to": addresses(&message.to),
        "cc": addresses(&message.cc),
        "reply_to": addresses(&message.reply_to),
        "date": message.date.as_ref().map(|date| date.rfc3339.as_str()),
        "message_id": message.message_id,
        "text": message.text,
        "urls": urls(message),
        "attachments": message.attachments.iter().map(attachment).collect::<Vec<_>>(),
        "charsets": message.charsets.iter()
            .map(|one| json!({"part": one.part, "declared": one.declared, "used": one.used}))
            .collect::<Vec<_>>(),
        "problems": problems.iter()
            .map(|one| json!({"part": one.part, "code": one.code, "text": one.text}))
            .collect::<Vec<_>>(),
    })
}

fn addresses(list: &[Address]) -> Vec<Value> {
    list.iter().map(|one| json!({"name": one.name, "address": one.address})).collect()
}

fn attachment(file: &Attachment) -> Value {
    json!({
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
        "md5": file.md5,
        "sha1": file.sha1,
        "sha256": file.sha256,
        "nested": file.nested.iter().map(attachment).collect::<Vec<_>>(),
    })
}

/// Every web address of bodies and files, wrappers undone, in order, once each.
#[must_use]
pub fn urls(message: &Message) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut add = |target: &str| {
        if link::is_url(target) {
            let target = if target.starts_with("//") { format!("http:{target}") } else { target.to_owned() };
            if seen.insert(target.clone()) {
                list.push(target);
            }
        }
    };
    message.links.iter().for_each(|link| add(link.destination()));
    let mut files: Vec<&Attachment> = message.attachments.iter().rev().collect();
    while let Some(file) = files.pop() {
        file.links.iter().for_each(|target| add(target));
        files.extend(file.nested.iter().rev());
    }
    list
}
