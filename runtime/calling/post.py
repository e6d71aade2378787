"""One signed POST, as Standard Webhooks has it (standardwebhooks.com, 1.0): bounded, without redirects."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import http.client
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.calling.guard import Target

SECONDS = 10.0
"""The whole call, from dialling to the last byte."""
LARGEST_ANSWER = 64 * 1024
"""Bytes of an answer that are read; what it says beyond its status is only shown."""
_PREFIX = "whsec_"


class UnreachableError(OSError):
    """Nobody could be dialled; the text says why."""


class Answer(msgspec.Struct, frozen=True):
    """What came back: ``status`` is 0 where nothing did, and ``said`` then says why."""

    status: int
    said: str

    @property
    def good(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110 section 15.3


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``; a secret that begins with ``whsec_`` is base64."""
    key = secret.encode()
    if secret.startswith(_PREFIX):
        with contextlib.suppress(binascii.Error):
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    content = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"


def post(target: Target, body: bytes, headers: dict[str, str], *, seconds: float = SECONDS) -> Answer:
    """Make the call; whatever goes wrong is in the answer."""
    try:
        with connected(target, seconds) as connection:
            connection.request("POST", target.path, body, headers)
            response = connection.getresponse()
            said = response.read(LARGEST_ANSWER).decode("utf-8", "replace")
            return Answer(response.status, " ".join(said.split())[:200])
    except UnreachableError as error:
        return Answer(0, str(error))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(0, f"it did not answer as HTTP does in {seconds:g} s ({type(error).__name__})")


@contextlib.contextmanager
def connected(target: Target, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to a target, closed at the end, for one exchange of at most ``seconds`` in all.

    Raises `UnreachableError` where there is none to be had.
    """
    connection = http.client.HTTPConnection(target.host, target.port, timeout=seconds)
    try:
        connection.sock = _dial(target, seconds)
    except OSError as error:
        raise UnreachableError(f"it cannot be reached ({type(error).__name__})") from None
    # Each step has its time, and somebody who sends a byte now and then would have them all: this ends it.
    end = threading.Timer(seconds, _cut, (connection.sock,))
    end.daemon = True
    end.start()
    try:
        yield connection
    finally:
        end.cancel()
        connection.close()


def _dial(target: Target, seconds: float) -> socket.socket:
    line = socket.create_connection((target.address, target.port), timeout=seconds)
    if not target.tls:
        return line
    try:
        # The certificate is held against the name, although the address is dialled.
        return ssl.create_default_context().wrap_socket(line, server_hostname=target.host)
    except BaseException:
        line.close()
        raise


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
