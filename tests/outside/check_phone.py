#!/usr/bin/env python3
"""A supplier answers a check with a telephone in its hand: no account, no session, the link and the code that it was sent.

A member asks in the pages; hub staff hands out the link; a browser of a telephone's size opens it, types the code, answers, and
sees its receipt. Timed as the machine does it, and as a person would: a keystroke-level estimate (Card, Moran and Newell 1980: 1.35 s
to decide, 1.1 s to point, 0.28 s a key) with a minute to read. The goal is two minutes.

Called with the path of a running demo's demo.json.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from _browser import Browser  # noqa: E402
from _person import Person  # noqa: E402
from _suite import Suite  # noqa: E402

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target" / "outside" / "pictures"

LIMIT_SECONDS = 120
READING_SECONDS = 60


def ask(suite, demo, slug, lang, named):
    """A customer asks its supplier, and sees its board."""
    org = next(o for o in demo["organisations"] if o["slug"] == slug)
    browser = Browser(demo["url"], PICTURES)
    browser.sign_in(org["user"], org["password"], lang)
    browser.open("/asks")
    suite.check(f"asks {lang}", browser.faults(f"check-asks-{lang}"))
    browser.open("/asks/new")
    suite.check(f"ask form {lang}", browser.faults(f"check-ask-{lang}"))
    box = browser.all("input[name='whom']")
    suite.check("the supplier can be asked", len(box) == 1)
    if not box[0].is_selected():
        box[0].click()
    if named:
        browser.tick("named", "yes")
    browser.press("form[action='/asks'] button")
    suite.check(f"asked: {browser.path()}", browser.path().startswith("/asks/"))
    suite.check(f"board {lang}", browser.faults(f"check-board-{lang}"))
    return browser


def link(suite, demo, lang):
    """Hub staff hands out a link for the first check that is awaited."""
    triager = next(p for p in demo["people"] if p["role"] == "triager")
    browser = Browser(demo["url"], PICTURES)
    browser.sign_in(triager["user"], triager["password"], lang)
    browser.open("/slips")
    suite.check(f"slips {lang}", browser.faults(f"check-slips-{lang}"))
    browser.press("form[action$='/link'] button")
    suite.check(f"link {lang}", browser.faults(f"check-link-{lang}"))
    address, code = browser.find("#address").text, browser.find("#code").text
    browser.close()
    return address, code


def answer(suite, demo, address, code, lang):
    """The telephone."""
    phone = Browser(demo["url"], PICTURES, width=390, height=844)
    person = Person(phone, READING_SECONDS)
    person.reads()
    path = address.removeprefix(demo["url"])
    phone.open(f"{path}?lang={lang}")
    person.tap()
    suite.check(f"code page {lang}", phone.faults(f"check-phone-code-{lang}"))
    suite.check("nothing is said before the code", "evil" not in phone.text() and "invoice" not in phone.text())
    person.fills("code", code)
    person.presses("main form button")
    phone.open(f"{path}?lang={lang}")
    suite.check(f"check page {lang}", phone.faults(f"check-phone-{lang}"))
    for name, number in (("checked", "38"), ("hits", "0")):
        person.fills(name, number)
    person.ticks("leaving", "no")
    person.ticks("evidence", "yes")
    person.presses("form[action$='/answer'] button")
    phone.open(f"{path}?lang={lang}")
    in_time = person.told(f"answered ({lang})", LIMIT_SECONDS)
    suite.check(f"receipt {lang}", phone.has(".code"))
    suite.check(f"answered page {lang}", phone.faults(f"check-phone-answered-{lang}"))
    suite.check("within two minutes", in_time)
    other = Browser(demo["url"], PICTURES, width=390, height=844)
    other.open(f"{path}?lang={lang}")
    suite.check("another telephone sees nothing", not other.has("form") and not other.has(".code"))
    other.close()
    phone.close()


def main():
    demo = json.loads(pathlib.Path(sys.argv[1]).read_text())
    suite = Suite()
    for slug, lang, named in (("akebono", "ja", False), ("hayate", "en", True)):
        asker = ask(suite, demo, slug, lang, named)
        board = asker.path()
        address, code = link(suite, demo, lang)
        answer(suite, demo, address, code, lang)
        if named:
            asker.open(board)
            suite.check("a named asker sees the answer at once", asker.has(".chip.good"))
        asker.close()
    supplier = next(o for o in demo["organisations"] if o["slug"] == "matsuba")
    for lang in ("ja", "en"):
        browser = Browser(demo["url"], PICTURES)
        browser.sign_in(supplier["user"], supplier["password"], lang)
        browser.open("/checks")
        suite.check(f"checks {lang}", browser.faults(f"check-list-{lang}"))
        browser.follow(browser.find(".rows a"))
        suite.check(f"check {lang}", browser.faults(f"check-one-{lang}"))
        browser.close()
    suite.end()


if __name__ == "__main__":
    main()
