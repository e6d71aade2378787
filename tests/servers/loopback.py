"""Private ports on the loopback interface, and asking what listens there."""

from __future__ import annotations

import secrets
import socket

HOST = "127.0.0.1"
_PORTS = range(15_000, 32_000)
"""Below those that the system gives to whoever dials out: a server that is away for a moment would lose its
port to a client, even to one that dials that very port and so finds itself."""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    # Not `random`: test runs with the same seed would all choose the same.
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


def answers(port: int, question: bytes, expected: bytes) -> bool:
    """Whether the server on `port` answers `question` with something that begins with `expected`, in 2 s."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(question)
            return connection.recv(len(expected)) == expected
    except OSError:
        return False
