"""Schemathesis against the whole API description, as a member, as hub staff of each role, and as nobody: whatever is sent, no
answer may be a fault of the server.

A community of its own, so that what the cases change disturbs no other script. CASES (environment) asks for more, CASES_SEED for others.
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import requests

from _suite import Suite

suite = Suite()
check = suite.holds

CASES = int(os.environ.get("CASES", "2000"))
binary = os.environ["NOROSHI_BIN"]
database = os.environ.get("CASES_POSTGRES")
folder = os.path.join(tempfile.mkdtemp(), "hub")
more = ["--database", database] if database else []

subprocess.run([binary, "demo", "--once", "--data", folder, "--format", "json", *more], check=True, stdout=subprocess.DEVNULL)
told = json.load(open(os.path.join(folder, "demo.json")))
with open(os.path.join(folder, "noroshi.toml"), "w") as settings:
    settings.write("".join("requests_per_minute_%s = 0\n" % who for who in ("token", "organisation", "address")))
    settings.write("submissions_per_day = 1000000\n")
process = subprocess.Popen([binary, "serve", "--data", folder, "--listen", "127.0.0.1:0", *more], stderr=subprocess.PIPE, text=True)
url = None
for line in process.stderr:
    if "listening on" in line:
        url = line.split("listening on ")[1].strip()
        break
# a hub that has much to say must not wait for us
drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=open(os.path.join(folder, "..", "hub.log"), "w"))


def headers_of(person):
    answer = requests.post(url + "/api/v1/session", json={"login": person["user"], "password": person["password"]}, timeout=30)
    if answer.status_code >= 300 or "set-cookie" not in answer.headers:
        return None
    cookie = answer.headers["set-cookie"].split(";")[0]
    me = requests.get(url + "/api/v1/me", headers={"Cookie": cookie}, timeout=30).json()
    return {"Cookie": cookie, "X-Noroshi-Csrf": me["csrf"]}


members = [one for one in told["organisations"] if "member" in one["roles"]]
callers = {"nobody": {}, "a member's program": {"Authorization": "Bearer " + members[0]["token"]}}
for person in told["people"]:
    if person["role"] not in callers:
        headers = headers_of(person)
        if headers:
            callers[person["role"]] = headers

operations = sum(len([m for m in path if m in ("get", "post", "put", "delete", "patch")])
                 for path in requests.get(url + "/api/v1/openapi.json", timeout=30).json()["paths"].values())
# signing out would end the very session that the cases use; a stream stays open for a quarter of an hour, see `streams`
EXCLUDED = ["/api/v1/session", "/api/v1/events"]
each = max(1, CASES // (len(callers) * operations))
program = os.path.join(os.path.dirname(sys.executable), "schemathesis")



def cases_of(name):
    """Name, how many cases were sent, whether all went well, and what was printed."""
    place = tempfile.mkdtemp(dir=os.path.dirname(folder))
    command = [program, "run", url + "/api/v1/openapi.json", "--checks", "not_a_server_error", "--phases", "coverage,fuzzing",
               "--max-examples", str(each), "--seed", os.environ.get("CASES_SEED", "20110811"), "--request-timeout", "30", "--no-color",
               "--continue-on-failure", "--suppress-health-check", "all"]
    for path in EXCLUDED:
        command += ["--exclude-path", path]
    for header, value in callers[name].items():
        command += ["--header", "%s: %s" % (header, value)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=place)
    out = done.stdout + done.stderr
    return name, sum(int(n.replace(",", "")) for n in re.findall(r"([\d,]+) generated", out)), done.returncode == 0, out


def streams(name):
    """Opens the stream of news with what may stand behind `after`, and closes it after the head of the answer; the statuses."""
    dice = random.Random(name)
    asked = ["", "0", "-1", "x", "%00", "1&after=2", str(2**63), str(-2**63), "9" * 400]
    asked += [str(dice.randint(-2**63, 2**63 - 1)) for _ in range(each)]
    seen = []
    for after in asked:
        with requests.get(url + "/api/v1/events?after=" + after, headers=callers[name], stream=True, timeout=30) as answer:
            seen.append(answer.status_code)
    return seen


total = 0
for name in callers:
    seen = streams(name)
    total += len(seen)
    check("%s: no server error in %d streams" % (name, len(seen)), all(status < 500 for status in seen), seen)
# two at a time: one works out its next case while the hub answers the other
with ThreadPoolExecutor(2) as two:
    for name, cases, well, out in two.map(cases_of, callers):
        total += cases
        print("%s: %d cases" % (name, cases), flush=True)
        check("%s: no server error in %d cases" % (name, cases), well and cases > 0, out[-800:])
check("the hub is still ready", requests.get(url + "/readyz", timeout=10).status_code == 200)
check("%d cases asked for, %d sent" % (CASES, total), total >= CASES // 2)
process.terminate()
process.wait()
drain.wait()
shutil.rmtree(os.path.dirname(folder))
print("%d operations, %d callers, %d cases" % (operations, len(callers), total))
suite.end()
