"""Webhooks of the running example as a stranger's receiver takes them: signatures checked by `standardwebhooks`, a receiver that is away,
addresses inside that are refused.

argv[1] is demo.json. Closes with the counts.
"""
import http.server
import json
import sys
import threading
import time

import requests
import standardwebhooks

from _suite import Suite

suite = Suite()
check = suite.holds

demo = json.load(open(sys.argv[1]))
url = demo["url"].rstrip("/")
orgs = {o["slug"]: o for o in demo["organisations"]}
source, reader = orgs["hayate"], orgs["ibuki"]


class Receiver(http.server.BaseHTTPRequestHandler):
    calls, status = [], 204

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        Receiver.calls.append((dict(self.headers.items()), body))
        self.send_response(Receiver.status)
        self.send_header("location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
hook = "http://127.0.0.1:%d/hooks/noroshi" % server.server_address[1]


def calls(count, seconds):
    """The calls that came, once there are so many or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(Receiver.calls) < count:
        time.sleep(0.05)
    came, Receiver.calls = Receiver.calls, []
    return came


signed_in = requests.post(url + "/api/v1/session", json={"login": reader["user"], "password": reader["password"]}, timeout=30)
cookie = signed_in.headers["set-cookie"].split(";")[0]
csrf = requests.get(url + "/api/v1/me", headers={"Cookie": cookie}, timeout=30).json()["csrf"]
session = {"Cookie": cookie, "X-Noroshi-Csrf": csrf}


def api(method, path, **more):
    return requests.request(method, url + "/api/v1/" + path, headers=session, timeout=30, **more)


def attack(n):
    mail = ("Received: from m.crew-%d.test (m.crew-%d.test [198.18.9.%d]) by mx.hayate.example; Mon, 5 Jan 2026 09:00:00 +0900\r\n"
            "From: order@crew-%d.test\r\nTo: k.sato@hayate.example\r\nSubject: Invoice\r\nMessage-ID: <%d@crew-%d.test>\r\n\r\n"
            "http://dl.crew-%d.test/pay\r\n" % (n, n, n % 250 + 1, n, n, n, n))
    answer = requests.post(url + "/api/v1/submissions?delay=now&filename=a.eml", data=mail.encode(), timeout=30,
                           headers={"Authorization": "Bearer " + source["token"], "Content-Type": "message/rfc822"})
    check("a mail is taken", answer.status_code == 201, answer.text)


def objects(collection, after):
    return requests.get("%s/taxii2/hub/collections/%s/objects/" % (url, collection), params={"added_after": after}, timeout=30,
                        headers={"Authorization": "Bearer " + reader["token"]})


for inside in ("https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/", "ftp://hooks.example/", "x"):
    answer = api("POST", "webhooks", json={"url": inside})
    check("refused: " + inside, answer.status_code in (400, 422) and "title" in answer.json(), answer.text)
added = api("POST", "webhooks", json={"url": hook})
check("added, with its secret", added.status_code == 201 and added.json()["secret"].startswith("whsec_"), added.text)
hook_id, verifier = added.json()["id"], standardwebhooks.Webhook(added.json()["secret"])
check("a secret is shown once", "whsec_" not in api("GET", "webhooks").text)

tested = api("POST", "webhooks/%s/test" % hook_id)
time.sleep(1)
came = [call for call in calls(1, 5) if b"webhook.test" in call[1]]  # others on this hub may make news meanwhile
check("a test arrives", tested.json() == {"outcome": "204"} and len(came) == 1, tested.text)
check("its signature holds", verifier.verify(came[0][1], came[0][0])["type"] == "webhook.test")

attack(int(time.time()) % 100000)
came = calls(1, 60)
check("news arrives", came)
headers, body = came[0]
told = verifier.verify(body, headers)
check("it is news of collections", told["type"] == "collection.news" and told["data"]["collections"], told)
spoilt = body.replace(b"collection.news", b"collection.olds")
try:
    verifier.verify(spoilt, headers)
    check("a changed body is noticed", False)
except standardwebhooks.WebhookVerificationError:
    check("a changed body is noticed", True)
check("nothing of what it is about", all(word not in body.decode().lower() for word in ("crew-", "hayate", "indicator")), body)
for one in told["data"]["collections"]:
    page = objects(one["id"], one["added_after"])
    check("it leads to the objects of " + one["alias"],
          page.status_code == 200 and page.json().get("objects") and page.headers["x-taxii-date-added-last"] == one["date_added_last"], page.text)

def id_of(call):
    return call[0].get("Webhook-Id", call[0].get("webhook-id"))


def told_twice(n):
    """A message that was not taken, and the one that came in its place."""
    Receiver.status = 204
    while calls(1, 1):  # what is still under way of others on this hub
        pass
    Receiver.status = 302
    attack(n)
    came = calls(1, 60)
    check("a redirect is not followed and not taken", len(came) == 1, came)
    time.sleep(1)
    row = next(one for one in api("GET", "webhooks").json() if one["id"] == hook_id)
    check("the list says what came of it", row["last_outcome"] == "302" and row["again_at"], row)
    Receiver.status = 200
    again = calls(1, 20)
    check("it is told again", len(again) == 1, again)
    verifier.verify(again[0][1], again[0][0])
    return came[0], again[0]


# news that others on this hub made in between is told with it, under an id of its own: then the same is tried with the next
for n in range(100000, 500000, 100000):
    first, second = told_twice(int(time.time()) % 100000 + n)
    check("the same message has the same id, another one another", (first[1] == second[1]) == (id_of(first) == id_of(second)), (first, second))
    if first[1] == second[1]:
        break
check("what was not taken is told again, the same", first[1] == second[1], (first, second))

check("removed", api("DELETE", "webhooks/%s" % hook_id).status_code == 204)
check("absent", api("DELETE", "webhooks/%s" % hook_id).status_code == 404)
attack(int(time.time()) % 100000 + 900000)
check("who was removed hears nothing", calls(1, 5) == [])

suite.end()
