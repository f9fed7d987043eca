#!/usr/bin/env python3
"""What ioc-finder or iocextract find in the cases of an extraction collection.

usage: extract.py ioc-finder|iocextract CASES.jsonl > PREDICTIONS.jsonl

A line a case: {"id", "iocs": [{"type", "value"}], "seconds"}; seconds are those of this process's processor.
"""
import json
import sys
import time


def ioc_finder():
    from ioc_finder import find_iocs

    kinds = {
        "ipv4s": "ipv4", "ipv6s": "ipv6", "domains": "domain", "urls": "url", "email_addresses": "email",
        "md5s": "md5", "sha1s": "sha1", "sha256s": "sha256", "sha512s": "sha512", "cves": "cve",
    }

    def find(text):
        found = find_iocs(text)
        return [(kind, value) for name, kind in kinds.items() for value in found.get(name, [])]

    return find


def iocextract():
    import iocextract as lib

    readers = [
        ("url", lambda text: lib.extract_urls(text, refang=True)),
        ("ipv4", lambda text: lib.extract_ipv4s(text, refang=True)),
        ("ipv6", lib.extract_ipv6s),
        ("email", lambda text: lib.extract_emails(text, refang=True)),
        ("md5", lib.extract_md5_hashes),
        ("sha1", lib.extract_sha1_hashes),
        ("sha256", lib.extract_sha256_hashes),
        ("sha512", lib.extract_sha512_hashes),
    ]

    def find(text):
        return [(kind, value) for kind, read in readers for value in read(text)]

    return find


def main():
    find = {"ioc-finder": ioc_finder, "iocextract": iocextract}[sys.argv[1]]()
    for line in open(sys.argv[2], encoding="utf-8"):
        case = json.loads(line)
        begun = time.process_time()
        try:
            found = find(case["text"])
        except Exception as fault:  # a tool that breaks off has found nothing
            print(f"{sys.argv[1]} {case['id']}: {fault}", file=sys.stderr)
            found = []
        seconds = time.process_time() - begun
        iocs = [{"type": kind, "value": value} for kind, value in dict.fromkeys(found)]
        print(json.dumps({"id": case["id"], "iocs": iocs, "seconds": seconds}))


main()
