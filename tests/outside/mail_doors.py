#!/usr/bin/env python3
"""Mail in and out over real lines: a relay by aiosmtpd, a sender by smtplib, a hub of its own.

What is checked: STARTTLS is offered and works; a forward is acknowledged, becomes a submission and is answered with its receipt code;
the verdict follows; an unknown sender waits; an unknown address is refused; a size beyond the limit is refused before a byte of it; a
refused recipient and a bounce make the contact unreachable; letters to all are alike and carry nothing; bare line feeds end no mail.

Called with the path of a running demo's demo.json, which it does not need: the demo has no mail.
"""

import smtplib
import socket

from _mail_hub import DOMAIN, HubOfItsOwn, forward, play, post, until


def wait_letter(relay, to, words):
    def found():
        for sender, rcpt, mail in list(relay.mails):
            if rcpt == [to] and words in mail.get_content():
                return sender, mail
        return None

    return until(40, found)


def smuggle(hub, address):
    """Two mails in one, for whoever takes a bare line feed for the end of a line."""
    with socket.create_connection(("127.0.0.1", hub.mail_port), timeout=30) as line:
        file = line.makefile("rb")
        file.readline()
        for command in ("HELO me", "MAIL FROM:<mei@kita.example>", f"RCPT TO:<{address}>", "DATA"):
            line.sendall(command.encode() + b"\r\n")
            file.readline()
        line.sendall(b"From: mei@kita.example\r\nSubject: one\r\n\r\nx\n.\nMAIL FROM:<a@b.example>\r\n.\r\n")
        first = file.readline()
        line.sendall(b"QUIT\r\n")
        second = file.readline()
        return first.startswith(b"250") and second.startswith(b"221")


def story(count, hub, relay, _):
    admin, reporter, triager = (hub.sign_in(login) for login in ("ken", "mei", "tri"))
    for session, address in ((admin, "ken@kita.example"), (reporter, "mei@kita.example")):
        count.holds(f"contact {address}", hub.contact(session, address).status_code == 204)
    address = hub.intake(reporter)
    count.holds("the page shows the intake address", address)

    count.holds("a forward over STARTTLS is taken", post(hub, "mei@kita.example", address, forward("mei@kita.example")) == {})
    rows = reporter.get(hub.url + "/api/v1/submissions", timeout=30).json()["rows"]
    count.holds("it is a submission", len(rows) == 1 and rows[0]["door"] == "mail")
    raw = reporter.get(hub.url + f"/api/v1/submissions/{rows[0]['id']}/raw", timeout=30).content
    count.holds("what was attached is kept as it came", b"a very special invoice" in raw and b"is this one bad" not in raw)
    letter = wait_letter(relay, "mei@kita.example", rows[0]["code"])
    count.holds("the sender has the receipt code by mail", letter)
    words = letter[1].get_content() if letter else ""
    count.holds("in the manner of business mail", words.splitlines()[:1] and words.splitlines()[0].endswith(" 様"))
    count.holds("and names no organisation", "北製作所" not in words)
    count.holds("without a word of the mail", letter and "invoice" not in letter[1].as_string())

    path = hub.url + f"/api/v1/staff/submissions/{rows[0]['id']}"
    until(20, lambda: triager.get(path, timeout=30).json().get("state") not in (None, "received"))
    body = {"fields": {"verdict": "mass-mailed"}, "close": True}
    answer = triager.post(path + "/triage", json=body, timeout=30)
    count.holds(f"the verdict is given {answer.text}", answer.status_code == 204)
    count.holds("the sender has the verdict", wait_letter(relay, "mei@kita.example", "mass mail, nothing to do"))
    alike = [wait_letter(relay, to, "To all members") for to in ("ken@kita.example", "mei@kita.example")]
    count.holds("both are told that there is news", all(alike))
    if all(alike):
        count.holds("in the same words", alike[0][1].get_content() == alike[1][1].get_content())
        count.holds("each in an envelope of its own", alike[0][0] != alike[1][0])

    count.holds("a stranger's mail is taken", post(hub, "x@else.example", address, forward("x@else.example")) == {})
    count.holds("and waits", "x[@]else[.]example" in reporter.get(hub.url + "/quarantine", timeout=30).text)
    count.holds("its administrators are told", wait_letter(relay, "ken@kita.example", "unknown sender"))
    rows = reporter.get(hub.url + "/api/v1/submissions", timeout=30).json()["rows"]
    count.holds("nothing was submitted by it", len(rows) == 1)

    with smtplib.SMTP("127.0.0.1", hub.mail_port, timeout=30) as line:
        line.ehlo("me")
        line.mail("mei@kita.example")
        count.holds("an unknown address is refused", line.rcpt(f"in-aaaaaaaaaaaaaaaa@{DOMAIN}")[0] == 550)
        count.holds("we relay for nobody", line.rcpt("somebody@elsewhere.example")[0] == 550)
        line.rset()
        count.holds("what is too large is refused at once", line.mail("mei@kita.example", ["SIZE=99999999999"])[0] == 552)
    count.holds("bare line feeds end no mail", smuggle(hub, address))

    people = lambda: {p["login"]: p for p in admin.get(hub.url + "/api/v1/people", timeout=30).json()}
    report = (
        "From: MAILER-DAEMON@kita.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; kita.example\r\n\r\n"
        "Final-Recipient: rfc822; mei@kita.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    bounce_to = alike[1][0]
    count.holds("a report of failed delivery is taken", post(hub, "", bounce_to, report.encode()) == {})
    count.holds("the contact is marked", until(10, lambda: people()["mei"]["unreachable"]))
    hub.contact(reporter, "gone@kita.example")
    count.holds("a new address is believed", not people()["mei"]["unreachable"])
    post(hub, "gone@kita.example", address, forward("gone@kita.example"))
    count.holds("until the relay refuses it", until(30, lambda: people()["mei"]["unreachable"]))


if __name__ == "__main__":
    play(HubOfItsOwn.people, story)
