"""What TAXII clients in the field really send, replayed request by request against the running example.

Each function is one client with its documented habit; then a few thousand hostile requests, of which none may be answered with 5xx, HTML or
an error without a title. argv[1] is demo.json, argv[2] (optional) how many. Closes with the counts.
"""
import base64
import http.client
import json
import random
import sys
import time
import urllib.parse
import uuid

from _suite import Suite

suite = Suite()
check = suite.holds

demo = json.load(open(sys.argv[1]))
fuzz = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
orgs = {o["slug"]: o for o in demo["organisations"]}
org = orgs["ibuki"]
host = urllib.parse.urlsplit(demo["url"]).netloc
root = "/taxii2/hub/"
shared, own = org["collections"]["machinery"], org["collections"]["own"]


def basic(user, password):
    return "Basic " + base64.b64encode(("%s:%s" % (user, password)).encode()).decode()


def ask(method, path, headers=(), body=None):
    """Status, headers (small letters), bytes; header names and values exactly as given."""
    line = http.client.HTTPConnection(host, timeout=30)
    line.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers:
        line.putheader(name, value)
    if body is not None:
        line.putheader("Content-Length", str(len(body)))
    line.endheaders(body)
    answer = line.getresponse()
    out = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    line.close()
    return out


def indicator(n=None):
    return {"type": "indicator", "spec_version": "2.1", "id": "indicator--%s" % uuid.uuid4(),
            "created": "2026-01-04T00:00:00.000Z", "modified": "2026-01-04T00:00:00.000Z",
            "pattern": "[domain-name:value = 'c%s.attacker.test']" % (n or random.randrange(10**9)), "pattern_type": "stix",
            "valid_from": "2026-01-04T00:00:00Z"}


def elastic():
    """The first `added_after` has no fraction; then `next` and `limit` only, as long as `next` is there, whatever `more` says; the cursor is
    X-Taxii-Date-Added-Last; it maps over `objects` without a test for the key."""
    auth = [("Authorization", basic(org["user"], org["token"])), ("Accept", "application/taxii+json;version=2.1")]
    after = "2020-01-01T00:00:00Z"
    path = "%scollections/%s/objects/?added_after=%s&limit=2" % (root, shared, after)
    seen, last = [], None
    for _ in range(1000):
        status, headers, body = ask("GET", path, auth)
        page = json.loads(body)
        check("elastic: 200 with objects", status == 200 and isinstance(page.get("objects"), list), body)
        seen += [o["id"] for o in page["objects"]]
        last = headers["x-taxii-date-added-last"]
        if not page.get("next"):
            break
        path = "%scollections/%s/objects/?next=%s&limit=2" % (root, shared, page["next"])
    check("elastic: each object once", seen and len(seen) == len(set(seen)), len(seen))
    status, headers, body = ask("GET", "%scollections/%s/objects/?added_after=%s&limit=2" % (root, shared, last), auth)
    check("elastic: nothing new is the empty object of the standard, without headers",
          (status, body) == (200, b"{}") and not any(h.startswith("x-taxii") for h in headers), body)


def opencti_connector():
    """Follows `next` and drops `added_after`; finds the collection by its title; asks without a trailing slash."""
    auth = [("Authorization", "Bearer " + org["token"]), ("Accept", "application/taxii+json;version=2.1")]
    status, _, body = ask("GET", root + "collections", auth)
    titles = {c["title"]: c["id"] for c in json.loads(body)["collections"]}
    check("opencti connector: titles are distinct names", status == 200 and len(titles) >= 3, titles)
    query, seen = "added_after=2020-01-01T00:00:00Z&limit=3", []
    while True:
        _, _, body = ask("GET", "%scollections/%s/objects?%s" % (root, shared, query), auth)
        page = json.loads(body)
        seen += [o["id"] for o in page["objects"]]
        if not page.get("more"):
            break
        query = "next=%s" % page["next"]
    check("opencti connector: nothing twice, nothing lost", len(seen) == len(set(seen)) > 3, len(seen))


def opencti_ingester():
    """Sends `next` and `added_after` together, and accepts what axios accepts."""
    auth = [("Authorization", basic("anyone", org["token"])), ("Accept", "application/json, text/plain, */*")]
    base = "%scollections/%s/objects/?added_after=2020-01-01T00:00:00.000Z" % (root, shared)
    _, headers, body = ask("GET", base + "&limit=2", auth)
    check("opencti ingester: TAXII's own type", "version=2.1" in headers["content-type"], headers)
    first = json.loads(body)
    status, _, body = ask("GET", "%s&next=%s" % (base, first["next"]), auth)
    rest = json.loads(body)
    check("opencti ingester: the second page goes on", status == 200 and
          not {o["id"] for o in first["objects"]} & {o["id"] for o in rest["objects"]}, body)


def opencti_taxii_post():
    """One object at a time, in a bundle; the media type of STIX with a blank before `version`."""
    headers = [("Authorization", "Bearer " + org["token"]), ("Content-Type", "application/stix+json; version=2.1"),
               ("Accept", "application/taxii+json; version=2.1")]
    one = indicator()
    bundle = json.dumps({"type": "bundle", "id": "bundle--%s" % uuid.uuid4(), "objects": [one]}).encode()
    status, _, body = ask("POST", "%scollections/%s/objects/" % (root, own), headers, bundle)
    check("taxii-post: taken", status == 202 and json.loads(body)["success_count"] == 1, body)
    status, _, body = ask("GET", "%scollections/%s/objects/%s/" % (root, own, one["id"]), headers[:1])
    check("taxii-post: comes back", status == 200 and json.loads(body)["objects"] == [one], body)


def splunk():
    """An API root, no discovery; Basic; lists the collections to find the id; posts a serialised bundle as the envelope; keeps the status."""
    auth = [("Authorization", basic(org["user"], org["token"])), ("Accept", "application/taxii+json;version=2.1")]
    status, _, body = ask("GET", root, auth)
    check("splunk: the root", status == 200 and "application/taxii+json;version=2.1" in json.loads(body)["versions"], body)
    _, _, body = ask("GET", root + "collections/", auth)
    writable = [c["id"] for c in json.loads(body)["collections"] if c["can_write"] is True]
    check("splunk: one writable collection", writable == [own], writable)
    bundle = json.dumps({"type": "bundle", "id": "bundle--%s" % uuid.uuid4(), "objects": [indicator(), indicator()]}, indent=4)
    post = auth + [("Content-Type", "application/taxii+json;version=2.1")]
    status, _, body = ask("POST", "%scollections/%s/objects/" % (root, own), post, bundle.encode())
    said = json.loads(body)
    check("splunk: complete at once", (status, said["status"], said["pending_count"]) == (202, "complete", 0), body)
    status, _, body = ask("GET", "%sstatus/%s/" % (root, said["id"]), auth)
    check("splunk: the status again", status == 200 and json.loads(body) == said, body)


def sentinel():
    """An API root and a collection id that is a UUID of version 4; user and password, no bearer."""
    check("sentinel: ids are version 4", all(uuid.UUID(c).version == 4 for c in org["collections"].values()))
    auth = [("Authorization", basic(org["user"], org["token"])), ("Accept", "application/taxii+json;version=2.1")]
    status, headers, body = ask("GET", "%scollections/%s/objects/?match%%5Btype%%5D=indicator&match%%5Bspec_version%%5D=2.1" % (root, shared), auth)
    check("sentinel: indicators only", status == 200 and {o["type"] for o in json.loads(body)["objects"]} == {"indicator"}, body)


def misp_push():
    """An event of many thousand attributes in one envelope, the token bare in the header."""
    headers = [("Authorization", org["token"]), ("Content-Type", "application/taxii+json;version=2.1"),
               ("Accept", "application/taxii+json;version=2.1")]
    many = [indicator(n) for n in range(20000)]
    body = json.dumps({"objects": many}).encode()
    status, _, answer = ask("POST", "%scollections/%s/objects/" % (root, own), headers, body)
    check("misp: 20,000 in one envelope", status == 202 and json.loads(answer)["success_count"] == 20000, answer)
    status, _, answer = ask("POST", "%scollections/%s/objects/" % (root, own), headers, body)
    check("misp: the same again is a success and no news", status == 202 and json.loads(answer)["failure_count"] == 0, answer)
    path, seen = "%scollections/%s/objects/?limit=1000" % (root, own), set()
    while True:
        page = json.loads(ask("GET", path, headers)[2])
        seen |= {o["id"] for o in page.get("objects", [])}
        if not page.get("more"):
            break
        path = "%scollections/%s/objects/?limit=1000&next=%s" % (root, own, page["next"])
    check("misp: all of them are read back", {o["id"] for o in many} <= seen, len(seen))


def event_source():
    """A browser's EventSource: the first event says where the collection stands, and only that."""
    line = http.client.HTTPConnection(host, timeout=10)
    line.request("GET", "%scollections/%s/news/" % (root, shared), headers={"Authorization": "Bearer " + org["token"], "Accept": "text/event-stream"})
    answer = line.getresponse()
    check("events: the type", answer.getheader("content-type", "").startswith("text/event-stream"), answer.getheaders())
    text = b""
    while b"\n\n" not in text:
        text += answer.read1(4096)
    said = dict(part.split(": ", 1) for part in text.decode().split("\n\n")[0].split("\n"))
    check("events: news", said.get("event") == "news" and set(json.loads(said["data"])) == {"collection", "date_added_last"}, said)
    line.close()


def hostile(rounds):
    """Every malformed id, filter, media type, encoding, depth."""
    rng = random.Random(20260105)
    words = ["", "%00", "%ff", "..", "null", "-1", "0", "1e9", "last", "all", "first", "2026-13-45T99:99:99Z", "2026-01-01T00:00:00Z",
             "9" * 400, "indicator--x", "indicator--" + str(uuid.uuid4()), "indicator,,report", "%F0%9F%94%A5", "'%22;--", "a" * 3000, "%5B%5D"]
    names = ["added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]", "match[colour]", "match[", "x"]
    ends = ["", "collections/", "collections/%s/", "collections/%s/objects/", "collections/%s/manifest/", "collections/%s/news/",
            "collections/%s/objects/%s/", "collections/%s/objects/%s/versions/", "status/%s/", "nothing/%s/"]
    bodies = [b"", b"{}", b"[]", b"{", b'{"objects":[', b'{"objects":{}}', b'{"objects":[1,null,"x",[],{}]}', b"[" * 5000, b'{"a":' * 5000,
              b"\xff\xfe\x00", b'{"objects":[{"type":"indicator","id":"indicator--1"}]}', b'{"objects":[{"type":"x"}' + b',{"type":"x"}' * 300 + b"]}",
              json.dumps({"objects": [indicator(), indicator()]}).encode()[:-40]]
    types = ["application/taxii+json;version=2.1", "application/stix+json", "text/plain", "application/taxii+json;version=2.0", "x", "", ";;;", "*/*;q=0", "a/b;q=x"]
    shown = ["Bearer " + org["token"]] * 6 + ["Bearer x", "Basic !!!", "Basic " + base64.b64encode(b"a").decode(), "", "Negotiate x", basic("a", "b" * 100)]
    for n in range(rounds):
        end = rng.choice(ends)
        while "%s" in end:
            end = end.replace("%s", rng.choice([shared, own, str(uuid.uuid4())] + words[1:]), 1)
        query = "&".join("%s=%s" % (rng.choice(names), rng.choice(words)) for _ in range(rng.randrange(4)))
        path = root + end + ("?" + query if query else "")
        method = rng.choice(["GET"] * 6 + ["POST", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD"])
        headers = [("Authorization", rng.choice(shown)), ("Accept", rng.choice(types + types[:1] * 8))]
        body = None
        if method in ("POST", "PUT", "PATCH"):
            headers.append(("Content-Type", rng.choice(types)))
            body = rng.choice(bodies)
        status, got, answer = ask(method, path.replace(" ", "%20"), headers, body)
        good = status < 500 and "html" not in got.get("content-type", "")
        if status == 401:
            good = good and "www-authenticate" in got
        if status >= 400 and method != "HEAD":
            try:
                good = good and isinstance(json.loads(answer)["title"], str)
            except ValueError:
                good = False
        check("hostile %d: %s %s" % (n, method, path[:200]), good, (status, got, answer[:200]))


for habit in (elastic, opencti_connector, opencti_ingester, opencti_taxii_post, splunk, sentinel, misp_push, event_source):
    try:
        habit()
    except Exception as why:  # a habit that breaks is a failure of the server, not of the script
        check(habit.__name__, False, repr(why))
begun = time.time()
hostile(fuzz)
print("hostile requests: %d in %.0f s" % (fuzz, time.time() - begun))
suite.end()
