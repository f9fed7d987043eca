#!/usr/bin/env python3
"""Passkeys in Debian's chromium, with the authenticator that its debugging protocol has: a person of the example adds one, signs out, and signs in by it, in
both languages. Then what must not work: the same answer twice, an answer made on a page of another origin, another person's credential, a key that
was changed, a device that does not verify its user, a passkey that was removed.

The example is started anew at `localhost`: browsers give passkeys to no IP address. The running one (its demo.json is the argument) has an IP address, and
must say why it offers none.
"""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from _browser import Browser  # noqa: E402
from _suite import Suite, free_port  # noqa: E402

NOROSHI = os.environ["NOROSHI_BIN"]
PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target" / "outside" / "pictures"
SOON_SECONDS = 30
suite = Suite()

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

# What the page's own script does, for an answer that is kept instead of sent.
SIGN = """
const [told, done] = arguments;
const bytes = t => Uint8Array.from(atob(t.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const text = b => btoa(String.fromCharCode(...new Uint8Array(b))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
navigator.credentials.get({publicKey: {challenge: bytes(told.challenge), rpId: told.rp_id, userVerification: told.verify || 'required'}})
  .then(a => done({credential: text(a.rawId), client_data: text(a.response.clientDataJSON),
    authenticator_data: text(a.response.authenticatorData), signature: text(a.response.signature),
    user_handle: text(a.response.userHandle)}), why => done({why: why.name}));
"""

# A signature by WebCrypto, for whoever holds a copy of the key.
SIGN_RAW = """
const [key, message, done] = arguments;
const bytes = t => Uint8Array.from(atob(t), c => c.charCodeAt(0));
crypto.subtle.importKey('pkcs8', bytes(key), {name: 'ECDSA', namedCurve: 'P-256'}, false, ['sign'])
  .then(k => crypto.subtle.sign({name: 'ECDSA', hash: 'SHA-256'}, k, bytes(message)))
  .then(s => done(btoa(String.fromCharCode(...new Uint8Array(s)))), why => done(why.name));
"""


def plain(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def coded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def der(raw):
    """A signature of two numbers as WebAuthn has it."""
    numbers = b""
    for half in (raw[:32], raw[32:]):
        number = half.lstrip(b"\0")
        number = b"\0" + number if not number or number[0] & 0x80 else number
        numbers += bytes([2, len(number)]) + number
    return bytes([0x30, len(numbers)]) + numbers


def started(folder):
    """The example at localhost: its description and the process."""
    data = folder / "hub"
    listen = f"localhost:{free_port()}"
    errors = (folder / "errors.txt").open("w")
    process = subprocess.Popen([NOROSHI, "demo", "--listen", listen, "--data", str(data)], stdout=subprocess.PIPE, stderr=errors)
    # it is ready when it has told its story
    process.stdout.readline()
    return json.loads((data / "demo.json").read_text()), process


class Device:
    """A browser with a device behind it."""

    def __init__(self, url, **kind):
        self.browser = Browser(url, PICTURES, **kind)
        self.cdp("WebAuthn.enable")
        self.id = self.cdp("WebAuthn.addVirtualAuthenticator", options=DEVICE)["authenticatorId"]

    def cdp(self, command, **arguments):
        return self.browser.driver.execute_cdp_cmd(command, arguments)

    def keys(self):
        return self.cdp("WebAuthn.getCredentials", authenticatorId=self.id)["credentials"]

    def verifies(self, so):
        self.cdp("WebAuthn.setUserVerified", authenticatorId=self.id, isUserVerified=so)

    def signed(self, told):
        return self.browser.driver.execute_async_script(SIGN, told)

    def shown(self, selector):
        found = self.browser.all(selector)
        return bool(found) and found[0].is_displayed()

    def by_passkey(self):
        """Presses the button of the page that is shown, and waits for the next page."""
        self.browser.press("form[data-passkey='sign-in'] button")

    def out(self):
        self.browser.open("/preferences")
        self.browser.press(".side form[action='/sign-out'] button")


def challenge(url):
    return requests.get(f"{url}/api/v1/session/passkey", timeout=30).json()


def sent(url, answer):
    """Status and problem of a sign-in by program."""
    got = requests.post(f"{url}/api/v1/session/passkey", json=answer, timeout=30)
    return got.status_code, got.json().get("detail", got.json().get("title", ""))


def add(device, person, lang, label):
    """Signs in by password and adds a passkey, as a person does."""
    browser = device.browser
    browser.sign_in(person["user"], person["password"], lang)
    browser.open("/account")
    suite.check(f"{lang} account", browser.faults(f"{lang}-account-passkeys"))
    browser.find("#passkey-password").send_keys(person["password"])
    browser.press("form[action='/account/passkeys/begin'] button")
    suite.check("with script nothing is said about script", not device.shown("[data-passkey-script]"))
    suite.check(f"{lang} second step", browser.faults(f"{lang}-passkey-second-step"))
    browser.write("label", label)
    browser.press("form[data-passkey='add'] button")
    names = [name.text for name in browser.all("#passkey-list .name")]
    suite.holds("it stands in the list", label in names, browser.text())
    suite.check(f"{lang} list", browser.faults(f"{lang}-passkey-list"))
    suite.holds("the device has a discoverable key", device.keys()[-1]["isResidentCredential"], device.keys())


def sign_in(device, lang, name):
    browser = device.browser
    browser.open(f"/sign-in?lang={lang}&next=/account")
    suite.check("the button is shown", device.shown("form[data-passkey='sign-in'] button"))
    suite.check(f"{lang} sign-in page", browser.faults(f"{lang}-sign-in-passkey"))
    device.by_passkey()
    suite.holds(f"signed in by passkey ({lang})", browser.path().startswith("/account") and name in browser.text(), browser.text())
    suite.check("the last use is told", len(browser.all("#passkey-list time")) == 2)


def walk(url, person, lang, label):
    """Added, out, in again; the second passkey of one device is refused by the device."""
    device = Device(url)
    add(device, person, lang, label)
    device.out()
    sign_in(device, lang, person["user"])
    browser = device.browser
    browser.find("#passkey-password").send_keys(person["password"])
    browser.press("form[action='/account/passkeys/begin'] button")
    browser.write("label", "again")
    browser.find("form[data-passkey='add'] button").click()
    end = time.monotonic() + SOON_SECONDS
    while not device.shown("[data-said='there']") and time.monotonic() < end:
        time.sleep(0.1)
    suite.check("a device makes no second passkey for one account", device.shown("[data-said='there']"))
    suite.check("the button is there for another try", browser.find("form[data-passkey='add'] button").is_enabled())
    suite.check(f"{lang} refused by the device", browser.faults(f"{lang}-passkey-there"))
    device.out()
    return device


def refusals(url, device, other):
    """What signs nobody in, sent by program so that each is seen alone."""
    device.browser.open("/sign-in")
    answer = device.signed(challenge(url))
    status, _ = sent(url, answer)
    suite.holds("an answer signs in", status == 201, status)
    again = sent(url, answer)
    suite.holds("the same answer does not", again[0] == 422 and "challenge" in again[1], again)

    fresh = device.signed(challenge(url))
    unknown = sent(url, fresh | {"credential": coded(b"nobody has this one")})
    suite.holds("a credential that nobody has does not", unknown[0] == 401, unknown)
    theirs = other.keys()[-1]
    stolen = fresh | {"credential": coded(base64.b64decode(theirs["credentialId"])),
                      "user_handle": coded(base64.b64decode(theirs["userHandle"]))}
    swapped = sent(url, stolen)
    suite.holds("another person's credential does not, and looks the same", swapped == unknown, (swapped, unknown))
    suite.holds("the refused ones used nothing up", sent(url, fresh)[0] == 201)

    told = challenge(url)
    forged = told | {"challenge": coded(bytes([*plain(told["challenge"])[:-1], 0]))}
    made_up = sent(url, device.signed(forged))
    suite.holds("a challenge that the hub did not draw does not", made_up[0] == 422, made_up)
    device.verifies(False)
    unverified = sent(url, device.signed(challenge(url) | {"verify": "discouraged"}))
    device.verifies(True)
    suite.holds("a device that did not verify its user does not", unverified[0] == 422 and "verify" in unverified[1], unverified)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title>")


def elsewhere(url, device):
    """A page of the same host on another port gets an answer of the device for the host's name: its origin is another."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    device.browser.driver.get(f"http://localhost:{server.server_port}/")
    answer = device.signed(challenge(url))
    origin = json.loads(plain(answer["client_data"]))["origin"]
    found = sent(url, answer)
    suite.holds("another origin does not", found[0] == 422 and "origin" in found[1], (origin, found))
    server.shutdown()


def copied(url, device):
    """Whoever copied the key signs with a counter that is behind, or changes a bit of what is signed."""
    key = device.keys()[-1]
    device.browser.open("/sign-in")

    def answer(counter, flip=False):
        said = json.dumps({"type": "webauthn.get", "challenge": challenge(url)["challenge"], "origin": url}).encode()
        data = hashlib.sha256(b"localhost").digest() + bytes([0x05]) + counter.to_bytes(4, "big")
        message = base64.b64encode(data + hashlib.sha256(said).digest()).decode()
        signature = der(base64.b64decode(device.browser.driver.execute_async_script(SIGN_RAW, key["privateKey"], message)))
        said = said[:-1] + b" }" if flip else said
        return {"credential": coded(base64.b64decode(key["credentialId"])), "client_data": coded(said), "authenticator_data": coded(data),
                "signature": coded(signature), "user_handle": coded(base64.b64decode(key["userHandle"]))}

    behind, ahead = sent(url, answer(1)), sent(url, answer(key["signCount"] + 50, flip=True))
    suite.holds("a counter that goes back does not", behind[0] == 401, behind)
    suite.holds("a changed byte does not", ahead[0] == 401, ahead)
    good = sent(url, answer(key["signCount"] + 50))
    suite.holds("the same by another implementation does", good[0] == 201, good)
    late = sent(url, device.signed(challenge(url)))
    suite.holds("then the device itself is behind", late[0] == 401, late)


def removed(url, device, person, lang):
    """Removed by its owner; the device still has it, and it opens nothing."""
    browser = device.browser
    browser.sign_in(person["user"], person["password"], lang)
    browser.open("/account")
    # by keyboard: the summary opens with the enter key
    browser.find("#passkey-list summary").send_keys("\n")
    browser.find("#passkey-list input[name='password']").send_keys(person["password"])
    browser.press("#passkey-list form button")
    suite.check("it is out of the list", not browser.has("#passkey-list"))
    suite.check("that is said", browser.has("[role='status'].good"))
    device.out()
    browser.open(f"/sign-in?lang={lang}")
    device.by_passkey()
    suite.holds("a removed passkey signs nobody in", browser.path().startswith("/sign-in"), browser.path())
    suite.check("what to do is said", browser.has("#problem"))
    suite.check(f"{lang} refused", browser.faults(f"{lang}-sign-in-passkey-refused"))


def no_name(demo):
    """A hub at an IP address offers none and says why; one that is opened by another name of the machine leads to the right one."""
    person = demo["organisations"][0]
    for lang in ("ja", "en"):
        device = Device(demo["url"])
        device.browser.open(f"/sign-in?lang={lang}")
        suite.check("no button at an IP address", not device.browser.has("form[data-passkey]"))
        suite.check("the page says why", device.shown("#passkey-unfit"))
        suite.check(f"{lang} sign-in without a name", device.browser.faults(f"{lang}-sign-in-no-name"))
        device.browser.sign_in(person["user"], person["password"], lang)
        device.browser.open("/account")
        suite.check("the account says why", device.shown("#passkey-unfit"))
        device.browser.close()
    asked = requests.get(f"{demo['url']}/api/v1/session/passkey", timeout=30)
    suite.holds("the API says why", asked.status_code == 422 and "IP address" in asked.text, asked.text)


def other_name(url):
    device = Device(url.replace("localhost", "127.0.0.1"))
    device.browser.open("/sign-in?lang=en")
    suite.check("opened elsewhere there is no button", not device.shown("#passkey-place"))
    suite.check("and a way to the right address", device.shown(f"[data-passkey-elsewhere] a[href='{url}/sign-in']"))
    device.browser.close()


def without_script(url, person):
    """Everything but passkeys is there, and the page says that they need script."""
    browser = Browser(url, PICTURES)
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.open("/sign-in?lang=en")
    suite.check("no button without script", not browser.find("#passkey-place").is_displayed())
    browser.write("login", person["user"])
    browser.write("password", person["password"])
    browser.find("form[action='/sign-in'] button").click()
    time.sleep(1)
    browser.open("/account")
    browser.find("#passkey-password").send_keys(person["password"])
    browser.find("form[action='/account/passkeys/begin'] button").click()
    time.sleep(1)
    suite.check("it says that script is needed", browser.find("[data-passkey-script]").is_displayed())
    browser.close()


def main():
    no_name(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    with tempfile.TemporaryDirectory() as folder:
        demo, hub = started(pathlib.Path(folder))
        url = demo["url"]
        try:
            suite.holds("the example is reached by name", url.startswith("http://localhost:"), url)
            people = {o["slug"]: o for o in demo["organisations"]}
            one, two = people["okitsu"], people["shirane"]
            device, other = walk(url, one, "ja", "職場のノート"), walk(url, two, "en", "laptop at work")
            refusals(url, device, other)
            elsewhere(url, device)
            copied(url, other)
            removed(url, device, one, "ja")
            other_name(url)
            without_script(url, two)
            phone = Device(url, width=390, height=844)
            phone.browser.open("/sign-in?lang=ja")
            suite.check("sign-in on a telephone", phone.browser.faults("ja-phone-sign-in-passkey"))
            for each in (device, other, phone):
                each.browser.close()
        finally:
            hub.terminate()
            hub.wait(30)
    suite.end()


if __name__ == "__main__":
    main()
