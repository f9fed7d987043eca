"""A hub of its own with its mail doors open, and a relay that keeps what it is given: what the suites of mail share."""

import email
import email.policy
import json
import os
import pathlib
import re
import smtplib
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


ORIGINAL = (
    "Received: from a by b; Tue, 24 Nov 2026 09:00:00 +0900\r\nFrom: Billing <bill@evil-pay.example>\r\nTo: mei@kita.example\r\n"
    "Subject: a very special invoice\r\nMessage-ID: <9@evil-pay.example>\r\n\r\nPay at https://evil-pay.example/settle\r\n"
)


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

    def organisation(self, slug, name_en, name_ja, role):
        self.admin("org", "add", "--slug", slug, "--name-en", name_en, "--name-ja", name_ja, "--role", role)

    def person(self, login, role):
        self.admin("user", "add", "--login", login, "--name", login, "--role", role, given=PASSWORD + "\n")

    def people(self):
        """The hub's triager, and a member with an administrator and a reporter."""
        self.organisation("centre", "Centre", "センター", "hub")
        self.organisation("kita", "Kita Works", "北製作所", "member")
        for login, role in [("ken", "kita:org-admin"), ("mei", "kita:reporter"), ("tri", "centre:triager")]:
            self.person(login, role)

    def start(self):
        self.process = subprocess.Popen([NOROSHI, "serve", "--data", str(self.data)], stderr=self.errors)
        return until(30, lambda: answers(self.url + "/healthz"))

    def sign_in(self, login):
        session = requests.Session()
        answer = session.post(self.url + "/api/v1/session", json={"login": login, "password": PASSWORD}, timeout=30)
        session.headers["X-Noroshi-Csrf"] = answer.json()["csrf"]
        return session

    def contact(self, session, address, notify="at-once"):
        """Where this person reads letters."""
        body = {"address": address, "phone": "", "notify": notify}
        return session.put(self.url + "/api/v1/account/contact", json=body, timeout=30)

    def intake(self, session):
        """The address to which this person's organisation forwards."""
        page = session.get(self.url + "/quarantine", timeout=30).text
        found = re.search(r"in-[a-z2-7]{16}@in\.hub\.example", page)
        return found and found.group(0)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.errors.close()


def answers(url):
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def post(hub, sender, to, raw):
    with smtplib.SMTP("127.0.0.1", hub.mail_port, timeout=30) as line:
        line.ehlo("kita.example")
        unverified = ssl.create_default_context()
        unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
        line.starttls(context=unverified)
        line.ehlo("kita.example")
        return line.sendmail(sender, [to], raw)


def forward(sender, original=ORIGINAL):
    """What a person's mail program makes of a forward as an attachment."""
    inner = email.message_from_string(original, policy=email.policy.SMTP)
    outer = email.message.EmailMessage(policy=email.policy.SMTP)
    outer["From"], outer["To"], outer["Subject"] = sender, f"hub@{DOMAIN}", "Fwd: look"
    outer["Message-ID"] = f"<{time.time_ns()}@kita.example>"
    outer.set_content("is this one bad?")
    outer.add_attachment(inner)
    return outer.as_bytes()


def play(prepare, story):
    """A hub and a relay: prepared, started, the story told with what was prepared, and everything counted."""
    count, relay, told = Suite(), Relay(), None
    with tempfile.TemporaryDirectory(prefix="noroshi-mail-") as folder:
        port = free_port()
        controller = Controller(relay, hostname="127.0.0.1", port=port)
        controller.start()
        hub = HubOfItsOwn(pathlib.Path(folder), port)
        prepared = prepare(hub)
        try:
            count.holds("the hub starts", hub.start())
            told = story(count, hub, relay, prepared)
        except Exception as why:  # what was counted so far is said
            count.holds(f"the story went to its end: {type(why).__name__}: {why}", False)
        finally:
            hub.stop()
            controller.stop()
    print(json.dumps({"letters": len(relay.mails)} | (told or {})))
    count.end()
