//! What mail-parser, the library that others would take, reads of mails: `peer FOLDER` prints one JSON document for each `.eml`
//! file, `{"name","subject","from":[{"name","address"}],"text","files"}`. It is given all its charsets and every text part.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: peer FOLDER")?;
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|e| e.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "eml"));
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let raw = std::fs::read(&path)?;
        let Some(message) = MessageParser::default().parse(&raw) else {
            println!("{}", json!({"name": name, "subject": "", "from": [], "text": "", "files": []}));
            continue;
        };
        let from: Vec<_> = message
            .from()
            .into_iter()
            .flat_map(mail_parser::Address::iter)
            .map(|one| json!({"name": one.name(), "address": one.address().unwrap_or_default()}))
            .collect();
        let (mut text, mut files) = (String::new(), Vec::new());
        all(&message, &mut text, &mut files);
        let subject = message.subject().unwrap_or_default();
        println!("{}", json!({"name": name, "subject": subject, "from": from, "text": text, "files": files}));
    }
    Ok(())
}

/// Every text and file name of a message and of those inside it.
fn all(message: &Message<'_>, text: &mut String, files: &mut Vec<String>) {
    for part in &message.parts {
        files.extend(part.attachment_name().map(str::to_owned));
        match &part.body {
            PartType::Text(words) => text.push_str(words),
            PartType::Html(page) => text.push_str(&mail_parser::decoders::html::html_to_text(page)),
            PartType::Message(inner) => {
                text.push_str(inner.subject().unwrap_or_default());
                text.push('\n');
                all(inner, text, files);
            }
            _ => {}
        }
        text.push('\n');
    }
}
