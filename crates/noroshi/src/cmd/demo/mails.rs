//! The attack mails of the example: invented, with reserved names and addresses only.

/// A quotation with an archive, sent to two members; the recipient's name stands wherever attackers put it.
pub(super) fn quotation(to_name: &str, to_domain: &str) -> Vec<u8> {
    format!(
        "Return-Path: <sales@tanabe-trading.test>\r\n\
         Delivered-To: k.sato@{to_domain}\r\n\
         Received: from mx1.{to_domain} (mx1.{to_domain} [10.20.0.5]) by mbox3.{to_domain} with ESMTP id 7F2A1; Tue, 24 Nov 2026 09:12:44 +0900\r\n\
         Received: from mail.tanabe-trading.test (unknown [203.0.113.66]) by mx1.{to_domain} with ESMTP id 51C20; Tue, 24 Nov 2026 09:12:41 +0900\r\n\
         Authentication-Results: mx1.{to_domain}; spf=fail smtp.mailfrom=tanabe-trading.test; dkim=none\r\n\
         From: =?UTF-8?B?55Sw6L6655Wg5LqL?= <sales@tanabe-trading.test>\r\n\
         Reply-To: order@tanabe-reply.test\r\n\
         To: k.sato@{to_domain}\r\n\
         Subject: =?UTF-8?B?{subject}?=\r\n\
         Date: Tue, 24 Nov 2026 09:12:30 +0900\r\n\
         Message-ID: <20261124001230.5512@tanabe-trading.test>\r\n\
         MIME-Version: 1.0\r\n\
         X-Mailer: Foxmail 7.2\r\n\
         Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n\
         --b1\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n\
         {to_name} 佐藤様\r\n\r\n\
         いつもお世話になっております。見積書をお送りします。\r\n\
         http://files.tanabe-trading.test/mitsumori/view.php?u=k.sato%40{to_domain}\r\n\
         開けない場合は http://198.51.100.23/doc/mitsumori.zip をご利用ください。\r\n\
         --b1\r\n\
         Content-Type: application/octet-stream; name=\"mitsumori.js\"\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"mitsumori.js\"\r\n\r\n\
         Ly8gYW4gZXhhbXBsZSB3aXRob3V0IGVmZmVjdApjb25zb2xlLmxvZygnZXhhbXBsZScpOwo=\r\n\
         --b1--\r\n",
        subject = "44CQ5b6h6KaL56mN44CR6KaL56mN5pu46YCB5LuY44Gu5Lu2",
    )
    .into_bytes()
}

/// An invoice in ISO-2022-JP, as many Japanese mail programs still send.
pub(super) fn invoice(to_domain: &str) -> Vec<u8> {
    let mut raw = format!(
        "Return-Path: <billing@seikyu-center.test>\r\n\
         Received: from out7.seikyu-center.test (out7.seikyu-center.test [203.0.113.140]) by mx1.{to_domain} with ESMTP id A91; Tue, 24 Nov 2026 10:02:11 +0900\r\n\
         From: billing@seikyu-center.test\r\n\
         To: keiri@{to_domain}\r\n\
         Subject: =?ISO-2022-JP?B?GyRCQEE1YT1xJE4kNDNORycbKEI=?=\r\n\
         Date: Tue, 24 Nov 2026 10:02:00 +0900\r\n\
         Message-ID: <c77@seikyu-center.test>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=ISO-2022-JP\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n"
    )
    .into_bytes();
    // 請求書のご確認
    raw.extend_from_slice(b"\x1b$B@A5a=q$N$43NG'\x1b(B\r\n");
    raw.extend_from_slice(b"https://pay.seikyu-center.test/login\r\n");
    raw
}

/// A credential mail that waits at the approval page for whoever follows the tour.
pub(super) fn mailbox(to_domain: &str) -> Vec<u8> {
    format!(
        "Received: from vps31.hosting.test (vps31.hosting.test [192.0.2.131]) by mx1.{to_domain} with ESMTP id 3311; Tue, 24 Nov 2026 11:40:02 +0900\r\n\
         From: \"IT Helpdesk\" <helpdesk@mail-quota.test>\r\n\
         To: y.mori@{to_domain}\r\n\
         Subject: Mailbox storage full: action required\r\n\
         Date: Tue, 24 Nov 2026 11:40:00 +0900\r\n\
         Message-ID: <q1@mail-quota.test>\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n\
         <p>Dear y.mori@{to_domain}, your mailbox is full.</p>\
         <p><a href=\"https://webmail.mail-quota.test/verify?user=y.mori@{to_domain}\">https://portal.{to_domain}/</a></p>\r\n"
    )
    .into_bytes()
}
