#!/usr/bin/env python3
"""How many odd mails Python's `email` and another reader get right.

usage: odd_mails.py GOLDENS READ.jsonl

GOLDENS holds NAME.eml beside NAME.expected.json; READ.jsonl is what the other reader made of them, one document a line
(see crates/mail/examples/peer.rs).  A mail is right when the subject and the first sender agree, every line of the expected
text stands in what was read (blanks do not count, nor where else the line stands), and every file name of the first level
is there.  Links, problems and the insides of files are not asked for, which is kind to the others.
Prints one JSON object: {"mails", "python": right, "other": right, "python_wrong": [...], "other_wrong": [...]}.
"""
import email
import email.policy
import html
import json
import pathlib
import re
import sys


def squeezed(text):
    return re.sub(r"\s+", "", text or "")


def of_page(page):
    page = re.sub(r"(?is)<(script|style)\b.*?</\1>|<!--.*?-->", " ", page)
    return html.unescape(re.sub(r"(?s)<[^>]*>", " ", page))


def python(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    texts, files = [], []
    for part in message.walk():
        if part is not message and part.get("Subject"):
            texts.append(str(part["Subject"]))
        name = part.get_filename()
        if name:
            files.append(name)
        if part.get_content_maintype() == "text":
            content = part.get_content()
            texts.append(of_page(content) if part.get_content_subtype() == "html" else content)
    senders = [{"name": a.display_name or None, "address": a.addr_spec} for a in message["From"].addresses] if message["From"] else []
    return {"subject": str(message["Subject"] or ""), "from": senders, "text": "\n".join(texts), "files": files}


def is_right(expected, read):
    if squeezed(expected["subject"]) != squeezed(read["subject"]):
        return False
    if expected["from"]:
        if not read["from"]:
            return False
        ours, theirs = expected["from"][0], read["from"][0]
        if ours["address"] != theirs["address"] or (ours["name"] or "") != (theirs["name"] or ""):
            return False
    text = squeezed(read["text"])
    # messages inside are shown with two of their headers, which is our way
    lines = [line for line in expected["text"].splitlines() if not line.startswith(("From: ", "Subject: "))]
    if any(squeezed(line) not in text for line in lines):
        return False
    names = [file["filename"] for file in expected["attachments"] if file["filename"]]
    return all(name in read["files"] for name in names)


def main():
    folder = pathlib.Path(sys.argv[1])
    other = {}
    for line in open(sys.argv[2], encoding="utf-8"):
        document = json.loads(line)
        other[document["name"]] = document
    out = {"mails": 0, "python": 0, "other": 0, "python_wrong": [], "other_wrong": []}
    for path in sorted(folder.glob("*.eml")):
        expected = json.loads((folder / f"{path.stem}.expected.json").read_text(encoding="utf-8"))
        out["mails"] += 1
        try:
            read = python(path.read_bytes())
        except Exception:  # breaking off is the commonest way to get a mail wrong
            read = {"subject": "", "from": [], "text": "", "files": []}
        for who, document in (("python", read), ("other", other.get(path.stem))):
            if document and is_right(expected, document):
                out[who] += 1
            else:
                out[f"{who}_wrong"].append(path.stem)
    print(json.dumps(out))


main()
