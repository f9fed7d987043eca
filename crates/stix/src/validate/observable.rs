//! What the tables cannot say about cyber-observable objects (section 6), alone or inside observed data of STIX 2.0.

use super::form::{is_cpe, is_domain, is_mac, is_mail};
use super::schema::{Category, Part};
use super::{Context, CustomRule, Version, custom, kinds};
use crate::fault::pointer_step;
use crate::json::{Members, Node, get};

/// The registered top-level media types.
const MEDIA_TYPES: &[&str] =
    &["application", "audio", "font", "image", "message", "model", "multipart", "text", "video"];

/// How the names of IANA's character sets begin. The registry's 257 names are not shipped; this tells a name of that
/// kind from anything else.
const CHARSET_STARTS: &[&str] = &[
    "ansi_x3",
    "adobe",
    "amiga",
    "ascii",
    "big5",
    "bocu",
    "brf",
    "bs_",
    "cesu",
    "cp",
    "cs",
    "dec",
    "ebcdic",
    "euc",
    "extended_unix",
    "gb",
    "hp-",
    "hz-",
    "ibm",
    "iso",
    "jis_",
    "jus_",
    "koi",
    "ks_c",
    "latin",
    "macintosh",
    "mnem",
    "ms_kanji",
    "osd_",
    "ptcp",
    "scsu",
    "shift_jis",
    "tis-",
    "tscii",
    "unicode",
    "unknown-8bit",
    "us-ascii",
    "us",
    "utf-",
    "ventura",
    "viqr",
    "viscii",
    "windows-",
];

/// Request header fields of HTTP (the registry's permanent ones that browsers and tools send).
const REQUEST_HEADERS: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-datetime",
    "accept-encoding",
    "accept-language",
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "cache-control",
    "connection",
    "content-length",
    "content-md5",
    "content-type",
    "cookie",
    "date",
    "dnt",
    "expect",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "range",
    "referer",
    "te",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
    "warning",
    "x-csrf-token",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-requested-with",
    "x-wap-profile",
];

/// The document information dictionary of PDF (ISO 32000-1, table 317).
const PDF_KEYS: &[&str] =
    &["Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"];

fn text_in<'m>(members: &'m Members<'_>, key: &str) -> Option<&'m str> {
    get(members, key).and_then(Node::text)
}

/// The checks of a known cyber-observable object at `pointer`.
pub(super) fn check(
    type_: &str,
    part: Option<&Part>,
    members: &Members<'_>,
    pointer: &str,
    context: &mut Context<'_>,
) {
    if !part.is_some_and(|part| part.category == Category::Observable) {
        return;
    }
    let at = |key| pointer_step(pointer, key);
    match type_ {
        "artifact" => artifact(members, pointer, context),
        "file" => file(members, pointer, context),
        "network-traffic" => network_traffic(members, pointer, context),
        "email-addr" => value_form(members, is_mail, "email-malformed", "a mail address", pointer, context),
        "domain-name" => {
            value_form(members, is_domain, "domain-malformed", "a domain name", pointer, context)
        }
        "mac-addr" => value_form(members, is_mac, "mac-malformed", "a MAC address", pointer, context),
        "ipv4-addr" | "ipv6-addr" => address(type_, members, pointer, context),
        "software" => {
            languages(members, pointer, context);
            if context.version == Version::V21 && text_in(members, "cpe").is_some_and(|cpe| !is_cpe(cpe)) {
                context.error("cpe-malformed", at("cpe"), "is not a CPE 2.3 name");
            }
        }
        "windows-registry-key" => {
            let key = text_in(members, "key").unwrap_or_default().to_ascii_uppercase();
            let hive = key.split('\\').next().unwrap_or_default();
            if matches!(hive, "HKLM" | "HKCC" | "HKCR" | "HKCU" | "HKU") {
                context.error("registry-hive", at("key"), "the name of the hive is written out");
            }
        }
        "email-message" => email_message(members, pointer, context),
        _ => {}
    }
    if let Some(Node::Object(ext)) = get(members, "extensions").and_then(|all| all.get("http-request-ext")) {
        keys(ext, "request_header", pointer, "http-request-headers", context, |key| {
            REQUEST_HEADERS.contains(&key.to_ascii_lowercase().as_str())
        });
    }
    socket_options(members, pointer, context);
    for key in ["path_enc", "name_enc"] {
        let lower = text_in(members, key).map(str::to_ascii_lowercase);
        if lower.is_some_and(|name| !CHARSET_STARTS.iter().any(|start| name.starts_with(start))) {
            context.error("charset", at(key), "is not a character set that IANA registers");
        }
    }
}

/// Section 6.12.4: the options of a socket have the names of the interface, such as `SO_KEEPALIVE`.
fn socket_options(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    const FAMILIES: &[&str] = &["SO", "ICMP", "ICMP6", "IP", "IPV6", "MCAST", "TCP", "IRLMP"];
    let socket = get(members, "extensions").and_then(|all| all.get("socket-ext"));
    let options = socket.and_then(|socket| socket.get("options")).and_then(Node::members);
    for (key, _) in options.into_iter().flatten() {
        let mut parts = key.split('_');
        let family = parts.next().is_some_and(|first| FAMILIES.contains(&first));
        let rest: Vec<&str> = parts.collect();
        let words = rest.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase()));
        if context.version == Version::V21 && !(family && words && !rest.is_empty()) {
            let here = format!("{pointer}/extensions/socket-ext/options");
            context.error(
                "socket-option",
                pointer_step(&here, key),
                format!("{key:?} is no option of a socket"),
            );
        }
    }
}

fn keys(
    members: &Members<'_>,
    name: &str,
    pointer: &str,
    check: &'static str,
    context: &mut Context<'_>,
    good: impl Fn(&str) -> bool,
) {
    let dictionary = get(members, name).and_then(Node::members);
    for (key, _) in dictionary.into_iter().flatten() {
        if !good(key) {
            let here = pointer_step(&pointer_step(pointer, name), key);
            context.warn(check, here, format!("{key:?} is not a registered key"));
        }
    }
}

/// What `value` holds is of the form that another standard gives it.
fn value_form(
    members: &Members<'_>,
    is: fn(&str) -> bool,
    code: &'static str,
    what: &str,
    pointer: &str,
    context: &mut Context<'_>,
) {
    if let Some(value) = text_in(members, "value").filter(|value| !is(value)) {
        context.error(code, pointer_step(pointer, "value"), format!("{value:.100?} is not {what}"));
    }
}

/// Section 6.6: one form of body; a part of it holds its text or names it.
fn email_message(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let multipart = get(members, "is_multipart") == Some(&Node::Bool(true));
    if get(members, if multipart { "body" } else { "body_multipart" }).is_some() {
        context.error("email-body", pointer, "is_multipart decides between body and body_multipart");
    }
    let parts = get(members, "body_multipart").and_then(Node::list).unwrap_or_default();
    for (index, part) in parts.iter().enumerate() {
        if part.get("body").is_some() == part.get("body_raw_ref").is_some() {
            let here = format!("{pointer}/body_multipart/{index}");
            context.error("email-body", here, "a part has either body or body_raw_ref");
        }
    }
}

fn artifact(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let has = |key| get(members, key).is_some();
    if has("payload_bin") == has("url") {
        context.error("artifact-content", pointer, "either payload_bin or url");
    }
    if has("url") && !has("hashes") {
        context.error("required", pointer_step(pointer, "hashes"), "an artifact with a url has hashes");
    }
    if context.version == Version::V21 && has("decryption_key") && !has("encryption_algorithm") {
        let text = "a decryption_key comes with its encryption_algorithm";
        context.error("artifact-encryption", pointer_step(pointer, "decryption_key"), text);
    }
    if text_in(members, "mime_type").is_some_and(|mime| !is_media_type(mime)) {
        context.error("mime-type", pointer_step(pointer, "mime_type"), "is not a media type");
    }
}

fn file(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let has = |key| get(members, key).is_some();
    if !has("hashes") && !has("name") {
        context.error("required", pointer, "a file has hashes or a name");
    }
    if text_in(members, "mime_type").is_some_and(|mime| !is_media_type(mime)) {
        context.warn("mime-type", pointer_step(pointer, "mime_type"), "is not a media type");
    }
    let encrypted = get(members, "is_encrypted") == Some(&Node::Bool(true));
    if context.version == Version::V20 && !encrypted && (has("encryption_algorithm") || has("decryption_key"))
    {
        context.error(
            "file-encryption",
            pointer,
            "only an encrypted file has encryption_algorithm or decryption_key",
        );
    }
    if let Some(Node::Object(pdf)) = get(members, "extensions").and_then(|all| all.get("pdf-ext")) {
        keys(pdf, "document_info_dict", pointer, "pdf-doc-info", context, |key| PDF_KEYS.contains(&key));
    }
}

fn network_traffic(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let has = |key| get(members, key).is_some();
    if !has("src_ref") && !has("dst_ref") {
        context.error("required", pointer, "network traffic has a src_ref or a dst_ref");
    }
    if has("end") && get(members, "is_active") == Some(&Node::Bool(true)) {
        context.error("traffic-active", pointer, "traffic that has ended is not active");
    }
    if !has("src_port") || !has("dst_port") {
        context.warn("network-traffic-ports", pointer, "should have both src_port and dst_port");
    }
    let protocols = get(members, "protocols").and_then(Node::list).unwrap_or_default();
    for name in protocols.iter().filter_map(Node::text) {
        let form = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !form || name.is_empty() {
            let text = format!("{name:?} is not the name of a service or protocol");
            context.warn("protocols", pointer_step(pointer, "protocols"), text);
        }
    }
    keys(members, "ipfix", pointer, "ipfix", context, |key| {
        key.starts_with(|c: char| c.is_ascii_lowercase()) && key.bytes().all(|b| b.is_ascii_alphanumeric())
    });
}

/// An address or a network in CIDR notation, whose prefix has no leading zero.
fn address(type_: &str, members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let Some(text) = text_in(members, "value") else { return };
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let (good, width) = if type_ == "ipv4-addr" {
        (address.parse::<std::net::Ipv4Addr>().is_ok(), 32)
    } else {
        (address.parse::<std::net::Ipv6Addr>().is_ok(), 128)
    };
    let prefix_good = prefix.is_none_or(|prefix| {
        let bare = prefix == "0" || !prefix.starts_with(['0', '+']);
        bare && prefix.parse::<u32>().is_ok_and(|bits| bits <= width)
    });
    if !good || !prefix_good {
        let text = format!("{text:?} is not an address or network of this family");
        context.error("address-malformed", pointer_step(pointer, "value"), text);
    }
}

/// Three letters (ISO 639-2) in STIX 2.0, a language tag (RFC 5646) in 2.1. Of the codes only the form is known here,
/// and that no code has one letter three times.
fn languages(members: &Members<'_>, pointer: &str, context: &mut Context<'_>) {
    let tags = get(members, "languages").and_then(Node::list).unwrap_or_default();
    for tag in tags.iter().filter_map(Node::text) {
        let first = tag.split('-').next().unwrap_or_default().as_bytes();
        let letters = (2..=8).contains(&first.len()) && first.iter().all(u8::is_ascii_alphabetic);
        let thrice = first.len() == 3 && first.iter().all(|b| *b == first[0]);
        if !letters || thrice || (context.version == Version::V20 && first.len() != 3) {
            let text = format!("{tag:?} is not the code of a language");
            context.error("language", pointer_step(pointer, "languages"), text);
        }
    }
}

fn is_media_type(text: &str) -> bool {
    let sub = |sub: &str| {
        !sub.is_empty()
            && sub.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'_' | b'-'))
    };
    text.split_once('/').is_some_and(|(top, rest)| {
        let rest = rest.split(';').next().unwrap_or_default().trim_end();
        MEDIA_TYPES.contains(&top) && sub(rest)
    })
}

/// The objects inside observed data: by key in STIX 2.0, deprecated in 2.1.
pub(super) fn embedded(members: &Members<'_>, context: &mut Context<'_>) {
    let objects = get(members, "objects").and_then(Node::members);
    if context.version == Version::V21 {
        match (objects, get(members, "object_refs")) {
            (Some(_), None) => {
                context.warn("deprecated-properties", "/objects", "is deprecated; use object_refs");
            }
            (None, Some(_)) => {}
            _ => context.error("observed-content", "", "either objects or object_refs"),
        }
        return;
    }
    for (key, node) in objects.into_iter().flatten() {
        let pointer = pointer_step("/objects", key);
        let Some(inner) = node.members() else {
            context.error("wrong-kind", pointer, "an observed object is an object");
            continue;
        };
        object(inner, objects, &pointer, context);
    }
}

fn object(members: &Members<'_>, all: Option<&Members<'_>>, pointer: &str, context: &mut Context<'_>) {
    let type_ = text_in(members, "type").unwrap_or_default();
    let part = context.tables.part(type_).filter(|part| part.category == Category::Observable);
    let Some(part) = part else {
        let at = pointer_step(pointer, "type");
        if !crate::id::is_type_name(type_.as_bytes()) || type_.len() < 3 {
            context.error("type-malformed", at.clone(), format!("{type_:?} is not a type name"));
        }
        if context.settings.strict_types {
            context.error("type-unknown", at.clone(), format!("{type_:?} is not a type of the standard"));
        }
        if context.rule != CustomRule::None {
            custom::prefixed(type_, '-', context.rule, &at, context);
        }
        return;
    };
    kinds::members(part, members, pointer, context);
    check(type_, Some(part), members, pointer, context);
    for (key, value) in members {
        if !part.props.contains_key(key.as_ref()) {
            custom::inner_property(part, key, value, pointer, context);
            custom::dictionary_keys(value, &pointer_step(pointer, key), context);
        }
    }
    local_references(members, part, all, pointer, context);
}

/// References by key lead to an object of the right type in the same observed data.
fn local_references(
    members: &Members<'_>,
    part: &Part,
    all: Option<&Members<'_>>,
    pointer: &str,
    context: &mut Context<'_>,
) {
    for (key, value) in members {
        let Some(wanted) = part.props.get(key.as_ref()).and_then(|prop| prop.kind.referred()) else {
            continue;
        };
        let single = std::slice::from_ref(value);
        for target in value.list().unwrap_or(single).iter().filter_map(Node::text) {
            let at = pointer_step(pointer, key);
            match all
                .and_then(|all| get(all, target))
                .map(|object| object.get_text("type").unwrap_or_default())
            {
                None => {
                    context.error("reference-unresolved", at, format!("there is no object {target:?} here"))
                }
                Some(type_) if wanted.contains(&"sco") || wanted.contains(&type_) => {}
                Some(type_) => {
                    let text =
                        format!("{target:?} is of type {type_:?}; it should be of: {}", wanted.join(", "));
                    context.error("reference-type", at, text);
                }
            }
        }
    }
}
