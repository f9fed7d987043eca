"""The hub is killed (SIGKILL) at random points of the path and started again: what was acknowledged is there, each warning left
exactly once, and nothing left without consent.

A community of its own is made in a temporary folder. ROUNDS rounds (environment KILL_ROUNDS asks for more), seeded.
"""
import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import tempfile
import time

import requests

from _suite import Suite

suite = Suite()
check = suite.holds

ROUNDS = int(os.environ.get("KILL_ROUNDS", "40"))
binary = os.environ["NOROSHI_BIN"]
folder = os.path.join(tempfile.mkdtemp(), "hub")
dice = random.Random(1)


def mail(victim, n):
    return ("Received: from m%d.gang-%d.test (m%d.gang-%d.test [198.51.100.%d]) by mx.%s.example; Mon, 5 Jan 2026 09:00:00 +0900\r\n"
            "From: order@gang-%d.test\r\nTo: a@%s.example\r\nSubject: Invoice\r\nMessage-ID: <%d@gang-%d.test>\r\n\r\n"
            "http://dl.gang-%d.test/pay\r\n" % (n, n, n, n, n % 250 + 1, victim, n, victim, n, n, n)).encode()


def start():
    process = subprocess.Popen([binary, "serve", "--data", folder, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if "listening on" in line:
            return process, line.split("listening on ")[1].strip()
    raise SystemExit("the hub did not start")


def send(url, org, n):
    body = mail(org["slug"], n)
    try:
        answer = requests.post(url + "/api/v1/submissions?filename=a.eml&delay=now", data=body, timeout=10, headers={
            "Authorization": "Bearer " + org["token"], "Content-Type": "message/rfc822", "Idempotency-Key": "k%d" % n})
        return (answer.json()["id"], org, n, body) if answer.status_code in (200, 201, 202) else None
    except (requests.RequestException, ValueError):
        return None


subprocess.run([binary, "demo", "--once", "--data", folder, "--format", "json"], check=True, stdout=subprocess.DEVNULL)
orgs = {o["slug"]: o for o in json.load(open(os.path.join(folder, "demo.json")))["organisations"]}
subprocess.run([binary, "admin", "--data", folder, "rule", "on", "--items-per-day", "1000000"], check=True)
consenting, silent = orgs["hayate"], orgs["okitsu"]
acknowledged, n = [], 1000
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    for _ in range(ROUNDS):
        process, url = start()
        sends = []
        for _ in range(4):
            n += 1
            sends.append(pool.submit(send, url, silent if n % 4 == 0 else consenting, n))
        time.sleep(dice.uniform(0.0, 0.25))
        process.kill()
        process.wait()
        acknowledged += [s.result() for s in sends if s.result()]
process, url = start()
deadline = time.time() + 90


def state(one):
    answer = requests.get(url + "/api/v1/submissions/" + one[0], headers={"Authorization": "Bearer " + one[1]["token"]}, timeout=10)
    return answer.json().get("state") if answer.status_code == 200 else answer.status_code


expect = {consenting["slug"]: "shared", silent["slug"]: "drafted"}
waiting = list(acknowledged)
while waiting and time.time() < deadline:
    waiting = [one for one in waiting if state(one) != expect[one[1]["slug"]]]
    time.sleep(0.2)
check("every acknowledged submission went its whole way", not waiting, [(one[2], state(one)) for one in waiting])
lost = [one[2] for one in acknowledged
        if requests.get(url + "/api/v1/submissions/%s/raw" % one[0], timeout=10,
                        headers={"Authorization": "Bearer " + one[1]["token"]}).content != one[3]]
check("every acknowledged submission has its bytes", not lost, lost)
check("something was acknowledged and killed", len(acknowledged) > ROUNDS // 2, len(acknowledged))

reader, objects, after = orgs["ibuki"], [], None
while True:
    page = requests.get("%s/taxii2/hub/collections/%s/objects/" % (url, reader["collections"]["machinery"]), timeout=30,
                        params={"next": after} if after else {}, headers={"Authorization": "Bearer " + reader["token"]}).json()
    objects += page.get("objects", [])
    after = page.get("next")
    if not after:
        break
patterns = [o["pattern"] for o in objects if o["type"] == "indicator"]
for slug, times in ((consenting["slug"], 1), (silent["slug"], 0)):
    odd = []
    for one in acknowledged:
        if one[1]["slug"] == slug:
            count = sum("'order@gang-%d.test'" % one[2] in p for p in patterns)
            if count != times:
                odd.append((one[2], count))
    check("what %s sent left %d times" % (slug, times), not odd, odd)
process.kill()
process.wait()
shutil.rmtree(os.path.dirname(folder))
print("%d rounds, %d acknowledged, %d objects" % (ROUNDS, len(acknowledged), len(objects)))
suite.end()
