"""Incident reports as a member and an office work with them: the shell, the API, a spreadsheet read by openpyxl, and an evidence
pack checked with nothing but hashlib."""

import hashlib
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import zipfile

import openpyxl
import requests

from _suite import Suite

suite = Suite()
check = suite.holds

DEMO = json.loads(pathlib.Path(sys.argv[1]).read_text())
NOROSHI = os.environ["NOROSHI_BIN"]
FORMULA = '=HYPERLINK("http://attacker.test","open")'


def org(slug):
    return next(o for o in DEMO["organisations"] if o["slug"] == slug)


def shell(*args, token=None, expect=0):
    where = ["--hub", DEMO["url"], "--token", token] if token else []
    done = subprocess.run([NOROSHI, "report", *args, *where], capture_output=True, check=False)
    if done.returncode != expect:
        print(done.stderr.decode())
    return done


def ask(method, path, token, **more):
    headers = {"Authorization": f"Bearer {token}"}
    return requests.request(method, DEMO["url"] + path, headers=headers, timeout=30, **more)


def reported(token):
    """An incident opened, filled and sent from a shell."""
    made = shell("new", "--aware", "令和8年11月23日 9:40", "--outline", FORMULA, "--set", "contact=当直",
                 "--to", "example-72h/ministry", token=token)
    incident = json.loads(made.stdout)
    check("an incident is opened from the shell, its era date read",
          incident["facts"]["happened"]["triggers"]["awareness"] == "2026-11-23T00:40:00Z")
    report = incident["reports"][0]["id"]
    refused = shell("submit", report, "initial", token=token, expect=2)
    check("a stage with an open question is refused by name", b"data-class" in refused.stderr, refused.stderr)
    shell("update", incident["id"], "--unknown", "data-class", token=token)
    receipt = json.loads(shell("submit", report, "initial", token=token).stdout)
    check("a stage is sent", receipt["stage"] == "initial" and len(receipt["sha256"]) == 64)
    return incident["id"], report


def spreadsheet(token, report):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "form.xlsx"
        shell("export", report, "--form", "initial", "--xlsx", "--lang", "en", "--output", str(file), token=token)
        book = openpyxl.load_workbook(file)
    sheet = book.active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    check("openpyxl reads the spreadsheet in the office's layout", sheet.title == "Incident report" and sheet["A3"].value)
    formula = [cell for cell in cells if cell.value == FORMULA]
    check("a formula in a field is text", formula and all(cell.data_type != "f" for cell in cells))
    check("and stays text when somebody edits the cell", all(cell.quotePrefix for cell in formula))


def pack(token, incident):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "pack.zip"
        shell("export", incident, "--pack", "--output", str(file), token=token)
        begun = time.monotonic()
        done = shell("verify", str(file))
        took = time.monotonic() - begun
        check("a genuine pack holds", done.returncode == 0, done.stderr)
        print(f"       checked in {took:.2f} s, {file.stat().st_size} bytes")
        by_hand(file.read_bytes())
        tampered(file)


def by_hand(data):
    """What README.txt tells, without our program."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    files = {name: archive.read(name) for name in archive.namelist()}
    sums = json.loads(files["MANIFEST.json"])["files"]
    check("every file has the manifest's hash", all(hashlib.sha256(files[n]).hexdigest() == s for n, s in sums.items()))
    receipts = [name for name in files if name.endswith(".receipt.json")]
    good = 0
    for name in receipts:
        receipt = json.loads(files[name])
        leaf = hashlib.sha256(bytes.fromhex(receipt["nonce"]) + receipt["entry"].encode()).hexdigest()
        event = hashlib.sha256(files[name.replace(".receipt.json", ".json")]).hexdigest()
        good += leaf == receipt["commitment"] and json.loads(receipt["entry"])["sha256"] == event
    check("every leaf opens to its event", receipts and good == len(receipts))


def rewritten(files, name, change, seal):
    """The pack with one file changed; with `seal`, the manifest is put right too."""
    files = dict(files)
    files[name] = change(files[name])
    if seal and name != "MANIFEST.json":
        manifest = json.loads(files["MANIFEST.json"])
        manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
        files["MANIFEST.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in files.items():
            archive.writestr(one, content)
    return out.getvalue()


def tampered(file):
    """Forms, events and receipts changed, half of the time with a manifest that was put right."""
    archive = zipfile.ZipFile(file)
    files = {name: archive.read(name) for name in archive.namelist()}
    bound = [n for n in files if "/events/" in n]
    dice, accepted, tries = random.Random(7), 0, 60
    for n in range(tries):
        name = dice.choice(bound)
        place = dice.randrange(len(files[name]))

        def change(content, place=place):
            other = dice.choice([b for b in b"0123456789abcdef" if b != content[place]])
            return content[:place] + bytes([other]) + content[place + 1:]

        bad = file.with_name("bad.zip")
        bad.write_bytes(rewritten(files, name, change, seal=n % 2 == 0))
        done = subprocess.run([NOROSHI, "report", "verify", str(bad)], capture_output=True, check=False)
        if done.returncode == 0:
            accepted += 1
            print("       accepted:", name, place, files[name][max(0, place - 30):place + 10])
    check(f"{tries} changes of what leaves bind, none accepted", accepted == 0)


def office(report):
    """The ministry's side: it sees what was sent to it, gives its number, and its look is told."""
    token = org("ministry")["token"]
    seen = ask("GET", f"/api/v1/office/reports/{report}", token)
    check("the office sees the report that was sent to it", seen.status_code == 200)
    given = ask("POST", f"/api/v1/office/reports/{report}/acknowledge", token, json={"number": "産安-77"})
    check("and gives its number", given.status_code == 204, given.text)
    other = ask("GET", f"/api/v1/office/reports/{report}", org("ibuki")["token"])
    check("a member has no such page", other.status_code == 403)


def veris(token):
    """A record of the VERIS vocabulary in and out; a sample of our own."""
    record = {"schema_version": "1.3", "incident_id": "EX-9", "security_incident": "Near miss", "summary": "Nearly.",
              "asset": {"assets": [{"variety": "S - Web application", "amount": 2}]}, "plus": {"odd": [1, None, {"a": "b"}]}}
    opened = ask("POST", "/api/v1/reports", token, json={"veris": record}).json()
    back = ask("GET", f"/api/v1/incidents/{opened['id']}/veris", token).json()
    check("a VERIS record comes back the same", back == record)


def regimes():
    with tempfile.TemporaryDirectory() as folder:
        good = pathlib.Path(folder) / "mine.toml"
        good.write_text("id = 'mine'\nkind = 'lore'\n")
        done = shell("regimes", "--check", folder, expect=1)
        check("a faulty regime file is told with line and reason", b"mine.toml:" in done.stderr, done.stderr)


member = org("kurogane")["token"]
incident, report = reported(member)
office(report)
spreadsheet(member, report)
pack(member, incident)
veris(member)
regimes()
told = shell("status", incident, "--lang", "en", token=member).stdout.decode()
check("the status explains the clock in words", "72 h from awareness 2026-11-23 09:40 JST" in told, told)
check("and shows the office's number", "産安-77" in told, told)
suite.end()
