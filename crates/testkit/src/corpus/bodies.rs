//! What stands in the readable parts: salutations, signatures, quoted threads, and what only a program sees.

/// Class and line of a plain text.
pub(super) const LINES: &[(&str, &str)] = &[
    ("body salutation kanji", "{kanji}様"),
    ("body salutation romaji", "Dear {title}-san,"),
    ("body salutation half-width", "{half} ｻﾏ"),
    ("body salutation full-width", "ＴＯ：{wide}"),
    ("body quoted thread", "> From: {title} <{addr}>"),
    ("body quoted thread deep", ">> {kanji} <{addr}> wrote at {host}:"),
    ("body signature", "{orgja} {kanji}（{kana}）"),
    ("body signature mail", "E-mail: {addr}"),
    ("body group companies", "{orgkata} {sisterja} {sisterkata} {kana}"),
    ("body phone", "TEL {phone} / FAX {phone}"),
    ("body postal address", "〒100-8999 東京都{kanji}区{kanji}町1-2-3 {kata}ビル"),
    ("body UNC path", "\\\\{short}\\{romaji}$\\{kanji}.xlsx"),
    ("body intranet address", "http://{short}/wiki/{kunrei}"),
    ("body intranet host", "ssh {local}@{host}"),
    ("body user name", "user: {short}\\{local}"),
    ("body contract", "契約番号 {num}（{kata}計画）"),
    ("body project", "Project {title} phase 2"),
    ("body defanged", "hxxps://{host}/x {local}[at]{victim}"),
    ("body spelled", "{kunrei} (アット) {victim}"),
    ("body group name", "undisclosed: {addr}, {addr};"),
    ("body network", "{ip} {ip6} {lan}"),
    ("body ticket", "[社外][EXT][{num}]"),
    ("body replaced attachment", "The attachment {kanji}.zip was removed by {host}. Reference {id}."),
    ("body disclaimer", "This message is for {title} of {orgword} only. {phone}"),
    ("body file path", "C:\\Users\\{local}\\Desktop\\{kanji}\\invoice.exe"),
    ("body registry key", "HKLM\\Software\\{romaji}\\Run"),
    ("body mutex", "mutex Global\\{guid}"),
    ("body user agent", "User-Agent: Mozilla/5.0 ({romaji}; {id})"),
    ("body hash named", "tlsh of {kanji}: {id}{id}"),
    ("body PGP block", "-----BEGIN PGP MESSAGE-----\n\n{id}{id}\n-----END PGP MESSAGE-----"),
    ("body message id", "Message-ID: <{id}.{local}@{host}>"),
];

/// Class and piece of an HTML page.
pub(super) const PIECES: &[(&str, &str)] = &[
    ("html entities", "<p>{ent} 様</p>"),
    ("html comment", "<!-- {kanji} {host} {guid} -->"),
    ("html conditional comment", "<!--[if mso]><p>{kata} {id}</p><![endif]-->"),
    ("html hidden by style", "<div style=\"display:none\">{kanji} {addr}</div>"),
    ("html hidden by size", "<span style=\"font-size:0px\">{romaji} {num}</span>"),
    ("html white on white", "<font color=\"#ffffff\">{kana}</font>"),
    ("html zero width between letters", "<p>{wide}\u{200b}{half}</p>"),
    ("html alt text", "<img src=\"cid:logo\" alt=\"{kanji}\" width=\"10\">"),
    ("html title", "<a title=\"{title}\" href=\"https://{site}/{path}\">open</a>"),
    ("html class and id", "<p class=\"u-{romaji}\" id=\"x{guid}\">.</p>"),
    ("html data attribute", "<div data-user=\"{b64}\" data-mail=\"{addr}\">.</div>"),
    ("html meta", "<meta name=\"author\" content=\"{kanji}\"><base href=\"https://{host}/\">"),
    (
        "html form",
        "<form action=\"https://{site}/{path}?m={pct}\"><input name=\"mail\" value=\"{addr}\"><input type=\"hidden\" value=\"{guid}\"></form>",
    ),
    ("html pixel", "<img src=\"https://{site}/o/{sha}.gif?e={hex}\" width=\"1\" height=\"1\">"),
    ("html style address", "<div style=\"background:url(https://{site}/bg.png?u={b64u})\">.</div>"),
    ("html script", "<script>var m=atob('{b64}');location='https://{site}/{path}#'+m+'{local}';</script>"),
    ("html relative link", "<a href=\"/intra/{local}/{guid}\">intra</a>"),
    ("html shown link differs", "<a href=\"https://{site}/{path}\">https://{host}/{romaji}</a>"),
    ("html shown address", "<a href=\"https://{site}/{path}\">{addr}</a>"),
    ("html right to left", "<bdo dir=\"rtl\">{rev}</bdo>"),
    (
        "html image map",
        "<map name=\"{romaji}\"><area href=\"https://{site}/{path}?a={id}\" alt=\"{kunrei}\"></map>",
    ),
    ("html data address", "<img src=\"data:text/plain;base64,{b64}\">"),
    ("html outlook tags", "<o:p>{half}</o:p><st1:personname>{title}</st1:personname>"),
];

/// A calendar invitation.
pub(super) const CALENDAR: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nORGANIZER;CN=\"{kanji}\":mailto:{addr}\r\nATTENDEE;CN={title}:mailto:{addr}\r\n\
     LOCATION:{kata} 3F\r\nSUMMARY:{wide}\r\nUID:{guid}@{host}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// A visiting card.
pub(super) const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:{title};;;;\r\nFN:{kanji}\r\nORG:{kana}\r\nTEL:{phone}\r\nEMAIL:{addr}\r\n\
     URL:https://{host}/\r\nEND:VCARD\r\n";

/// A delivery report.
pub(super) const STATUS: &str = "Reporting-MTA: dns; {host}\r\nOriginal-Envelope-Id: {id}\r\n\r\nOriginal-Recipient: rfc822;{addr}\r\n\
     Final-Recipient: rfc822;{addr}\r\nAction: failed\r\nRemote-MTA: dns; {host} ({ip})\r\n\
     Diagnostic-Code: smtp; 550 5.1.1 <{addr}> unknown at {short}\r\n";

/// A receipt for a read mail.
pub(super) const DISPOSITION: &str = "Reporting-UA: {host}; Outlook\r\nOriginal-Recipient: rfc822;{addr}\r\n\
     Final-Recipient: rfc822;{addr}\r\nOriginal-Message-ID: <{id}@{host}>\r\n";

/// Headers of a mail that came back.
pub(super) const RETURNED: &str = "Received: from {host} ([{ip}]) by {host} id {id}\r\nFrom: {encb} <{addr}>\r\nTo: {addr}\r\nMessage-ID: <{id}@{host}>\r\nSubject: {jisb}\r\n";

/// A mail inside, with its own inside.
pub(super) const INNER: &str = "Received: from {host} ([{ip}]) by {host} with ESMTP id {id} for <{addr}>\r\nDelivered-To: {addr}\r\n\
     From: {encq} <{addr}>\r\nReply-To: {addr}\r\nTo: {jisb} <{addr}>\r\nSubject: {encb} {num}\r\nMessage-ID: <{id}@{host}>\r\n\
     Content-Type: text/plain; charset=utf-8\r\n\r\n{kanji} {addr} http://{host}/{local}\r\n";
