#!/usr/bin/env python3
"""A supplier without an account answers a check from the mail in its hand: a relay by aiosmtpd takes the hub's letter, a browser of a
telephone's size opens the link in it, types the code, answers, and sees its receipt. Two customers ask; one letter comes.

Timed as the machine does it, and as a person would: a keystroke-level estimate (Card, Moran and Newell 1980: 1.35 s to decide, 1.1 s to
point, 0.28 s a key) with a minute to read. The goal is two minutes.

Called with the path of a running demo's demo.json, which it does not need: the demo has no mail.
"""

import email
import email.policy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

import requests
from aiosmtpd.controller import Controller

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from _browser import Browser  # noqa: E402
from _person import Person  # noqa: E402
from _suite import Suite, free_port  # noqa: E402

NOROSHI = os.environ["NOROSHI_BIN"]
PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target" / "outside" / "pictures"
suite = Suite()
check = suite.check
SUPPLIER, ADDRESS = "matsuba", "kita@matsuba.example"
LIMIT_SECONDS, READING_SECONDS, SOON_SECONDS = 120, 60, 90


class Relay:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 kept"


def until(ready):
    end = time.monotonic() + SOON_SECONDS
    while time.monotonic() < end:
        got = ready()
        if got:
            return got
        time.sleep(0.2)
    return None


def answers(url):
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def served(folder, relay_port):
    """The example community, its hub with mail, and the supplier's address entered."""
    data = folder / "hub"
    subprocess.run([NOROSHI, "demo", "--once", "--format", "json", "--data", str(data)], check=True, capture_output=True)
    told = json.loads((data / "demo.json").read_text())
    with (data / "noroshi.toml").open("a") as settings:
        settings.write(f'\n[mail]\nrelay = "smtp://127.0.0.1:{relay_port}"\nfrom = "notice@hub.example"\ndomain = "in.hub.example"\n')
    contact = ["supplier", "contact", "--org", SUPPLIER, "--mail", ADDRESS]
    subprocess.run([NOROSHI, "admin", "--data", str(data), *contact], check=True, capture_output=True)
    process = subprocess.Popen([NOROSHI, "serve", "--data", str(data), "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    said = next(line for line in process.stderr if "listening on" in line)
    return told, process, said.split("listening on ")[1].strip()


def ask(url, org):
    """A customer asks its supplier about the newest warning that it has."""
    session = requests.Session()
    signed = session.post(f"{url}/api/v1/session", json={"login": org["user"], "password": org["password"]}, timeout=30)
    session.headers["X-Noroshi-Csrf"] = signed.json()["csrf"]
    item = session.get(f"{url}/api/v1/items?limit=1", timeout=30).json()["rows"][0]["id"]
    roster = session.get(f"{url}/api/v1/roster", timeout=30).json()["organisations"]
    whom = next(one["id"] for one in roster if one["slug"] == SUPPLIER)
    due = (datetime.now(timezone.utc) + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = session.post(f"{url}/api/v1/asks", json={"item": item, "whom": [whom], "named": False, "due_at": due}, timeout=30)
    return asked.status_code, item


def answer(url, link, code):
    """The telephone."""
    phone = Browser(url, PICTURES, width=390, height=844)
    person = Person(phone, READING_SECONDS)
    person.reads()
    phone.open("/c/" + link.rsplit("/c/", 1)[1])
    person.fills("code", code)
    person.presses("main form button")
    check("the check in its hand", phone.faults("check-by-mail"))
    for name, number in (("checked", "38"), ("hits", "0")):
        person.fills(name, number)
    person.ticks("leaving", "no")
    person.ticks("evidence", "yes")
    person.presses("form[action$='/answer'] button")
    in_time = person.told("answered", LIMIT_SECONDS)
    check("a receipt", phone.has(".code"))
    check("within two minutes", in_time)
    phone.close()


def main():
    relay = Relay()
    port = free_port()
    controller = Controller(relay, hostname="127.0.0.1", port=port)
    controller.start()
    with tempfile.TemporaryDirectory() as folder:
        told, hub, url = served(pathlib.Path(folder), port)
        try:
            check("the hub serves", bool(until(lambda: answers(f"{url}/healthz"))))
            # both customers of the supplier ask about the same warning
            source, other = (next(o for o in told["organisations"] if o["slug"] == slug) for slug in ("hayate", "akebono"))
            asked = [ask(url, org) for org in (source, other)]
            check(f"asked: {asked}", [status for status, _ in asked] == [201, 201] and asked[0][1] == asked[1][1])
            letters = lambda: [mail for to, mail in relay.mails if to == [ADDRESS]]  # noqa: E731
            check("a letter comes", bool(until(letters)))
            time.sleep(2)
            check("one letter for one warning", len(letters()) == 1)
            text = letters()[0].get_content()
            link, code = re.search(r"http\S+/c/\S+", text).group(), re.search(r"Code: (\d{6})", text).group(1)
            check("it is addressed as business mail is", "松葉ねじ製作所 御中" in text and "Please answer by:" in text)
            check("it names no customer", not any(
                word in text for one in (source, other) for word in (one["slug"], one["name_ja"], one["name"])))
            answer(url, link, code)
        finally:
            hub.terminate()
            hub.wait(30)
            controller.stop()
    suite.end()


main()
