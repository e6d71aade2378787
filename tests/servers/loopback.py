"""Private ports on the loopback interface, and asking what listens there."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def answers(port: int, question: bytes, expected: bytes) -> bool:
    """Whether the server on `port` answers `question` with something that begins with `expected`, in 2 s."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            connection.sendall(question)
            return connection.recv(len(expected)) == expected
    except OSError:
        return False
