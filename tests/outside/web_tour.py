#!/usr/bin/env python3
"""The tour of the pages, in both languages, as the people of the community make it, in Debian's chromium.

A member sends a mail; the hub looks, asks; the member approves exactly what is shown; the hub releases; another member reads,
answers and asks; the hub recalls; the reader confirms. On every page: axe-core finds nothing, nothing is wider than the window,
the content policy blocks nothing. What the others read is searched for the sender's names.

Called with the path of a running demo's demo.json.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import struct
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from _browser import Browser  # noqa: E402
from _suite import Suite  # noqa: E402

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target" / "outside" / "pictures"

MAIL = """Received: from mx.{own} (mx.{own} [198.51.100.9]) by mail.{own}; Tue, 24 Nov 2026 09:00:00 +0900
Received: from relay.sender-{n}.example ([203.0.113.{n}]) by mx.{own}; Tue, 24 Nov 2026 08:59:58 +0900
From: "Billing" <billing@pay-{n}.example>
To: "{name}" <desk@{own}>
Subject: {subject}
Date: Tue, 24 Nov 2026 08:59:00 +0900
Message-ID: <{n}@pay-{n}.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{words}
https://pay-{n}.example/settle
"""

# Each walk sends another mail, so that the hub does not take the second for a copy of the first.
WORDS = {
    "ja": ("【至急】ご請求書の確認", "{name} 御中\n\n先日の請求書に誤りがありました。本日中に下記で内容をご確認ください。"),
    "en": ("Your mailbox quota", "Dear {name},\n\nyour storage is full and your account will be suspended. Verify your password here:"),
}


class Tour(Suite):
    def __init__(self, demo):
        super().__init__()
        self.demo = demo

    def page(self, browser, name, path=None):
        if path:
            browser.open(path)
        self.check(f"page {name}", browser.faults(name))

    def browser(self, user, lang, **kind):
        browser = Browser(self.demo["url"], PICTURES, **kind)
        browser.sign_in(user["user"], user["password"], lang)
        return browser


def staff(demo, role):
    return next(p for p in demo["people"] if p["role"] == role)


def wait(browser, path, selector, seconds=30):
    """Loads a page until it shows what a job of the hub makes."""
    until = time.monotonic() + seconds
    while True:
        browser.open(path)
        if browser.has(selector):
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.3)


def outside(tour, lang):
    """Pages before anybody is known."""
    browser = Browser(tour.demo["url"], PICTURES)
    tour.page(browser, f"{lang}-sign-in", f"/sign-in?lang={lang}")
    browser.write("login", "nobody")
    browser.write("password", "wrong")
    browser.press("form[action='/sign-in'] button")
    tour.page(browser, f"{lang}-sign-in-wrong")
    browser.open("/submissions?all=yes")
    tour.check("a page that needs a session leads to the sign-in", browser.path().startswith("/sign-in?next="))
    tour.page(browser, f"{lang}-no-such-page", f"/no/such/page?lang={lang}")
    browser.close()


def send(tour, member, source, lang, n):
    """A member sends a mail and gets its receipt; returns the submission's path."""
    subject, words = WORDS[lang]
    name = source["name_ja"] if lang == "ja" else source["name"]
    own = f"{source['slug']}.example"
    mail = MAIL.format(own=own, name=name, n=n, subject=subject, words=words.format(name=name))
    tour.page(member, f"{lang}-send", "/send")
    with tempfile.NamedTemporaryFile("w", suffix=".eml") as file:
        file.write(mail)
        file.flush()
        member.find("input[name='file']").send_keys(file.name)
        member.write("note", "tour")
        member.press("main form button")
    tour.check("the receipt shows a code", member.has(".code"))
    tour.page(member, f"{lang}-receipt")
    return member.path().removesuffix("/receipt")


def approve(tour, member, path, lang):
    """The source reads what would leave and approves it at once."""
    asked = wait(member, path, f"a.button[href='{path}/approval']")
    tour.check("the source is asked", asked)
    tour.page(member, f"{lang}-submission")
    tour.page(member, f"{lang}-approval", f"{path}/approval")
    if not asked:
        return
    in_shapes(tour, member.demo_source, lang, {"approval": f"{path}/approval", "submission": path})
    leaves = member.find(".leaves").text
    tour.check("what leaves does not name the sender", source_free(member.demo_source, leaves))
    member.tick("all", "yes")
    member.tick("delay", "now")
    member.press("button[value='approve']")
    tour.check("the decision is said", member.has("[role='status']"))


def source_free(source, text):
    low = text.lower()
    return all(word.lower() not in low for word in (source["name"], source["name_ja"], source["slug"]))


def desk(tour, lang, path, code):
    """The hub looks, gives a verdict, adds analysis and asks the source; returns the draft's path."""
    triager = tour.browser(staff(tour.demo, "triager"), lang)
    tour.page(triager, f"{lang}-queue", "/queue")
    row = next((a for a in triager.all(".rows h2 a") if code in a.text), None)
    tour.check("the submission is in the queue", row is not None)
    tour.page(triager, f"{lang}-look", path.replace("/submissions/", "/queue/"))
    triager.tick("verdict", "targeted")
    triager.choose("mail_kind", "link")
    triager.press("form[action$='/triage'] button")
    # on a hub that is still reading what others sent, the draft comes later than the verdict
    link = "a.button[href^='/drafts/']"
    tour.check("a draft is made", wait(triager, path.replace("/submissions/", "/queue/"), link))
    draft = triager.find(link).get_attribute("href").removeprefix(triager.url)
    triager.close()
    analyst = tour.browser(staff(tour.demo, "analyst"), lang)
    tour.page(analyst, f"{lang}-drafts", "/drafts")
    tour.page(analyst, f"{lang}-draft", draft)
    analyst.write("ja", "同じ文面が他の業界でも確認されています。")
    analyst.write("en", "The same words were seen in other sectors.")
    analyst.tick("advice", "block")
    analyst.tick("tlp", "green")
    analyst.press("form[action$='/save'] button")
    tour.page(analyst, f"{lang}-draft-saved")
    analyst.press("form[action$='/ask'] button")
    for name in ("questions", "rule", "calls", "figures", "roster", "account", "preferences"):
        tour.page(analyst, f"{lang}-hub-{name}", f"/{name}")
    analyst.close()
    return draft


def release(tour, lang, draft):
    releaser = tour.browser(staff(tour.demo, "releaser"), lang)
    ready = wait(releaser, draft, f"a.button[href='{draft}/release']")
    tour.check("the item is ready to leave", ready)
    tour.page(releaser, f"{lang}-release", f"{draft}/release")
    pages = {"queue": "/queue", "drafts": "/drafts", "draft": draft, "release": f"{draft}/release", "rule": "/rule"}
    in_shapes(tour, staff(tour.demo, "releaser"), lang, pages | {"hub-figures": "/figures", "questions": "/questions"})
    releaser.press("form[action$='/release'] button")
    out = wait(releaser, draft, f"a.button[href='{draft}/recall']")
    tour.check("the item has left", out)
    tour.page(releaser, f"{lang}-released")
    return releaser


def read(tour, reader, source, lang, n):
    """Another member reads, answers and asks; returns the item's path."""
    tour.page(reader, f"{lang}-inbox", "/inbox")
    tour.check("the warning about this mail is in the inbox", found(reader, f"pay-{n}[.]example"))
    tour.check("it does not name the sender", source_free(source, reader.driver.page_source))
    tour.page(reader, f"{lang}-item")
    reader.tick("progress", "not-seen")
    reader.write("machines", "120")
    reader.press("form[action$='/answer'] button")
    tour.check("the answer is kept", reader.find("#machines").get_attribute("value") == "120")
    reader.write("text", "Which day did it begin?")
    reader.press("form[action$='/question'] button")
    tour.page(reader, f"{lang}-item-answered")
    return reader.path().split("?")[0]


def found(reader, words, newest=10):
    """Opens the item that holds these words: what others released may have come in above it meanwhile."""
    links = [link.get_attribute("href").removeprefix(reader.url) for link in reader.all(".rows h2 a")[:newest]]
    return any(words in read_at(reader, link) for link in links)


def recall(tour, releaser, reader, draft, item, lang):
    tour.page(releaser, f"{lang}-recall", f"{draft}/recall")
    releaser.tick("reason", "error")
    releaser.press("form[action$='/recall'] button")
    tour.page(releaser, f"{lang}-board")
    in_shapes(tour, staff(tour.demo, "releaser"), lang, {"board": f"{draft}/board"})
    gone = wait(reader, item, "form[action$='/recall-confirmation']")
    tour.check("the reader is told of the recall", gone)
    tour.page(reader, f"{lang}-item-recalled")
    reader.press("form[action$='/recall-confirmation'] button")
    tour.check("the removal is confirmed", not reader.has("form[action$='/recall-confirmation']"))


def one_page(tour, browser, lang):
    """What a director gets on paper: one sheet of A4."""
    browser.open("/director")
    paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True}
    printed = base64.b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", paper)["data"])
    (PICTURES / f"{lang}-director.pdf").write_bytes(printed)
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    tour.check(f"the director's page is one sheet, not {sheets}", sheets == 1)


def other_pages(tour, member, lang):
    names = ("submissions", "standing", "quarantine", "notices", "roster", "people", "account", "tokens", "profile")
    for name in (*names, "director", "preferences"):
        tour.page(member, f"{lang}-{name}", f"/{name}")


def in_shapes(tour, user, lang, pages):
    """Pages as a phone shows them, and in the dark."""
    for kind, shape in {"phone": {"width": 390, "height": 844}, "dark": {"dark": True}}.items():
        browser = tour.browser(user, lang, **shape)
        for name, path in pages.items():
            tour.page(browser, f"{lang}-{kind}-{name}", path)
        browser.close()


def phone_and_dark(tour, user, lang, item):
    pages = {"inbox": "/inbox", "item": item, "send": "/send", "roster": "/roster"}
    names = ("people", "account", "director", "quarantine", "standing", "tokens")
    pages |= {name: f"/{name}" for name in (*names, "checks", "asks", "reports", "submissions", "verify")}
    in_shapes(tour, user, lang, pages)


def by_keyboard(tour, user, lang):
    """From the sign-in to a receipt without a pointer: everything is reached by Tab, and one sees where one is."""
    browser = Browser(tour.demo["url"], PICTURES)
    browser.open(f"/sign-in?lang={lang}")
    unseen = []
    for name, text in {"login": user["user"], "password": user["password"]}.items():
        tour.check(f"Tab reaches {name}", browser.tab_to(f"[name='{name}']", unseen))
        browser.type(text)
    browser.enter()
    tour.check("Enter signs in", not browser.path().startswith("/sign-in"))
    browser.tab_to("a", unseen)
    browser.enter(leaves=False)
    tour.check("the first link leads past the menu", browser.path().endswith("#main"))
    browser.open("/")
    tour.check("Tab reaches the page for sending", browser.tab_to("a[href='/send']", unseen))
    browser.enter()
    tour.check("Tab reaches the text", browser.tab_to("textarea[name='text']", unseen))
    browser.type("hxxps://pay-by-keyboard[.]example/")
    tour.check("Tab reaches the button", browser.tab_to("main form button", unseen))
    browser.enter()
    tour.check("Enter sends it", browser.has(".code"))
    tour.check("where one is is always seen", unseen)
    browser.close()


def without_scripts(tour, user, lang):
    """The main path of a member with scripts switched off."""
    browser = Browser(tour.demo["url"], PICTURES, scripts=False)
    browser.sign_in(user["user"], user["password"], lang)
    browser.open("/send")
    browser.write("text", "hxxps://pay-without-scripts[.]example/")
    browser.press("main form button")
    tour.check("a text is sent without scripts", browser.has(".code"))
    browser.open("/inbox")
    browser.follow(browser.find(".rows h2 a"))
    browser.tick("progress", "swept")
    browser.press("form[action$='/answer'] button")
    answered = browser.find("input[name='progress'][value='swept']").is_selected()
    tour.check("a warning is answered without scripts", answered)
    browser.close()


def machine(tour, lang):
    """The pages of whoever runs the machine and the roster, and of the desk."""
    for role, names in {"operator": ("figures", "organisations", "sectors", "seats", "admissions", "account"), "triager": ("phone", "calls")}.items():
        for kind, shape in {"": {}, "phone-": {"width": 390, "height": 844}}.items():
            browser = tour.browser(staff(tour.demo, role), lang, **shape)
            for name in names:
                tour.page(browser, f"{lang}-{kind}{role}-{name}", f"/{name}")
            browser.close()


def phone(tour, lang):
    """A call is recorded after a call back to a number of the register, and for nobody who has none."""
    triager = tour.browser(staff(tour.demo, "triager"), lang)
    organisations = triager_choices(triager)
    recorded = False
    for organisation in organisations:
        triager.open("/phone")
        triager.choose("organisation", organisation)
        triager.press("form.card button")
        if not triager.has("input[name='called_back']"):
            tour.check("without a number nothing is recorded", not triager.has("main form"))
            continue
        tour.page(triager, f"{lang}-phone-record")
        triager.find("input[name='called_back']").click()
        triager.tick("medium", "phone")
        triager.write("text", f"A strange mail of pay-{lang}.example.")
        triager.press("main form button")
        tour.check("the caller gets a code", triager.has(".code"))
        recorded = True
        break
    tour.check("somebody of the demo can be called back", recorded)
    triager.close()


def triager_choices(triager):
    triager.open("/phone")
    return [option.get_attribute("value") for option in triager.all("select[name='organisation'] option")]


def destroying(tour, member, path, lang):
    """What destroys for good is behind a page that takes a typed word; the tour types a wrong one each time."""
    operator = tour.browser(staff(tour.demo, "operator"), lang)
    one = organisation(tour, operator, lang)
    operator.open(one)
    ask = operator.find("a[href$='/leave']").get_attribute("href").removeprefix(operator.url)
    member.open("/people")
    leaver = member.all("a[href$='/remove']")[-1].get_attribute("href").removeprefix(member.url)
    for browser, name, where, field in (
        (operator, "leave", ask, "slug"), (member, "remove", leaver, "login"), (member, "erase", f"{path}/erase", "code"),
    ):
        tour.page(browser, f"{lang}-{name}", where)
        tour.check(f"{name}: the way back stands first", browser.find("form.card .acts > *").tag_name == "a")
        browser.write(field, "something-else")
        browser.press("form.card button")
        tour.check(f"{name}: a wrong word is told", browser.has("#problem"))
        tour.page(browser, f"{lang}-{name}-wrong")
    member.open(path)
    tour.check("nothing was erased", member.has(f"a[href='{path}/erase']"))
    code = member.find("h1 .mono").text
    member.open(f"{path}/erase")
    member.write("code", code)
    member.press("form.card button")
    tour.page(member, f"{lang}-certificate")
    leaving(tour, operator, lang)
    tour.check("the certificate is signed and can be kept", "erasure-certificate@v1" in member.find("pre").text and member.has(f"a[download='erased-{code}.note']"))
    operator.close()


def leaving(tour, operator, lang):
    """An organisation that was added a moment ago leaves for good, and its certificate is shown."""
    slug = f"gone-{lang}"
    operator.open("/organisations/new")
    operator.write("slug", slug)
    operator.write("ja", "東の浜")
    operator.write("en", "East Beach")
    operator.find("input[name='role'][value='member']").click()
    operator.press("main form button")
    operator.open(f"/organisations?q={slug}")
    operator.follow(operator.find("main tbody th a"))
    operator.open(operator.path() + "/leave")
    operator.write("slug", slug)
    operator.press("form.card button")
    tour.page(operator, f"{lang}-left")
    note = operator.find("pre").text
    tour.check("the certificate of the leaving is signed and can be kept", f"organisation {slug}" in note and operator.has(f"a[download='left-{slug}.note']"))


def organisation(tour, operator, lang):
    """The list of organisations, found in by a plain field, and the page of one; the path of that."""
    operator.open("/organisations")
    every = len(operator.all("main tbody tr"))
    operator.write("q", "okitsu")
    operator.press("form[role='search'] button")
    found = operator.all("main tbody th a")
    tour.check("an organisation is found by its short name", len(found) == 1 < every)
    where = found[0].get_attribute("href").removeprefix(operator.url)
    tour.page(operator, f"{lang}-organisations-found")
    tour.page(operator, f"{lang}-organisation", where)
    tour.page(operator, f"{lang}-organisation-new", "/organisations/new")
    return where


def rows(tour, browser, lang, name, path, prefix):
    """A list and the first thing that it leads to; the path of that."""
    tour.page(browser, f"{lang}-{name}s", path)
    links = (a.get_attribute("href").removeprefix(browser.url) for a in browser.all("main a[href]"))
    where = next((link for link in links if link.startswith(f"{prefix}/") and not link.endswith("/new")), None)
    tour.check(f"{path} leads to something", where is not None)
    tour.page(browser, f"{lang}-{name}", where)
    return where


def checks(tour, organisations, lang):
    """Asking others to check themselves, answering, and talk that the hub relays: a line passes when staff lets it."""
    customer, supplier = (tour.browser(organisations[slug], lang) for slug in ("hayate", "matsuba"))
    ask = rows(tour, customer, lang, "ask", "/asks", "/asks")
    put = rows(tour, supplier, lang, "check", "/checks", "/checks")
    tour.page(customer, f"{lang}-ask-new", "/asks/new")
    words = f"Do printers count? ({lang})"
    supplier.write("text", words)
    supplier.press("form[action$='/question'] button")
    tour.check("whoever asked reads no line before it is relayed", words not in read_at(customer, ask))
    analyst = tour.browser(staff(tour.demo, "analyst"), lang)
    tour.page(analyst, f"{lang}-questions-check", "/questions")
    line = next(li for li in analyst.all(".thread li") if words in li.text)
    analyst.follow(line.find_element("css selector", "button"))
    tour.check("whoever asked reads what was relayed", words in read_at(customer, ask))
    customer.write("text", f"All machines with a disk. ({lang})")
    customer.press("form[action$='/reply'] button")
    analyst.open("/questions")
    line = next(li for li in analyst.all(".thread li") if f"with a disk. ({lang})" in li.text)
    analyst.follow(line.find_element("css selector", "button"))
    supplier.open(put)
    tour.check("the answer comes back", f"with a disk. ({lang})" in supplier.text())
    tour.check("it names nobody", source_free(organisations["hayate"], supplier.find(".thread").text))
    tour.page(supplier, f"{lang}-check-talk")
    tour.page(customer, f"{lang}-ask-talk", ask)
    for browser in (customer, supplier, analyst):
        browser.close()


def read_at(browser, path):
    browser.open(path)
    return browser.text()


def reports(tour, organisations, lang):
    """Incident reports: the reporter's pages, the office's, and a new report as far as its problems."""
    reporter, office = (tour.browser(organisations[slug], lang) for slug in ("akebono", "ministry"))
    incident = rows(tour, reporter, lang, "incident", "/reports", "/incidents")
    tour.page(reporter, f"{lang}-incident-edit", f"{incident}/edit")
    rows(tour, reporter, lang, "report", incident, "/reports")
    tour.page(reporter, f"{lang}-report-new", "/reports/new")
    report = rows(tour, office, lang, "office-report", "/office", "/office")
    seat(tour, lang, reporter, office, report)
    for browser in (reporter, office):
        browser.close()


def seat(tour, lang, reporter, office, report):
    """A seat is taken and given again: the office sees its reports or does not, and the reporter is told."""
    operator = tour.browser(staff(tour.demo, "operator"), lang)
    organisation, addressee = "input[name='organisation']", "input[name='addressee']"
    operator.open("/seats")
    forms = operator.all("form[action='/seats/take']")
    mine = forms[1]
    values = [mine.find_element("css selector", field).get_attribute("value") for field in (organisation, addressee)]
    operator.driver.execute_script("arguments[0].closest('details').open = true", mine)
    operator.follow(mine.find_element("css selector", "button"))
    tour.check("the seat is gone", len(operator.all("form[action='/seats/take']")) == len(forms) - 1)
    reporter.open("/notices")
    tour.check("the reporter is told", reporter.has("main a[href^='/reports/']"))
    gone = reporter.find("main a[href^='/reports/']").get_attribute("href").removeprefix(reporter.url)
    tour.page(reporter, f"{lang}-report-office-gone", gone)
    tour.check("and to use another way", reporter.has("main p.note.warn") and not reporter.has("form[action$='/send']"))
    operator.choose("organisation", values[0])
    operator.choose("addressee", values[1])
    operator.press("form[action='/seats'] button")
    tour.check("it is given again", len(operator.all("form[action='/seats/take']")) == len(forms))
    tour.page(office, f"{lang}-office-again", report)
    operator.close()


def log(tour, lang):
    """The log's pages: its health for the auditor, the check of a receipt for everybody."""
    auditor = tour.browser(staff(tour.demo, "auditor"), lang)
    for name in ("log-health", "organisations", "sectors", "seats", "roster", "account"):
        tour.page(auditor, f"{lang}-auditor-{name}", f"/{name}")
    rows(tour, auditor, lang, "auditor-organisation", "/organisations", "/organisations")
    tour.check("the auditor changes nothing", not auditor.has("form[action^='/organisations/']"))
    tour.check("and reads no submission", not auditor.has("a[href='/queue']"))
    auditor.close()
    anybody = Browser(tour.demo["url"], PICTURES)
    tour.page(anybody, f"{lang}-verify", f"/verify?lang={lang}")
    anybody.close()


def standing(tour, browser, lang):
    """The editor of standing consent: an example fills the form, and nothing is given by that."""
    browser.open("/standing")
    before = len(browser.all("main table tbody tr"))
    browser.follow(browser.find("a[href^='/standing?example=offices']"))
    tour.check("the example fills the form", browser.find("input[name='government']").is_selected())
    tour.check("nothing is given yet", len(browser.all("main table tbody tr")) == before)
    tour.page(browser, f"{lang}-standing-example")


def people(tour, member, lang):
    """An administrator invites somebody, who joins by the link and sets up one-time codes."""
    member.open("/people")
    member.write("name", "Minami")
    member.write("address", "minami@okitsu.example")
    member.press("form[action='/people/invite'] button")
    tour.check("what was typed is not lost", member.find("#name").get_attribute("value") == "Minami")
    described = member.find("fieldset[aria-describedby~='again-problem']")
    tour.check("what is wrong stands beside its field", described.find_element("css selector", "#again-problem").is_displayed())
    tour.page(member, f"{lang}-people-again")
    member.open("/people")
    member.write("name", "Minami")
    member.tick("role", "contact")
    member.press("form[action='/people/invite'] button")
    link = member.find("pre.value").text
    tour.page(member, f"{lang}-people-invited")
    guest = Browser(tour.demo["url"], PICTURES)
    tour.page(guest, f"{lang}-join", link.removeprefix(guest.url) + f"&lang={lang}")
    login = f"minami-{lang}"
    guest.write("login", login)
    for field in ("password", "again"):
        guest.write(field, "a long enough password")
    guest.press("form:has(input[name='token']) button")
    tour.check("the link is used up", joined_once(guest, link))
    guest.sign_in(login, "a long enough password", lang)
    guest.open("/account")
    guest.find("#begin-password").send_keys("a long enough password")
    guest.press("form[action='/account/totp'] button")
    tour.page(guest, f"{lang}-account-totp")
    tour.check("the picture for the app is there", guest.has(".qr svg"))
    guest.write("code", "000000")
    guest.press("form[action='/account/totp/confirm'] button")
    tour.check("a wrong code keeps the picture", guest.has(".qr svg") and guest.has("#again-problem"))
    tour.page(guest, f"{lang}-account-totp-again")
    guest.write("code", code_now(guest.find("pre.value").text))
    guest.press("form[action='/account/totp/confirm'] button")
    tour.page(guest, f"{lang}-account-codes")
    tour.check("ten codes on paper", len(guest.all(".codes li")) == 10)
    guest.close()


def joined_once(guest, link):
    guest.open(link.removeprefix(guest.url))
    return not guest.has("form:has(input[name='token'])")


def code_now(secret):
    """The six digits of an authenticator app (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


def play(tour, lang, n):
    organisations = {o["slug"]: o for o in tour.demo["organisations"]}
    source, other = organisations["okitsu"], organisations["shirane"]
    outside(tour, lang)
    member = tour.browser(source, lang)
    member.demo_source = source
    path = send(tour, member, source, lang, n)
    wait(member, path, "[aria-current='step']")
    code = member.find("h1 .mono").text
    time.sleep(2)
    draft = desk(tour, lang, path, code)
    approve(tour, member, path, lang)
    releaser = release(tour, lang, draft)
    reader = tour.browser(other, lang)
    item = read(tour, reader, source, lang, n)
    other_pages(tour, member, lang)
    one_page(tour, member, lang)
    people(tour, member, lang)
    machine(tour, lang)
    phone(tour, lang)
    standing(tour, member, lang)
    checks(tour, organisations, lang)
    reports(tour, organisations, lang)
    log(tour, lang)
    phone_and_dark(tour, other, lang, item)
    by_keyboard(tour, other, lang)
    without_scripts(tour, organisations["hayate"], lang)
    recall(tour, releaser, reader, draft, item, lang)
    tour.page(member, f"{lang}-submission-end", path)
    destroying(tour, member, path, lang)
    for browser in (member, releaser, reader):
        browser.close()


def main():
    where = sys.argv[1] if len(sys.argv) > 1 else os.environ["NOROSHI_DEMO_JSON"]
    tour = Tour(json.loads(pathlib.Path(where).read_text()))
    for lang, n in (("ja", 41), ("en", 42)):
        try:
            play(tour, lang, n)
        except Exception as why:  # one broken walk must not hide the other
            tour.check(f"the walk in {lang}", [f"{type(why).__name__}: {why}".splitlines()[0]])
    tour.end()


if __name__ == "__main__":
    main()
