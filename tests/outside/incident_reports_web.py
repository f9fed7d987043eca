#!/usr/bin/env python3
"""Incident reports in the pages, as a newcomer writes them: a first report from nothing, one from a submission, one from a file of
others; then the ministry's side. In both languages, in Debian's chromium, with axe-core on every page.

Fields and steps are counted, and timed as the machine does it and as a person would: a keystroke-level estimate (Card, Moran and
Newell 1980: 1.35 s to decide, 1.1 s to point, 0.28 s a key) with half a minute to read each page that asks something. The goals:
a first report from the web within five minutes, from a submission within two.

Called with the path of a running demo's demo.json.
"""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from _browser import Browser  # noqa: E402
from _person import Person  # noqa: E402
from _suite import Suite  # noqa: E402

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target" / "outside" / "pictures"

READING_SECONDS = 30
NEW_LIMIT_SECONDS = 300
FROM_SUBMISSION_LIMIT_SECONDS = 120

OFFICE = "example-72h/ministry"
RECORD = {"schema_version": "1.3", "incident_id": "EX-11", "security_incident": "Confirmed", "summary": "A stolen laptop.",
          "asset": {"assets": [{"variety": "U - Laptop", "amount": 1}]}, "plus": {"odd": [1, None]}}

WORDS = {
    "ja": {"outline": "設計部のPC 3台で不審な通信を検知", "contact": "情報セキュリティ室 当直", "systems": "本社 | PC | 3"},
    "en": {"outline": "Three PCs of design called out to a strange host", "contact": "security desk", "systems": "HQ | PC | 3"},
}


def office_box(browser):
    """The box of the example's ministry: its value ends in the office's id."""
    box = browser.find(f"input[name='address'][value^='{OFFICE}']")
    return box.get_attribute("value")


def asked(suite, person, lang, name):
    """The second page: what the regime asks; what is not known yet is said to be so. Then the form, sent."""
    browser, words = person.browser, WORDS[lang]
    person.reads()
    suite.check(f"what is asked {lang}", browser.faults(f"reports-asked-{name}-{lang}"))
    person.fills("f-systems", words["systems"])
    person.ticks("rest_unknown", "yes")
    person.presses("form[action$='/edit'] p.acts button")
    suite.check(f"saved: {browser.path()}", browser.path().startswith("/incidents/"))
    suite.check(f"incident {lang}", browser.faults(f"reports-incident-{name}-{lang}"))
    person.tap()
    browser.follow(browser.find("main a[href^='/reports/']"))
    return sent(suite, person, lang, name)


def sent(suite, person, lang, name):
    """The last page: the form as the office will read it, then sent."""
    browser = person.browser
    person.reads()
    suite.check(f"form {lang}", browser.faults(f"reports-form-{name}-{lang}"))
    open_questions = "" if browser.has("form[action$='/send']") else browser.text()[:300]
    suite.check(f"nothing is missing {lang}: {open_questions}", not open_questions)
    person.presses("form[action$='/send'] button")
    suite.check(f"sent {lang}", browser.faults(f"reports-sent-{name}-{lang}"))
    return browser.path().split("?")[0]


def from_nothing(suite, demo, member, lang):
    browser = Browser(demo["url"], PICTURES)
    browser.sign_in(member["user"], member["password"], lang)
    browser.open("/reports")
    suite.check(f"board {lang}", browser.faults(f"reports-board-{lang}"))
    person = Person(browser, READING_SECONDS)
    person.presses("a[href='/reports/new']")
    person.reads()
    suite.check(f"new {lang}", browser.faults(f"reports-new-{lang}"))
    person.ticks("kind", "incident")
    person.fills("t-awareness", "令和8年11月23日 9:40" if lang == "ja" else "2026-11-23 09:40")
    person.fills("f-outline", WORDS[lang]["outline"])
    person.fills("f-contact", WORDS[lang]["contact"])
    person.ticks("address", office_box(browser))
    person.presses("form[action='/reports'] p.acts button")
    report = asked(suite, person, lang, "new")
    suite.check("a first report within five minutes", person.told(f"first report ({lang})", NEW_LIMIT_SECONDS))
    return browser, report


def from_submission(suite, demo, member, lang):
    """A mail was sent for sharing; the same is reported."""
    browser = Browser(demo["url"], PICTURES)
    browser.sign_in(member["user"], member["password"], lang)
    browser.open("/submissions")
    browser.follow(browser.find(".rows a[href^='/submissions/']"))
    suite.check(f"submission {lang}", browser.faults(f"reports-submission-{lang}"))
    person = Person(browser, READING_SECONDS)
    person.presses("a[href^='/reports/new?submission=']")
    person.reads()
    suite.check(f"new from submission {lang}", browser.faults(f"reports-from-submission-{lang}"))
    aware = browser.find("[name='t-awareness']").get_attribute("value")
    suite.check(f"its time is filled in: `{aware}`", len(aware) == len("2026-11-23 09:40"))
    person.fills("f-outline", WORDS[lang]["outline"])
    suite.check("whoever is signed in stands there as the contact", browser.find("[name='f-contact']").get_attribute("value"))
    person.ticks("address", office_box(browser))
    person.ticks("rest_unknown", "yes")
    person.presses("form[action='/reports'] p.acts button")
    sent(suite, person, lang, "submission")
    suite.check("from a submission within two minutes",
                person.told(f"from a submission ({lang})", FROM_SUBMISSION_LIMIT_SECONDS))
    browser.close()


def from_file(suite, browser, lang):
    with tempfile.TemporaryDirectory() as folder:
        for name, text, good in (("a.json", json.dumps(RECORD), True), ("b.json", "{", False)):
            file = pathlib.Path(folder) / name
            file.write_text(text)
            browser.open("/reports/new")
            browser.find("main details summary").click()
            browser.find("#file").send_keys(str(file))
            browser.press("form[action='/reports/import'] button")
            suite.check(f"import {name} {lang}", browser.faults(f"reports-import-{name}-{lang}"))
            suite.check(f"{name} leads to {browser.path()}", browser.path().endswith("/edit") == good)
            if good:
                outline = browser.find("[name='f-outline']").get_attribute("value")
                suite.check("its summary stands in the form", outline == RECORD["summary"])


def ministry(suite, demo, report, lang):
    """The office reads, gives its number, asks back; its look is told to the reporter."""
    office = next(o for o in demo["organisations"] if o["slug"] == "ministry")
    browser = Browser(demo["url"], PICTURES)
    browser.sign_in(office["user"], office["password"], lang)
    browser.open("/office")
    suite.check(f"office board {lang}", browser.faults(f"reports-office-{lang}"))
    browser.open(report.replace("/reports/", "/office/"))
    suite.check(f"office report {lang}", browser.faults(f"reports-office-one-{lang}"))
    suite.check("the office reads what was sent", WORDS[lang]["outline"] in browser.text())
    number = f"W-{lang}"
    browser.write("number", number)
    browser.press("form[action$='/acknowledge'] button")
    browser.find("[name='text']").send_keys("?")
    browser.press("form[action$='/ask'] button")
    suite.check(f"office answered {lang}", browser.faults(f"reports-office-answered-{lang}"))
    browser.close()
    return number


def main():
    demo = json.loads(pathlib.Path(sys.argv[1]).read_text())
    suite = Suite()
    member = next(o for o in demo["organisations"] if o["slug"] == "kurogane")
    source = next(o for o in demo["organisations"] if o["slug"] == "hayate")
    for lang in ("ja", "en"):
        browser, report = from_nothing(suite, demo, member, lang)
        number = ministry(suite, demo, report, lang)
        browser.open(report)
        suite.check(f"the reporter reads number and look {lang}", number in browser.text())
        suite.check(f"report with its events {lang}", browser.faults(f"reports-events-{lang}"))
        from_file(suite, browser, lang)
        browser.close()
        from_submission(suite, demo, source, lang)
    phone = Browser(demo["url"], PICTURES, width=390, height=844, dark=True)
    phone.sign_in(member["user"], member["password"], "ja")
    for name, path in (("board", "/reports"), ("new", "/reports/new"), ("one", report)):
        phone.open(path)
        suite.check(f"on a telephone, dark: {path}", phone.faults(f"reports-phone-{name}"))
    phone.close()
    suite.end()


main()
