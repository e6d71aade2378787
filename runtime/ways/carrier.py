"""Hands messages to a service's API over HTTPS; it is always known whether the service may have one."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import urllib.parse
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import structlog

from events.transport import transport_of
from ingest.hooks.source import UnavailableError
from runtime.delivery import Delivered, InDoubt, Outcome, Permanent, Temporary, said
from runtime.ways import apis

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.hooks.source import Keys
    from runtime.delivery import Carrier

log = structlog.get_logger(__name__)

SECONDS = 20.0
"""How long each step with a service may take."""
LONGEST_ANSWER = 64 * 1024
LONGEST_WAIT = 3600
CREDENTIALS_WAIT = timedelta(minutes=5)
"""How soon a service that does not know us is asked again: it says the same until an operator has looked."""
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_NOT_US = {"telegram": {401, 404}, "twilio": {401, 403}}
_PERHAPS = {502, 504}


class Api:
    """One thread's way to the services; each request has a connection of its own."""

    def __init__(self, keys_of: Callable[[str], Keys | None], *, seconds: float = SECONDS) -> None:
        """``keys_of`` gives what the operator set up for a channel, ``None`` where nothing is any more."""
        self._keys_of = keys_of
        self._seconds = seconds
        self._line: http.client.HTTPConnection | None = None

    def deliver(self, wire: bytes, before: Callable[[], None]) -> Outcome:
        """Send one request; ``before`` runs just before its first byte, and what it raises ends it."""
        try:
            request = apis.read(wire)
        except msgspec.MsgspecError:
            return Permanent("this message cannot be read")
        service = request.channel.partition(".")[0]
        try:
            keys = self._keys_of(request.channel)
            target = apis.target(service, keys) if keys is not None else None
        except (UnavailableError, ValueError, KeyError) as error:
            log.error("api_not_set_up", channel=request.channel, because=str(error))  # noqa: TRY400 - no fault
            return Temporary(f"{service} is not set up as it must be", wait=CREDENTIALS_WAIT)
        if target is None:
            return Permanent(f"no webhook of the policy is {request.channel}")
        return self._post(service, request, target, before)

    def abort(self) -> None:
        """Cut the line at once, from any thread."""
        line = self._line
        if line is not None and line.sock is not None:
            with contextlib.suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)

    def _post(
        self, service: str, request: apis.Fixed, target: apis.Target, before: Callable[[], None]
    ) -> Outcome:
        url = urllib.parse.urlsplit(target.url)
        sent = False
        try:
            line = self._line = _line(url, self._seconds)
        except ValueError as error:
            return Temporary(str(error), wait=CREDENTIALS_WAIT)
        try:
            line.connect()
            before()
            sent = True
            headers = {**target.headers, "Content-Type": request.media, "Accept": "application/json"}
            line.request("POST", url.path, request.body.encode(), headers)
            answer = line.getresponse()
            return _read(service, answer, answer.read(LONGEST_ANSWER))
        except (OSError, http.client.HTTPException) as error:
            slow = isinstance(error, TimeoutError)
            words = f"{service} did not answer ({type(error).__name__})"
            return InDoubt(words, slow=slow) if sent else Temporary(words, slow=slow)
        finally:
            line.close()
            self._line = None


class Ways:
    """A thread's carrier: by mail, or by a service's API where the address is of one."""

    def __init__(self, mail: Carrier, api: Api) -> None:
        self._mail = mail
        self._api = api

    def deliver(
        self, wire: bytes, *, mail_from: str, recipient: str, before_dot: Callable[[], None]
    ) -> Outcome:
        """Hand over one message; ``before_dot`` runs just before it is beyond recall."""
        if transport_of(recipient):
            return self._api.deliver(wire, before_dot)
        return self._mail.deliver(wire, mail_from=mail_from, recipient=recipient, before_dot=before_dot)

    def rest(self) -> None:
        """Nothing to do just now."""
        self._mail.rest()

    def close(self) -> None:
        """Part from the relay politely."""
        self._mail.close()

    def abort(self) -> None:
        """Cut every line at once."""
        self._api.abort()
        self._mail.abort()


def _line(url: urllib.parse.SplitResult, seconds: float) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        return http.client.HTTPSConnection(
            host, url.port, timeout=seconds, context=ssl.create_default_context()
        )
    if url.scheme == "http" and host in _LOOPBACK:
        return http.client.HTTPConnection(host, url.port, timeout=seconds)
    raise ValueError("the option api wants an https:// URL")


def _read(service: str, answer: http.client.HTTPResponse, body: bytes) -> Outcome:
    """What an answer means; a redirection is not followed."""
    status = answer.status
    told = _told(body)
    words = said(status, str(told.get("description") or told.get("message") or told.get("sid") or ""))
    if 200 <= status <= 299:  # noqa: PLR2004 - RFC 9110 section 15.3
        return Delivered(words)
    if status == http.HTTPStatus.TOO_MANY_REQUESTS:
        return Temporary(words, wait=_wait(answer, told))
    if status in _NOT_US[service]:
        log.error("api_refused_us", service=service, status=status)
        return Temporary(words, wait=CREDENTIALS_WAIT)
    if status in _PERHAPS:
        return InDoubt(words)
    if 400 <= status <= 499 and status != http.HTTPStatus.REQUEST_TIMEOUT:  # noqa: PLR2004 - RFC 9110 section 15.5
        return Permanent(words)
    return Temporary(words)


def _told(body: bytes) -> dict[str, object]:
    try:
        found = msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return {}
    return found if isinstance(found, dict) else {}


def _wait(answer: http.client.HTTPResponse, told: dict[str, object]) -> timedelta:
    """How long a service wants to be left alone: Retry-After in seconds, or Telegram's ``retry_after``."""
    parameters = told.get("parameters")
    wished = parameters.get("retry_after") if isinstance(parameters, dict) else None
    text = str(wished if wished is not None else answer.headers.get("Retry-After", ""))
    seconds = int(text) if text.isascii() and text.isdecimal() else 30
    return timedelta(seconds=min(seconds, LONGEST_WAIT))
