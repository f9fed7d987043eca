#!/usr/bin/env python3
"""The agent's page of its own state, as a member's administrator sees it: on a telephone and on a desk, in both languages, with a hit
that waits for a person. And what a foreign client may do there: read, nothing else.

Called with the path of a running demo's demo.json.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from _browser import Browser  # noqa: E402
from _suite import Suite, free_port  # noqa: E402

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "target" / "outside" / "pictures"
suite = Suite()
check = suite.check
SOON_SECONDS = 60


def hosts(demo, token):
    """Hosts of the warnings that the member has: they go into its log, so that something is hit."""
    headers = {"Authorization": f"Bearer {token}"}
    rows = requests.get(f"{demo['url']}/api/v1/items", headers=headers, timeout=30).json()["rows"]
    found = []
    for row in rows:
        item = requests.get(f"{demo['url']}/api/v1/items/{row['id']}", headers=headers, timeout=30).json()
        found += [one["value"] for one in item["content"]["indicators"] if one["kind"] == "domain"]
    return found


def waits(page):
    """The page's JSON once a hit waits and the hub calls."""
    begun, status = time.monotonic(), {}
    while time.monotonic() - begun < SOON_SECONDS:
        try:
            status = requests.get(f"{page}/status.json", timeout=5).json()
            if status["called"] and any(one["outcome"] == "hit" for one in status["waiting"]):
                return status
        except requests.ConnectionError:
            pass
        time.sleep(0.3)
    return status


def looked_at(page):
    for name, lang, width in (("desk", "ja", 1280), ("desk", "en", 1280), ("phone", "ja", 390), ("phone", "en", 390)):
        browser = Browser(page, PICTURES, width=width, height=844)
        headers = {"headers": {"Accept-Language": lang}}
        browser.driver.execute_cdp_cmd("Network.enable", {})
        browser.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", headers)
        browser.open("/")
        check(f"the agent's page, {name}, {lang}", browser.faults(f"agent-{name}-{lang}"))
        said = browser.find("html").get_attribute("lang")
        check(f"in {lang}: {said}", said == lang)
        browser.close()


def main():
    demo = json.loads(pathlib.Path(sys.argv[1]).read_text())
    token = next(o for o in demo["organisations"] if o["slug"] == "ibuki")["token"]
    page = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        site = pathlib.Path(folder)
        (site / "logs").mkdir()
        lines = "".join(f"12:00:00 GET http://{host}/ 200\n" for host in hosts(demo, token))
        (site / "logs" / "proxy <b>.log").write_text(lines)
        (site / "token").write_text(token)
        (site / "agent.toml").write_text(
            f"hub = \"{demo['url']}\"\ntoken_file = \"{folder}/token\"\nwatch = [\"{folder}/logs\"]\n"
            f"state = \"{folder}/state\"\npage = \"{page.removeprefix('http://')}\"\n")
        agent = subprocess.Popen([os.environ["NOROSHI_BIN"], "agent", "--policy", str(site / "agent.toml")])
        try:
            status = waits(page)
            check(f"a hit waits and the hub calls: {status}", bool(status.get("called") and status.get("waiting")))
            looked_at(page)
            check("no other path", requests.get(f"{page}/etc/passwd", timeout=5).status_code == 404)
            check("nothing can be changed", requests.post(f"{page}/", timeout=5).status_code == 405)
            # a page of the internet that resolves its own name to this machine must read nothing
            other = requests.get(f"{page}/status.json", headers={"Host": "attacker.test"}, timeout=5)
            check(f"another host name reads nothing: {other.status_code}", other.status_code == 421)
        finally:
            agent.kill()
            agent.wait()
    suite.end()


main()
