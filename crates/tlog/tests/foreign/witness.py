"""A witness that is not ours (PyPI aics-witness, Python 3.12 or later) is offered rewritten histories.

    cargo run -q -p tlog --example rewritten_histories -- 1000 | python witness.py
"""

import base64
import collections
import logging
import sys
import tempfile

from aics_witness.config import LogConfig
from aics_witness.service import Witness, WitnessError
from aics_witness.store import WitnessStore
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def main():
    logging.disable(logging.CRITICAL)
    vkey, first, *bodies = sys.stdin.read().split()
    with tempfile.TemporaryDirectory() as folder, WitnessStore(f"{folder}/witness.db", create=True) as store:
        log = LogConfig.from_strings(vkey.split("+")[0], [vkey])
        witness = Witness("witness.example", Ed25519PrivateKey.from_private_bytes(bytes(32)), store, [log])
        cosigned = witness.add_checkpoint(base64.b64decode(first)).decode()
        print("the true history is cosigned:", cosigned.split(" ")[1])
        answers = collections.Counter()
        for body in bodies:
            try:
                witness.add_checkpoint(base64.b64decode(body))
                answers[200] += 1
            except WitnessError as refusal:
                answers[refusal.status] += 1
    refused = sum(count for status, count in answers.items() if status != 200)
    print(f"rewritten histories: {refused} of {len(bodies)} refused, by status {dict(answers)}")
    sys.exit(refused != len(bodies))


if __name__ == "__main__":
    main()
