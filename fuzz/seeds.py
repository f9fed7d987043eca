#!/usr/bin/env python3
"""Seeds of the fuzz targets: the goldens of the crates, and the files that lie inside them; of MAILS, folders of mails as files, too.

usage: seeds.py FOLDER [MAILS...]
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
    for source in (ROOT / "crates/indicator/tests/lines").glob("*.rs"):
        lines = source.read_text(encoding="utf-8")
        for number, line in enumerate(re.findall(r'\("((?:[^"\\]|\\.)*)",', lines)):
            put(folder, "indicator", f"{source.stem}-{number}", line.encode())
    # Outlook's format is written by no golden: without MAILS its target begins with nothing
    (folder / "msg").mkdir(parents=True, exist_ok=True)
    for mails in sys.argv[2:]:
        for path in (path for path in pathlib.Path(mails).rglob("*") if path.is_file()):
            target = {".msg": "msg", ".eml": "mail"}.get(path.suffix.lower())
            if target:
                put(folder, target, f"{path.parent.name}-{path.name}", path.read_bytes())


main()
