#!/usr/bin/env python3
"""A wave of mails: five hundred forwards at once, most of them copies of one attack, from twenty people of five members.

What is checked: each is taken, none is lost, each sender has a receipt and later the verdict for each; one verdict of one triager, who
answers as soon as the queue shows the wave, closes all copies; the first verdict is in a sender's mailbox soon after the first forward.
How long each part took is printed; docs/performance.md has what a release build takes on a quiet machine.

Called with the path of a running demo's demo.json, which it does not need. BURST_MAILS (environment) asks for more, BURST_SECONDS=10
for the goal of a release build.
"""

import concurrent.futures
import os
import smtplib
import time

from _mail_hub import forward, play, until

MAILS = int(os.environ.get("BURST_MAILS", "500"))
MEMBERS, PEOPLE_EACH = 5, 4
# of a development build beside other tests
FIRST_VERDICT_SECONDS_MAX = float(os.environ.get("BURST_SECONDS", "60"))
ALL_SECONDS_MAX = 300
# of fifteen mails one is none of the wave
ALONE_EVERY = 15


def original(n, sender):
    """What one person got: the wave's mail, or one that nobody else has."""
    gang = f"gang-{n}" if n % ALONE_EVERY == 0 else "evil-pay"
    subject = f"schedule {n}" if n % ALONE_EVERY == 0 else "invoice"
    return (
        f"Received: from m.{gang}.test (m.{gang}.test [198.18.7.{n % 250 + 1}]) by mx.{sender.split('@')[1]}; Tue, 24 Nov 2026 09:00:00 +0900\r\n"
        f"From: Billing <bill@{gang}.test>\r\nTo: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{n}@{gang}.test>\r\n\r\n"
        f"Pay at https://{gang}.test/settle\r\n"
    )


class Person:
    def __init__(self, hub, member, number):
        self.login, self.address = f"p{member}-{number}", f"p{number}@member-{member}.example"
        hub.person(self.login, f"member-{member}:reporter")

    def settle(self, hub):
        self.session = hub.sign_in(self.login)
        hub.contact(self.session, self.address)
        self.intake = hub.intake(self.session)

    def send(self, hub, numbers):
        """All of this person's forwards over one conversation. How many were taken."""
        taken = 0
        with smtplib.SMTP("127.0.0.1", hub.mail_port, timeout=60) as line:
            for n in numbers:
                taken += line.sendmail(self.address, [self.intake], forward(self.address, original(n, self.address))) == {}
        return taken


def verdicts(hub, triager):
    """Closes what the queue shows. How many rows it took."""
    rows = triager.get(hub.url + "/api/v1/staff/submissions?limit=200", timeout=60).json()["rows"]
    closed = 0
    for row in rows:
        if row["state"] != "received":
            body = {"fields": {"verdict": "mass-mailed"}, "close": True}
            answer = triager.post(hub.url + f"/api/v1/staff/submissions/{row['id']}/triage", json=body, timeout=60)
            closed += answer.status_code == 204
    return closed


def submissions(hub, person):
    """All that this person's organisation sent."""
    out, path = [], "/api/v1/submissions?limit=100"
    while path:
        answer = person.session.get(hub.url + path, timeout=60).json()
        out += answer["rows"]
        path = answer.get("next") and f"/api/v1/submissions?limit=100&after={answer['next']}"
    return out


def story(count, hub, relay, people):
    triager = hub.sign_in("tri")
    for person in people:
        person.settle(hub)
    took = {}
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(people)) as pool:
        sending = [pool.submit(one.send, hub, range(k, MAILS, len(people))) for k, one in enumerate(people)]
        told = lambda: any("mass mail, nothing to do" in mail.get_content() for _, _, mail in list(relay.mails))
        while not told() and time.monotonic() - start < ALL_SECONDS_MAX:
            verdicts(hub, triager)
            time.sleep(0.05)
        took["first verdict in a mailbox"] = time.monotonic() - start
        taken = sum(one.result() for one in sending)
        took["all taken, at most"] = time.monotonic() - start
    count.holds(f"{MAILS} mails taken", taken == MAILS, taken)
    seconds = took["first verdict in a mailbox"]
    count.holds(f"first verdict within {FIRST_VERDICT_SECONDS_MAX:g} s", seconds <= FIRST_VERDICT_SECONDS_MAX, seconds)

    first_of_each = {person.intake: person for person in people}.values()
    everything = lambda: [row for person in first_of_each for row in submissions(hub, person)]
    count.holds("each is a submission", len(everything()) == MAILS, len(everything()))
    read = until(ALL_SECONDS_MAX, lambda: all(row["state"] != "received" for row in everything()))
    count.holds("each is read", read)
    took["all read"] = time.monotonic() - start
    closed = verdicts(hub, triager)
    took["all answered"] = time.monotonic() - start
    rows = everything()
    count.holds("each is closed", all(row["state"] == "closed" for row in rows), {row["state"] for row in rows})
    alone = len(range(0, MAILS, ALONE_EVERY))
    count.holds("by one verdict for the wave and one for each that is none of it", closed <= 1 + alone, closed)

    def letters(words):
        return [mail.get_content() for _, _, mail in list(relay.mails) if words in mail.get_content()]

    def answered():
        texts = letters("mass mail, nothing to do")
        return all(any(row["code"] in text for text in texts) for row in rows)

    def receipts():
        texts = [mail.get_content() for _, _, mail in list(relay.mails)]
        return sum(1 for row in rows if any(row["code"] in text for text in texts)) == MAILS

    count.holds("each sender has a receipt for each", until(120, receipts))
    count.holds("and the verdict for each", until(120, answered))
    took["all letters out"] = time.monotonic() - start
    return {what: round(seconds, 2) for what, seconds in took.items()} | {"last verdicts": closed}


def prepare(hub):
    """A triager of the hub, and the people of the members."""
    hub.organisation("centre", "Centre", "センター", "hub")
    hub.person("tri", "centre:triager")
    for member in range(MEMBERS):
        hub.organisation(f"member-{member}", f"Member {member}", f"会員{member}", "member")
    return [Person(hub, k % MEMBERS, k // MEMBERS) for k in range(MEMBERS * PEOPLE_EACH)]


if __name__ == "__main__":
    play(prepare, story)
