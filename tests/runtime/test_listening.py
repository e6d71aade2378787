"""What an operator is told when a role cannot begin to listen."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from runtime.listening import explain
from runtime.settings import Settings, load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an address of their own for each role."""
    return load({"DESPACHO_SMTP_PORT": "2500", "DESPACHO_HTTP_HOST": "192.0.2.7"}, tmp_path)


def failed(number: int, *rest: str) -> OSError:
    """An error as the system raises it."""
    return OSError(number, os.strerror(number), *rest)


@pytest.mark.parametrize(
    ("role", "error", "names"),
    [
        ("smtp", failed(errno.EADDRINUSE), ["2500", "127.0.0.1", "taken", "DESPACHO_SMTP_PORT"]),
        ("http", failed(errno.EADDRINUSE), ["8080", "192.0.2.7", "taken", "DESPACHO_HTTP_PORT"]),
        ("smtp", failed(errno.EACCES), ["may not", "DESPACHO_SMTP_PORT"]),
        ("http", failed(errno.EADDRNOTAVAIL), ["192.0.2.7", "no address", "DESPACHO_HTTP_HOST"]),
        ("http", socket.gaierror(-2, "Name or service not known"), ["no address", "DESPACHO_HTTP_HOST"]),
        ("smtp", ssl.SSLError(9, "[SSL] PEM lib"), ["certificate", "DESPACHO_TLS_CERTIFICATE"]),
        ("smtp", failed(errno.EACCES, "/srv/tls.pem"), ["Permission denied", "/srv/tls.pem"]),
        ("http", failed(errno.EMFILE), ["Too many open files"]),
    ],
)
def test_the_operator_learns_what_to_change(
    settings: Settings, role: str, error: OSError, names: list[str]
) -> None:
    """One line names the role, what is wrong, and the setting where one would help."""
    told = str(explain(role, settings, error))
    assert told.startswith(f"{role}: ")
    assert "\n" not in told
    assert [name for name in names if name not in told] == []
