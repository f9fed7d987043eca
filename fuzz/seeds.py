#!/usr/bin/env python3
"""Seeds of the fuzz targets: the goldens of the crates, and the files that lie inside them.

usage: seeds.py FOLDER
"""
import email
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TNEF = b"\x78\x9f\x3e\x22"


def put(folder, target, name, content):
    place = folder / target
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(content)


def main():
    folder = pathlib.Path(sys.argv[1])
    for path in (ROOT / "crates/mail/goldens").glob("*.eml"):
        raw = path.read_bytes()
        put(folder, "mail", path.name, raw)
        put(folder, "deid", path.name, raw)
        for number, part in enumerate(email.message_from_bytes(raw).walk()):
            inside = None if part.is_multipart() else part.get_payload(decode=True)
            if inside and path.name.startswith("file-"):
                put(folder, "tnef" if inside.startswith(TNEF) else "zip", f"{path.stem}-{number}", inside)
    for path in (ROOT / "crates/indicator/goldens").glob("*.txt"):
        put(folder, "indicator", path.name, path.read_bytes())
    lines = (ROOT / "crates/indicator/tests/lines.rs").read_text(encoding="utf-8")
    for number, line in enumerate(re.findall(r'\("((?:[^"\\]|\\.)*)",', lines)):
        put(folder, "indicator", f"line-{number}", line.encode())
    (folder / "msg").mkdir(parents=True, exist_ok=True)


main()
