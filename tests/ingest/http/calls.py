"""Asking a channel, by a client that keeps the rules and by bytes that do not."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from ingest.http import HttpChannel
from tests.servers.loopback import HOST

Open = Callable[..., HttpChannel]
"""Starts a channel with the checks, routes and settings given."""

HALF = b"GET /health/live HTTP/1.1\r\nHost: desk\r\n"
WHOLE = HALF + b"\r\n"


def ask(channel: HttpChannel, path: str, method: str = "GET", body: bytes | None = None) -> HTTPResponse:
    """One request on a connection of its own; the answer's body is in its ``said``."""
    with closing(HTTPConnection(HOST, channel.port, timeout=60)) as connection:
        connection.request(method, path, body)
        response = connection.getresponse()
        response.said = response.read()  # type: ignore[attr-defined]
    return response


def said(response: HTTPResponse) -> Any:
    """The JSON of an answer."""
    return json.loads(response.said)  # type: ignore[attr-defined]


def rest_of(wire: socket.socket, seconds: float = 10) -> bytes:
    """Everything that still comes before the other side closes."""
    wire.settimeout(seconds)
    pieces = []
    try:
        while piece := wire.recv(65_536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


def dial(channel: HttpChannel) -> socket.socket:
    """A raw connection."""
    return socket.create_connection((HOST, channel.port), timeout=60)
