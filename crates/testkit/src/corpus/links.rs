//! Addresses that the attacker built for one victim, and those that the victim's gateways rewrote.

/// Class and address. Whatever follows the host stands for the victim; `{cc.…}` is a person who also stands in `Cc`.
pub(super) const LINKS: &[(&str, &str)] = &[
    // values
    ("link query address", "https://{site}/{path}?u={addr}"),
    ("link query percent", "https://{site}/{path}?u={pct}"),
    ("link query percent of everything", "https://{site}/{path}?u={pctall}"),
    ("link query percent twice", "https://{site}/{path}?u={pctpct}"),
    ("link query base64", "https://{site}/{path}?t={b64}"),
    ("link query key without value", "https://{site}/{path}?{b64u}"),
    ("link query key is a name", "https://{site}/{path}?{local}=1"),
    ("link query hex", "https://{site}/{path}?x=1&h={hex}&y=2"),
    ("link query in kanji", "https://{site}/{path}?n={pctja}"),
    ("link query guid", "https://{site}/{path}?tenant={guid}"),
    ("link query project", "https://{site}/{path}?ref={num}"),
    ("link query after semicolons", "https://{site}/{path};jsessionid={id};u={local}?a=b"),
    ("link fragment address", "https://{site}/{path}#{addr}"),
    ("link fragment base64", "https://{site}/{path}#{b64}"),
    ("link fragment route", "https://{site}/{path}#/login/{local}/x"),
    ("link user info", "https://{cc.path}@{site}/{path}"),
    ("link user and password", "https://{cc.path}:{id}@{site}/{path}"),
    ("link user info with the victim's host", "https://{host}@{site}/{path}"),
    // paths
    ("link path address", "https://{site}/r/{cc.addr}/index.html"),
    ("link path percent", "https://{site}/r/{cc.pct}"),
    ("link path local part", "https://{site}/users/{cc.path}/inbox"),
    ("link path capital", "https://{site}/users/{cc.title}/inbox"),
    ("link path base64", "https://{site}/c/{b64}"),
    ("link path base64url", "https://{site}/c/{b64u}/open.html"),
    ("link path base64 of the local part", "https://{site}/c/{cc.b64local}/open.html"),
    ("link path hex", "https://{site}/c/{hex}"),
    ("link path hex of the local part", "https://{site}/c/{cc.hexlocal}"),
    ("link path base32", "https://{site}/c/{b32}/"),
    ("link path rot13", "https://{site}/c/{cc.rot}/"),
    ("link path reversed", "https://{site}/c/{cc.rev}/"),
    ("link path hash", "https://{site}/c/{sha}"),
    ("link path short hash", "https://{site}/c/{sha16}.gif"),
    ("link path guid", "https://{site}/t/{guid}/logo.png"),
    ("link path token", "https://{site}/t/{id}"),
    ("link path file name", "https://{site}/dl/{cc.path}_invoice.zip"),
    ("link path kanji", "https://{site}/dl/{cc.pctja}.html"),
    ("link path full width", "https://{site}/dl/{cc.wide}"),
    ("link path katakana", "https://{site}/dl/{cc.kata}/a"),
    ("link path dashes", "https://{site}/dl/{cc.dash}"),
    ("link path victim's domain", "https://{site}/{victim}/login"),
    ("link path victim's label", "https://{site}/{label}/login"),
    ("link path victim's word", "https://{site}/sso/{orgword}/auth"),
    ("link path contract", "https://{site}/doc/{num}.html"),
    // hosts
    ("link host sub-domain name", "https://{cc.path}.{site}/{path}"),
    ("link host sub-domain base32", "https://{b32}.{site}/"),
    ("link host sub-domain hex", "https://{cc.hexlocal}.{site}/"),
    ("link host sub-domain token", "https://{id}.{site}/{path}"),
    ("link host sub-domain hash", "https://{sha16}.{site}/{path}"),
    ("link host sub-domain dashes", "https://{cc.dash}.{site}/{path}"),
    ("link host victim's domain in front", "https://{victim}.{site}/{path}"),
    ("link host victim's label in front", "https://{label}.{site}/{path}"),
    ("link host look-alike", "https://{label}-login.xyz/{path}"),
    ("link host look-alike joined", "https://my{orgword}online.test/"),
    ("link host in kanji", "https://{orgja}.{site}/{path}"),
    ("link victim's own page", "https://www.{victim}/ir/index.html"),
    ("link victim's host", "https://{host}/wiki/{wide}"),
    ("link sister's host", "http://{sisterhost}/portal"),
    ("link intranet", "http://{short}/share/{pctja}"),
    ("link private address", "http://{lan}:8080/admin"),
    ("link victim's address", "http://{cc.ip}/"),
    ("link mailto", "mailto:{addr}?cc={addr}&subject={pctja}"),
    ("link file", "file://{short}/home/{local}/a.docx"),
    // rewritten
    (
        "link safe links",
        "https://jpn01.safelinks.protection.outlook.com/?url=https%3A%2F%2F{second}%2Fa%2Fb.html&data=05%7C02%7C{pct}%7C{guid}%7C{guid}%7C0&sdata={id}&reserved=0",
    ),
    ("link url defense 3", "https://urldefense.com/v3/__https://{second}/c/d.html__;!!{id}!{id}$"),
    (
        "link url defense 2",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__{second}_e_f.html&d=DwMFAg&c={id}&r={b64u}&m={id}&s={id}&e=",
    ),
    (
        "link barracuda",
        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2f{second}%2fg%2fh.html&c=E,1,{id},{id}&typo=1",
    ),
    ("link mimecast", "https://protect-eu.mimecast.com/s/{id}?domain={second}"),
    (
        "link symantec",
        "https://clicktime.symantec.com/a/1/{id}=?d={id}&u=https%3A%2F%2F{second}%2Fi%2Fj.html",
    ),
    ("link sophos", "https://eu-west-1.protection.sophos.com/?d={second}&u={b64}&i={id}&t={id}&h={id}"),
    ("link cisco", "https://secure-web.cisco.com/{id}{id}/https%3A%2F%2F{second}%2Fk%2Fl.html"),
    (
        "link trend micro",
        "https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=https%3a%2f%2f{second}%2fm.html&umid={guid}&auth={id}",
    ),
    ("link own gateway", "https://{host}/urlgw/check?u=https%3A%2F%2F{second}%2Fn.html&rcpt={pct}"),
    ("link bank of shared files", "https://{label}-my.sharepoint.com/personal/{local}_{id}/a"),
];

/// Hosts of the gateways above: which one it is says whose mail passed it.
pub(super) const GATEWAYS: &[&str] = &[
    "safelinks.protection.outlook.com",
    "urldefense.com",
    "urldefense.proofpoint.com",
    "linkprotect.cudasvc.com",
    "protect-eu.mimecast.com",
    "clicktime.symantec.com",
    "protection.sophos.com",
    "secure-web.cisco.com",
    "imsva91-ctp.trendmicro.com",
];

/// Letters that a reader confuses: the look-alike of a label, one sign changed.
pub(super) fn near(label: &str, way: usize) -> String {
    match way % 4 {
        0 => label.replacen('i', "1", 1),
        1 => label.replacen('a', "aa", 1),
        2 => label.replacen('m', "rn", 1).replacen('-', "", 1),
        _ => label.replacen('k', "c", 1),
    }
}
