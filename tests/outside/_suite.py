"""What every suite counts, how it ends, and ports for the servers that it starts itself."""

import socket
import sys

SEEN_CHARS = 800


class Suite:
    """Counts what was looked at. A fault is printed with what was seen instead; the runner reads the closing line."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, what, faults):
        """A list of faults, empty when there is none; or whether it is so."""
        faults = faults if isinstance(faults, list) else ([] if faults else ["it is not so"])
        if faults:
            self.failed += 1
            print(f"FAILED {what}: " + " | ".join(faults))
        else:
            self.passed += 1

    def holds(self, what, ok, seen=""):
        """Whether it is so, and what was seen if not."""
        self.check(what, [] if ok else [str(seen)[:SEEN_CHARS] or "it is not so"])

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(self.failed > 0)


def free_port():
    """One that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
