"""Ports for the servers that a suite starts itself."""

import socket


def free_port():
    """One that was free a moment ago."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
