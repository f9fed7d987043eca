//! Attack mails for tests: reserved names and addresses only.

/// A mail with a link, an address and an attachment, sent to `victim` (a domain). `n` makes the attacker's values differ.
#[must_use]
pub fn attack(victim: &str, n: u32) -> Vec<u8> {
    format!(
        "Received: from mail{n}.attacker-{n}.test (mail{n}.attacker-{n}.test [198.51.100.{host}]) by mx.{victim} with ESMTP id Q{n}; \
         Mon, 5 Jan 2026 09:00:00 +0900\r\n\
         From: \"Order desk\" <order@attacker-{n}.test>\r\n\
         To: somebody@{victim}\r\n\
         Subject: Invoice for {victim} number {n}\r\n\
         Date: Mon, 5 Jan 2026 08:59:00 +0900\r\n\
         Message-ID: <m{n}@attacker-{n}.test>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n\
         Dear somebody@{victim},\r\nplease see http://download.attacker-{n}.test/pay/view?u=somebody%40{victim}\r\n",
        host = n % 250 + 1,
    )
    .into_bytes()
}
