#!/usr/bin/env python3
"""Mail in and out over real lines: a relay by aiosmtpd, a sender by smtplib, a hub of its own.

What is checked: STARTTLS is offered and works; a forward is acknowledged, becomes a submission and is answered with its receipt code;
the verdict follows; an unknown sender waits; an unknown address is refused; a size beyond the limit is refused before a byte of it; a
refused recipient and a bounce make the contact unreachable; letters to all are alike and carry nothing; bare line feeds end no mail.

Called with the path of a running demo's demo.json, which it does not need: the demo has no mail.
"""

import email
import email.policy
import json
import os
import pathlib
import re
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time

import requests
from aiosmtpd.controller import Controller

from _suite import Suite, free_port

NOROSHI = os.environ.get("NOROSHI_BIN", "noroshi")
PASSWORD = "a password for tests"
DOMAIN = "in.hub.example"


class Relay:
    """Keeps what it is given; refuses whoever is gone."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 5.1.1 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        read = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), read))
        return "250 kept"


def until(seconds, ready):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = ready()
        if got:
            return got
        time.sleep(0.1)
    return None


class HubOfItsOwn:
    def __init__(self, folder, relay_port):
        self.data = folder / "hub"
        self.data.mkdir()
        self.port, self.mail_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={DOMAIN}"]
        make += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
        subprocess.run(make, check=True, capture_output=True)
        (self.data / "noroshi.toml").write_text(
            f'listen = "127.0.0.1:{self.port}"\nurl = "{self.url}"\n[mail]\nrelay = "smtp://127.0.0.1:{relay_port}"\n'
            f'from = "notice@{DOMAIN}"\ndomain = "{DOMAIN}"\nlisten = "127.0.0.1:{self.mail_port}"\n'
            f'certificate = "{folder}/cert.pem"\nkey = "{folder}/key.pem"\n'
        )
        self.errors = (folder / "errors.txt").open("w")

    def admin(self, *args, given=None):
        command = [NOROSHI, "admin", "--data", str(self.data), *args]
        return subprocess.run(command, input=given, check=True, capture_output=True, text=True).stdout.strip()

    def people(self):
        self.admin("org", "add", "--slug", "centre", "--name-en", "Centre", "--role", "hub")
        self.admin("org", "add", "--slug", "kita", "--name-en", "Kita Works", "--name-ja", "北製作所", "--role", "member")
        for login, role in [("ken", "kita:org-admin"), ("mei", "kita:reporter"), ("tri", "centre:triager")]:
            self.admin("user", "add", "--login", login, "--name", login, "--role", role, given=PASSWORD + "\n")

    def start(self):
        self.process = subprocess.Popen([NOROSHI, "serve", "--data", str(self.data)], stderr=self.errors)
        return until(30, lambda: answers(self.url + "/healthz"))

    def sign_in(self, login):
        session = requests.Session()
        answer = session.post(self.url + "/api/v1/session", json={"login": login, "password": PASSWORD}, timeout=30)
        session.headers["X-Noroshi-Csrf"] = answer.json()["csrf"]
        return session

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.errors.close()


def answers(url):
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


ORIGINAL = (
    "Received: from a by b; Tue, 24 Nov 2026 09:00:00 +0900\r\nFrom: Billing <bill@evil-pay.example>\r\nTo: mei@kita.example\r\n"
    "Subject: a very special invoice\r\nMessage-ID: <9@evil-pay.example>\r\n\r\nPay at https://evil-pay.example/settle\r\n"
)


def forward(sender):
    inner = email.message_from_string(ORIGINAL, policy=email.policy.SMTP)
    outer = email.message.EmailMessage(policy=email.policy.SMTP)
    outer["From"], outer["To"], outer["Subject"] = sender, f"hub@{DOMAIN}", "Fwd: look"
    outer["Message-ID"] = f"<{time.time_ns()}@kita.example>"
    outer.set_content("is this one bad?")
    outer.add_attachment(inner)
    return outer.as_bytes()


def post(hub, sender, to, raw):
    with smtplib.SMTP("127.0.0.1", hub.mail_port, timeout=30) as line:
        line.ehlo("kita.example")
        unverified = ssl.create_default_context()
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
        line.starttls(context=unverified)
        line.ehlo("kita.example")
        return line.sendmail(sender, [to], raw)


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


def story(count, hub, relay):
    admin, reporter, triager = (hub.sign_in(login) for login in ("ken", "mei", "tri"))
    for session, address, notify in ((admin, "ken@kita.example", "at-once"), (reporter, "mei@kita.example", "at-once")):
        body = {"address": address, "phone": "", "notify": notify}
        answer = session.put(hub.url + "/api/v1/account/contact", json=body, timeout=30)
        count.holds(f"contact {address}", answer.status_code == 204)
    page = reporter.get(hub.url + "/quarantine", timeout=30).text
    address = re.search(r"in-[a-z2-7]{16}@in\.hub\.example", page)
    count.holds("the page shows the intake address", address)
    address = address.group(0)

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
    body = {"address": "gone@kita.example", "phone": "", "notify": "at-once"}
    reporter.put(hub.url + "/api/v1/account/contact", json=body, timeout=30)
    count.holds("a new address is believed", not people()["mei"]["unreachable"])
    post(hub, "gone@kita.example", address, forward("gone@kita.example"))
    count.holds("until the relay refuses it", until(30, lambda: people()["mei"]["unreachable"]))


def main():
    count, relay = Suite(), Relay()
    with tempfile.TemporaryDirectory(prefix="noroshi-mail-") as folder:
        port = free_port()
        controller = Controller(relay, hostname="127.0.0.1", port=port)
        controller.start()
        hub = HubOfItsOwn(pathlib.Path(folder), port)
        hub.people()
        try:
            count.holds("the hub starts", hub.start())
            story(count, hub, relay)
        except Exception as why:  # what was counted so far is said
            count.holds(f"the story went to its end: {type(why).__name__}: {why}", False)
        finally:
            hub.stop()
            controller.stop()
    print(json.dumps({"letters": len(relay.mails)}))
    count.end()


if __name__ == "__main__":
    main()
