"""What each service wants to hear: the request, fixed before the first dial, and where it goes.

Neither service knows a key by which a request that is sent twice is one: where an answer is lost, the same
words may arrive twice, as with mail. What is kept of a request holds no credentials: the dial adds them.
"""

from __future__ import annotations

import base64
import re
import urllib.parse
from typing import TYPE_CHECKING

import msgspec

from events.transport import transport_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.hooks.source import Keys

LONGEST = {"telegram": 4096, "twilio": 1600}
"""Characters of one message: Bot API ``sendMessage``, Twilio's error 21617."""
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}")
_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")


class NoWayError(ValueError):
    """A message has no conversation to go to, or no words."""


class Fixed(msgspec.Struct, frozen=True):
    """A request as it is kept: the channel, and the body with its type."""

    channel: str
    media: str
    body: str


class Target(msgspec.Struct, frozen=True):
    """Where a request goes, and with which credentials."""

    url: str
    headers: dict[str, str]


def fixed(recipient: str, thread: str, text: str) -> bytes:
    """The bytes that are kept of one message; raises `NoWayError` where it has no way to go."""
    channel = transport_of(recipient)
    make = _BODIES.get(channel.partition(".")[0])
    if make is None or not thread:
        raise NoWayError("there is no conversation that this could go to")
    words = text.strip()
    longest = LONGEST[channel.partition(".")[0]]
    words = words if len(words) <= longest else words[: longest - 1] + "…"
    if not words:
        raise NoWayError("there are no words to send")
    return msgspec.json.encode(make(channel, thread, words))


def read(wire: bytes) -> Fixed:
    """The request in a row; raises `msgspec.MsgspecError` where it is none."""
    return msgspec.json.decode(wire, type=Fixed)


def words(request: Fixed) -> str:
    """What the receiver of a request reads."""
    if request.media == "application/json":
        return str(msgspec.json.decode(request.body).get("text", ""))
    return dict(urllib.parse.parse_qsl(request.body)).get("Body", "")


def target(service: str, keys: Keys) -> Target:
    """Where requests of a service go; raises `ValueError` where its options cannot be used."""
    return _TARGETS[service](keys)


def _to_telegram(channel: str, thread: str, text: str) -> Fixed:
    body = {"chat_id": thread, "text": text, "disable_web_page_preview": True}
    return Fixed(channel, "application/json", msgspec.json.encode(body).decode())


def _to_twilio(channel: str, thread: str, text: str) -> Fixed:
    ours, _, theirs = thread.partition("|")
    body = urllib.parse.urlencode([("From", ours), ("To", theirs), ("Body", text)])
    return Fixed(channel, "application/x-www-form-urlencoded", body)


def _telegram(keys: Keys) -> Target:
    token = keys.options.get("token", "")
    if not _TOKEN.fullmatch(token):
        raise ValueError("the bot's token is none")
    base = keys.options.get("api", "https://api.telegram.org").rstrip("/")
    return Target(f"{base}/bot{token}/sendMessage", {})


def _twilio(keys: Keys) -> Target:
    account = keys.options.get("account", "")
    if not _ACCOUNT.fullmatch(account) or not keys.secrets:
        raise ValueError("the account's SID is none")
    base = keys.options.get("api", "https://api.twilio.com").rstrip("/")
    proof = base64.b64encode(f"{account}:{keys.secrets[0]}".encode()).decode()
    return Target(f"{base}/2010-04-01/Accounts/{account}/Messages.json", {"Authorization": f"Basic {proof}"})


_BODIES: dict[str, Callable[[str, str, str], Fixed]] = {"telegram": _to_telegram, "twilio": _to_twilio}
_TARGETS: dict[str, Callable[[Keys], Target]] = {"telegram": _telegram, "twilio": _twilio}
