"""The log of a running hub read by a stranger: Go's golang.org/x/mod/sumdb fetches its tiles and proves every leaf in every tree,
and checks receipts of real submissions; PyPI's pymerkle does the same from the leaves alone. Nothing of ours takes part in the judging.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import requests

import _log_pymerkle

from _suite import Suite

suite = Suite()
check = suite.holds

demo = json.load(open(sys.argv[1]))
binary, data = os.environ["NOROSHI_BIN"], os.path.dirname(sys.argv[1])
url = demo["url"].rstrip("/")


def size():
    answer = requests.get(url + "/log/checkpoint", timeout=10)
    return int(answer.text.split("\n")[1]) if answer.status_code == 200 else 0


def receipt(org, submission):
    return requests.get("%s/api/v1/submissions/%s/log-receipt" % (url, submission), timeout=10,
                        headers={"Authorization": "Bearer " + org["token"]})


org = next(o for o in demo["organisations"] if o.get("slug") == "hayate")
sent, folder = [], pathlib.Path(tempfile.mkdtemp())
for n in range(5):
    answer = requests.post(url + "/api/v1/submissions", data=b"198.51.100.%d" % n, timeout=10,
                           headers={"Authorization": "Bearer " + org["token"]})
    sent.append(answer.json()["id"])
first = receipt(org, sent[0])
check("a fresh receipt says pending or included", first.headers.get("noroshi-log") in ("pending", "included"), first.text)
# all that the example did goes before it; a beat is five seconds
for _ in range(120):
    if size() >= 128 and all(receipt(org, one).headers["noroshi-log"] == "included" for one in sent):
        break
    time.sleep(1)
files = []
for one in sent:
    path = folder / (one + ".tlog-proof")
    path.write_text(receipt(org, one).text)
    files.append(str(path))
vkey = subprocess.run([binary, "log", "keys", "--data", data], check=True, capture_output=True, text=True).stdout.split()[-1]
go = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOFLAGS="")
program = folder / "log_live.go"
program.write_text((pathlib.Path(__file__).parent / "_log_live.go").read_text())
judged = subprocess.run(["go", "run", str(program), url + "/log", vkey] + files, env=go, capture_output=True, text=True)
check("go judges", judged.returncode == 0, judged.stderr)
if judged.returncode == 0:
    leaves, trees, grown, proofs, accepted, refused, receipts = map(int, judged.stdout.split())
    print("%d leaves, %d proofs accepted, %d mutated refused, %d receipts" % (leaves, accepted, refused, receipts))
    check("enough leaves", leaves >= 128, leaves)
    check("the newest tree continues every other", grown == trees >= min(50, 100_000 // leaves), (grown, trees))
    check("every proof accepted", accepted == proofs >= 8_000, (accepted, proofs))
    check("every mutated proof refused", refused == proofs, refused)
    check("every receipt accepted", receipts == len(files), receipts)
leaves, theirs, proofs, accepted, refused, receipts = _log_pymerkle.judge(url, files)
print("pymerkle: %d leaves, %d of %d proofs accepted, %d mutated refused, %d receipts" % (leaves, accepted, proofs, refused, receipts))
check("the checkpoint's root is the root of the leaves", theirs)
check("pymerkle accepts every proof", accepted == proofs >= 10_000, accepted)
check("pymerkle refuses every mutated proof", refused == proofs, refused)
check("pymerkle would give the same receipts", receipts == len(files), receipts)
ours = subprocess.run([binary, "verify", "--key", vkey, "--format", "jsonl"] + files, capture_output=True, text=True)
check("our own verifier agrees", ours.returncode == 0, ours.stdout + ours.stderr)
tile = requests.get(url + "/log/tile/0/000.p/128", timeout=10)
check("a tile may be kept for ever", "immutable" in tile.headers.get("cache-control", ""), tile.headers)
check("a name that is not canonical is absent", requests.get(url + "/log/tile/0/0", timeout=10).status_code == 404)
copy = str(folder / "copy")
for word in ("before", "before"):
    followed = subprocess.run([binary, "log", "check", "--follow", url + "/log", "--copy", copy, "--key", vkey], capture_output=True, text=True)
    check("a follower sees it only grow", followed.returncode == 0 and word in followed.stdout, followed.stdout + followed.stderr)
suite.end()
