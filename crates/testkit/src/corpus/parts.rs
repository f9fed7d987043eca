//! The parts of an attack mail, from the readable bodies to the attachments.

use super::bodies::{CALENDAR, CARD, DISPOSITION, INNER, LINES, PIECES, RETURNED, STATUS};
use super::coding;
use super::files::{self, Entry};
use super::links::{GATEWAYS, LINKS, near};
use super::pen::Pen;
use super::specimen::{Kept, KeptKind};
use sha2::{Digest as _, Sha256};

/// A part with its headers.
fn part(headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    [headers.as_bytes(), b"\r\n\r\n", body.as_ref(), b"\r\n"].concat()
}

fn coded(headers: &str, bytes: &[u8]) -> Vec<u8> {
    part(&format!("{headers}\r\nContent-Transfer-Encoding: base64"), coding::base64_lines(bytes))
}

/// Joins parts.
pub(super) fn multipart(boundary: &str, preamble: &str, parts: &[Vec<u8>], epilogue: &str) -> Vec<u8> {
    let mut out = format!("{preamble}\r\n").into_bytes();
    for one in parts {
        out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        out.extend_from_slice(one);
    }
    out.extend_from_slice(format!("--{boundary}--\r\n{epilogue}\r\n").as_bytes());
    out
}

/// All parts in order.
pub(super) fn all(pen: &mut Pen, kept: &mut Vec<Kept>) -> Vec<Vec<u8>> {
    let mut out = vec![readable(pen)];
    out.extend(charsets(pen));
    out.extend(records(pen));
    out.extend(reports(pen));
    out.extend(documents(pen));
    out.extend(named(pen));
    out.push(payload(pen, kept));
    out
}

/// The text and the page.
fn readable(pen: &mut Pen) -> Vec<u8> {
    let mut text = String::from("お世話になっております。\n");
    for (class, line) in LINES {
        text += &pen.fill(class, line);
        text.push('\n');
    }
    let story = pen.fill("attack", "請求書をご確認ください。\nhttps://{site}/{path}\nhttp://{bare}/{path}\n");
    let mut page = pen.fill(
        "attack",
        "<html><body><a href=\"https://{site}/{path}\">確認</a> <a href=\"http://{bare}/{path}\">here</a>\n",
    );
    for (class, piece) in PIECES {
        page += &pen.fill(class, piece);
        page.push('\n');
    }
    for (class, link) in LINKS {
        let link = pen.fill(class, link);
        match pen.dice.below(3) {
            0 => text += &format!("{link} \n"),
            1 => page += &format!("<a href=\"{}\">open</a>\n", link.replace('&', "&amp;")),
            _ => page += &format!("<img src=\"{}\">\n", link.replace('&', "&#38;")),
        }
    }
    for host in GATEWAYS {
        pen.note("host of a gateway", host);
    }
    if let Some((_, rest)) = pen.companies[0].domain.split_once('.') {
        let rest = format!("{rest}.{}", pen.attacker.site);
        pen.note("link host, rest of the victim's domain", &rest);
    }
    for way in 0..4 {
        let label = near(&pen.companies[0].label(), way);
        if label != pen.companies[0].label() {
            pen.note(&format!("link host look-alike, way {way}"), &label);
            page += &format!("<a href=\"https://{label}.test/a\">x</a>\n");
        }
    }
    let plain = match pen.dice.below(3) {
        0 => part(
            "Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit",
            coding::jis(&format!("{text}{story}")),
        ),
        1 => coded("Content-Type: text/plain; charset=Shift_JIS", &coding::sjis(&format!("{text}{story}"))),
        _ => part(
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit",
            format!("{text}{story}").replace('\n', "\r\n"),
        ),
    };
    let html = part(
        "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
        coding::quoted(&page),
    );
    let boundary = pen.fill("boundary", "=_{id}_{local}");
    part(
        &format!("Content-Type: multipart/alternative; boundary=\"{boundary}\""),
        multipart(&boundary, "", &[plain, html], ""),
    )
}

/// The same kind of text in other charsets.
fn charsets(pen: &mut Pen) -> Vec<Vec<u8>> {
    let seven = pen.fill("charset utf-7", "{utf7} {addr}");
    let sixteen = pen.fill("charset utf-16le", "\u{feff}{kanji} {kata} {addr}");
    let big = pen.fill("charset utf-16be", "{kanji} {half} {host}");
    let shift = pen.fill("charset shift_jis", "{kanji} {half} {addr}");
    let euc = pen.fill("charset euc-jp", "{kanji} {kata} {addr}");
    let liar = pen.fill("charset label lies", "{kanji} {kana}");
    let bare = pen.fill("charset escapes without a label", "{kanji} {kana}");
    vec![
        part("Content-Type: text/plain; charset=utf-7\r\nContent-Disposition: inline", seven),
        coded("Content-Type: text/plain; charset=utf-16le", &coding::utf16(&sixteen, false)),
        coded("Content-Type: text/plain; charset=utf-16be", &coding::utf16(&big, true)),
        part(
            "Content-Type: text/plain; charset=Shift_JIS\r\nContent-Transfer-Encoding: 8bit",
            coding::sjis(&shift),
        ),
        coded("Content-Type: text/plain; charset=EUC-JP", &coding::euc(&euc)),
        coded("Content-Type: text/plain; charset=us-ascii", &coding::sjis(&liar)),
        part("Content-Type: text/plain", coding::jis(&bare)),
    ]
}

/// Calendars, cards, mails inside, headers of mails.
fn records(pen: &mut Pen) -> Vec<Vec<u8>> {
    let calendar = pen.fill("calendar", CALENDAR);
    let card = pen.fill("visiting card", CARD);
    let inner = pen.fill("mail inside", INNER);
    let deeper = pen.fill("mail inside a mail inside", INNER);
    let outer =
        pen.fill("mail around a mail inside", "From: {encb} <{addr}>\r\nTo: {addr}\r\nSubject: {jisb}");
    let wrapped = part(&format!("{outer}\r\nContent-Type: message/rfc822"), deeper);
    let id = pen.fill("part headers", "Content-ID: <{id}@{host}>\r\nContent-Location: http://{host}/{local}.html\r\nContent-Description: {encb}");
    let external = pen.fill("external body", "Content-Type: message/external-body; access-type=anon-ftp; site=\"{host}\"; directory=\"{romaji}\"; name=\"{local}.txt\"");
    let partial =
        pen.fill("partial message", "Content-Type: message/partial; id=\"{id}@{host}\"; number=1; total=1");
    let tracked = pen.fill("mail inside, rest", "From: {kana} <{addr}>\r\n\r\n{wide}");
    let thread = pen.fill("thread index", "{id}{id}");
    vec![
        coded("Content-Type: text/calendar; method=REQUEST; charset=utf-8", calendar.as_bytes()),
        part("Content-Type: text/vcard; charset=utf-8", card),
        part("Content-Type: message/rfc822", inner),
        part("Content-Type: message/rfc822", wrapped),
        part(&format!("Content-Type: text/plain; charset=utf-8\r\n{id}"), "see above"),
        part(&external, "Content-Type: text/plain\r\n"),
        part(&partial, tracked),
        part(
            &format!("Content-Type: text/plain\r\nThread-Index: {}", coding::base64(thread.as_bytes())),
            "x",
        ),
    ]
}

fn reports(pen: &mut Pen) -> Vec<Vec<u8>> {
    let status = pen.fill("delivery status", STATUS);
    let returned = pen.fill("returned headers", RETURNED);
    let disposition = pen.fill("disposition notification", DISPOSITION);
    let boundary = pen.fill("boundary of a report", "{short}/{id}");
    let note = pen.fill("report's note", "{kanji} {addr} could not be delivered by {host}.");
    let inside = [
        part("Content-Type: text/plain; charset=utf-8", note),
        part("Content-Type: message/delivery-status", status),
        part("Content-Type: message/disposition-notification", disposition),
        part("Content-Type: text/rfc822-headers", returned),
    ];
    let head =
        format!("Content-Type: multipart/report; report-type=delivery-status; boundary=\"{boundary}\"");
    vec![part(&head, multipart(&boundary, "", &inside, ""))]
}

fn attached(kind: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    coded(&format!("Content-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\""), bytes)
}

/// Documents and pictures.
fn documents(pen: &mut Pen) -> Vec<Vec<u8>> {
    let pdf = {
        let (info, hex) = (pen.fill("PDF info", "{romaji} {num}"), pen.fill("PDF text in hex", "{kanji}"));
        let stream = pen.fill("PDF packed stream", "BT ({romaji} {addr} {host}) Tj ET");
        let xmp = pen.fill("PDF XMP", "<x:xmpmeta><dc:creator>{kanji}</dc:creator><d>{guid}</d></x:xmpmeta>");
        let link = pen.fill("PDF link", "https://{host}/{local}?u={b64}");
        files::pdf(&info, &coding::utf16(&hex, true), &stream, &xmp, &link)
    };
    let jpeg =
        files::jpeg(&pen.fill("EXIF artist", "{romaji} {short}"), &pen.fill("JPEG comment", "{kanji} {num}"));
    let png = files::png(&pen.fill("PNG text", "{kanji}"), &pen.fill("PNG packed text", "{title} {host}"));
    let ole = files::ole(
        &pen.fill("OLE summary", "{kanji} {romaji}"),
        &pen.fill("OLE document summary", "{kata} {title}"),
    );
    let rtf = pen
        .fill("RTF", "{kanji}")
        .encode_utf16()
        .fold(String::from("{\\rtf1 {\\info{\\author "), |out, u| format!("{out}\\u{u}?"));
    let html = pen.fill("HTML file", "<html><!-- {kanji} --><form action=\"https://{site}/{path}?m={b64}\"><input value=\"{addr}\"></form></html>");
    let signed = pen.fill("S/MIME issuer", "0\u{82}\u{1}CN={title} CA, O={kanji}, E={addr}");
    vec![
        attached("application/pdf", "invoice.pdf", &pdf),
        attached("image/jpeg", "photo.jpg", &jpeg),
        attached("image/png", "image001.png", &png),
        attached("application/msword", "document.doc", &ole),
        attached("application/rtf", "report.rtf", format!("{rtf}}}}}").as_bytes()),
        attached("text/html", "order.html", html.as_bytes()),
        attached(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "document.docx",
            &docx(pen),
        ),
        attached("application/ms-tnef", "winmail.dat", &winmail(pen)),
        attached("application/pkcs7-signature", "smime.p7s", signed.as_bytes()),
        attached("application/zip", "files.zip", &archive(pen)),
    ]
}

fn docx(pen: &mut Pen) -> Vec<u8> {
    let xml = |pen: &mut Pen, name: &str, class: &str, body: &str| Entry::new(name, pen.fill(class, body));
    let entries = [
        Entry::new("[Content_Types].xml", "<Types/>"),
        xml(
            pen,
            "docProps/core.xml",
            "OOXML core",
            "<cp><dc:creator>{kanji}</dc:creator><cp:lastModifiedBy>{title}</cp:lastModifiedBy><dc:title>{wide}</dc:title></cp>",
        ),
        xml(
            pen,
            "docProps/app.xml",
            "OOXML app",
            "<P><Company>{kata}</Company><Manager>{kanji}</Manager><Template>\\\\{short}\\{local}\\Normal.dotm</Template></P>",
        ),
        xml(
            pen,
            "docProps/custom.xml",
            "OOXML custom",
            "<P><property name=\"MSIP_Label_SiteId\"><vt:lpwstr>{guid}</vt:lpwstr></property><o>{addr}</o></P>",
        ),
        xml(
            pen,
            "word/comments.xml",
            "OOXML comment",
            "<w:comment w:author=\"{kanji}\" w:initials=\"x\"><w:t>{kana} {num}</w:t></w:comment>",
        ),
        xml(
            pen,
            "word/document.xml",
            "OOXML tracked change",
            "<w:document><w:del w:author=\"{romaji}\"><w:delText>{kanji}</w:delText></w:del><w:t>{host}</w:t></w:document>",
        ),
        xml(
            pen,
            "word/_rels/document.xml.rels",
            "OOXML relation",
            "<R><Relationship TargetMode=\"External\" Target=\"https://{host}/{local}/t.dotm\"/></R>",
        ),
        xml(pen, "word/printerSettings1.bin", "OOXML printer", "{short} {num}"),
    ];
    files::zip(&entries, "", "")
}

fn archive(pen: &mut Pen) -> Vec<u8> {
    let inner = files::zip(
        &[Entry::new(
            &pen.fill("ZIP in ZIP name", "{kanji}_{romaji}.txt"),
            pen.fill("ZIP in ZIP text", "{addr} {guid}"),
        )],
        "",
        "",
    );
    let mut first = Entry::new(
        &pen.fill("ZIP entry name", "{local}/{kanji}/{num}.exe"),
        pen.fill("ZIP entry text", "{kanji} {host} {ip}"),
    );
    first.comment = pen.fill("ZIP entry comment", "{title}");
    let (extra, comment) =
        (pen.fill("ZIP extra field", "{short}"), pen.fill("ZIP comment", "{kanji} {phone}"));
    files::zip(&[first, Entry::new("inner.zip", inner)], &extra, &comment)
}

fn winmail(pen: &mut Pen) -> Vec<u8> {
    let properties = [
        (0x0040, pen.fill("TNEF received by", "{kanji}")),
        (0x0076, pen.fill("TNEF received by address", "{addr}")),
        (0x0044, pen.fill("TNEF received for", "{title}")),
        (
            0x007d,
            pen.fill("TNEF transport headers", "Received: from {host} by {host} id {id}\r\nTo: {addr}\r\n"),
        ),
        (0x0c1f, pen.fill("TNEF X.500 sender", "/O={short}/OU=x/CN={local}")),
        (0x0e04, pen.fill("TNEF display to", "{kata}; {wide}")),
        (0x1000, pen.fill("TNEF body", "{kanji} https://{host}/{local}")),
        (0x300b, pen.fill("TNEF search key", "{guid}")),
    ];
    let subject = pen.fill("TNEF subject", "{romaji} {num}");
    let file = pen.fill("TNEF file name", "{local}.txt");
    files::tnef(&subject, &properties, &file, pen.fill("TNEF file", "{kanji} {addr}").as_bytes())
}

/// Attachments whose names speak.
fn named(pen: &mut Pen) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut add = |pen: &mut Pen, class: &str, disposition: &str, body: &str| {
        let (disposition, body) = (pen.fill(class, disposition), pen.fill(class, body));
        out.push(coded(
            &format!(
                "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; {disposition}"
            ),
            body.as_bytes(),
        ));
    };
    add(pen, "file name plain", "filename=\"{local}_invoice.zip\"", "a {guid}");
    add(pen, "file name vocabulary and a name", "filename=\"invoice {romaji}.pdf\"", "b {guid}");
    add(pen, "file name encoded word", "filename=\"{encb}\"", "c {guid}");
    add(pen, "file name jis", "filename=\"{jisb}.xlsm\"", "d {guid}");
    add(pen, "file name RFC 2231", "filename*=UTF-8''{pctja}.zip", "e {guid}");
    add(
        pen,
        "file name RFC 2231 in pieces",
        "filename*0*=UTF-8''{pctja}; filename*1=_{local}; filename*2=.zip",
        "f {guid}",
    );
    add(pen, "file name base64", "filename=\"{b64u}.htm\"", "g {guid}");
    add(pen, "file name number", "filename=\"{num}.doc.exe\"", "h {guid}");
    add(pen, "file name path", "filename=\"\\\\\\\\{short}\\\\{local}\\\\order.exe\"", "i {guid}");
    add(pen, "file name host", "filename=\"{host}.com\"", "j {guid}");
    add(pen, "file name half-width", "filename=\"=?UTF-8?B?44GC?=\"; x-name=\"{halfb}\"", "k {guid}");
    let typed = pen.fill("content type name", "Content-Type: application/zip; name=\"{encq}.zip\"");
    out.push(coded(&typed, pen.fill("content type name", "l {guid}").as_bytes()));
    out
}

/// What the attacker wants opened: its hashes are to be kept.
fn payload(pen: &mut Pen, kept: &mut Vec<Kept>) -> Vec<u8> {
    let seed = pen.dice.draw().to_be_bytes();
    let bytes =
        files::zip(&[Entry::new("invoice.js", [b"WScript.Quit(0)//".as_slice(), &seed].concat())], "", "");
    kept.push(Kept::new(KeptKind::Hash, data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes))));
    attached("application/zip", "invoice.zip", &bytes)
}
