"""Real TAXII clients against the running example: taxii2-client, stix2 and curl read the warning and find no sender in it.

argv[1] is demo.json. Closes with the counts.
"""
import json
import subprocess
import sys
import uuid

import stix2
from taxii2client.v21 import Collection, Server, as_pages

from _suite import Suite

suite = Suite()
check = suite.holds

demo = json.load(open(sys.argv[1]))
orgs = {o["slug"]: o for o in demo["organisations"]}
reader, source = orgs["ibuki"], orgs["hayate"]


def objects_of(org, alias):
    url = "%staxii2/hub/collections/%s/" % (demo["url"].rstrip("/") + "/", org["collections"][alias])
    out = []
    for page in as_pages(Collection(url, user=org["user"], password=org["token"]).get_objects, per_request=3):
        out += page.get("objects", [])
    return out


server = Server(demo["taxii_discovery"], user=reader["user"], password=reader["token"])
check("discovery names one API root", len(server.api_roots) == 1, server.api_roots)
titles = {c.id: c.can_read for c in server.api_roots[0].collections}
check("collections are those of demo.json", set(titles) == set(reader["collections"].values()), titles)

objects = objects_of(reader, "machinery")
types = {o["type"] for o in objects}
check("the warning is there", {"indicator", "report", "marking-definition", "identity"} <= types, types)
ids = [o["id"] for o in objects]
check("paging repeats nothing", len(ids) == len(set(ids)), ids)
bad = []
for o in objects:
    try:
        stix2.parse(o, allow_custom=False)
    except Exception as why:
        bad.append((o["id"], why))
check("stix2 parses every object", not bad, bad)

text = json.dumps(objects, ensure_ascii=False).lower()
for needle in (source["name"], source["name_ja"], source["slug"], "k.sato", "佐藤", "mx1.", "akebono", "あけぼの"):
    check("nothing of the sender: " + needle, needle.lower() not in text)

own = Collection("%s/taxii2/hub/collections/%s/" % (demo["url"].rstrip("/"), reader["collections"]["own"]),
                 user=reader["user"], password=reader["token"])
mine = {"type": "indicator", "spec_version": "2.1", "id": "indicator--%s" % uuid.uuid4(),
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
        "pattern": "[domain-name:value = 'x.test']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}
status = own.add_objects({"objects": [mine]})
check("a POST is complete", status.status == "complete" and status.success_count == 1, status._raw)
check("what was posted reads back", any(o["id"] == mine["id"] for o in own.get_objects()["objects"]))
other = Collection("%s/taxii2/hub/collections/%s/" % (demo["url"].rstrip("/"), reader["collections"]["own"]),
                   user=source["user"], password=source["token"])
try:
    other.get_objects()
    check("another's own collection does not exist", False)
except Exception as why:
    check("another's own collection does not exist", "404" in str(why), why)

curl = subprocess.run(
    ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{content_type}", "-H", "Authorization: Bearer " + reader["token"],
     "%s/taxii2/hub/collections/%s/objects/" % (demo["url"].rstrip("/"), reader["collections"]["all"])],
    capture_output=True, text=True)
check("curl without Accept", curl.stdout == "200 application/taxii+json;version=2.1", curl.stdout + curl.stderr)
wrong = subprocess.run(["curl", "-sS", "-i", "-u", "x:wrong", demo["taxii_discovery"]], capture_output=True, text=True).stdout.lower()
check("401 says how to sign in", " 401 " in wrong.splitlines()[0] and "www-authenticate" in wrong, wrong)

suite.end()
