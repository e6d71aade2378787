"""Captured requests and what must come of them, found by themselves: ``<source>/<name>.http``.

A fixture's ``proof`` names the parts of the request that its signature covers or is: ``header:NAME``,
A fixture names the parts of the request that its signature covers or is in ``proof``: ``header:NAME``,
one is, in seconds since 1970.
"""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from events.message import Envelope, Message
from events.token import Keyring
from ingest.hooks.registry import source
from ingest.hooks.source import Call, Hook, Keys, Source
from ingest.mail import Context, read

FOLDER = Path(__file__).parent
MAILBOX = "support@acme.example"
CERTIFICATES = FOLDER / "certificates"
"""Where the local double of a certificate's host has them."""


def fetch(url: str) -> bytes:
    """A certificate by the last part of its URL, from this folder and never from the network."""
    return (CERTIFICATES / url.rpartition("/")[2]).read_bytes()


class Captured(msgspec.Struct, frozen=True):
    """One fixture."""

    path: Path
    line: str
    headers: dict[str, str]
    body: bytes
    expected: dict[str, Any]

    @property
    def source(self) -> Source:
        """The source whose folder it lies in."""
        found = source(self.path.parent.name)
        assert found is not None, f"no source for {self.path}"
        return found

    @property
    def received_at(self) -> datetime:
        """When it came."""
        at: datetime = self.expected["received_at"]
        return at

    @property
    def keys(self) -> Keys:
        """What the operator gave the source."""
        return self.with_secrets(self.expected["secret"])

    def with_secrets(self, *secrets: str) -> Keys:
        """The same with other secrets."""
        return Keys(secrets=secrets, options=self.expected.get("options", {}), fetch=fetch)

    @property
    def hook(self) -> Hook:
        """The source put to work."""
        return Hook(source=self.source, channel=self.source.name, mailbox=MAILBOX, keys=self.keys)

    @property
    def call(self) -> Call:
        """The request as the source sees it."""
        return Call(headers=self.headers, body=self.body, now=self.received_at)

    def moved(self, seconds: int) -> Call:
        """The request as it comes so long after the time that is signed in it."""
        base = datetime.fromtimestamp(self.expected["stamp"], tz=self.received_at.tzinfo)
        return msgspec.structs.replace(self.call, now=base + timedelta(seconds=seconds))

    def flipped(self, part: str, place: int) -> Call:
        """The request with one bit of a part turned over, at this byte of it."""
        kind, _, name = part.partition(":")
        if kind == "header":
            value = bytearray(self.headers[name].encode())
            value[place % len(value)] ^= 1
            return msgspec.structs.replace(self.call, headers={**self.headers, name: value.decode("latin-1")})
        start = self.body.index(name.encode()) if name else 0
        length = len(name.encode()) or len(self.body)
        body = bytearray(self.body)
        body[start + place % length] ^= 1
        return msgspec.structs.replace(self.call, body=bytes(body))

    def message(self) -> Message:
        """What the worker reads of it."""
        taken = self.source.verify(self.call, self.keys)
        context = Context(
            channel=self.source.name,
            source_key=taken.name,
            mailbox=MAILBOX,
            received_at=self.received_at,
            raw_key="raw",
            envelope=Envelope(mail_from=taken.mail_from, recipients=taken.recipients or (MAILBOX,)),
            languages=("en", "es", "nb"),
            keyring=Keyring([b"k" * 32]),
            fields=self.expected.get("fields", {}),
        )
        if self.source.mail is not None:
            return read(self.source.mail(self.body), context)
        assert self.source.parse is not None
        return self.source.parse(self.body, context)


@cache
def captured() -> tuple[Captured, ...]:
    """Every fixture there is."""
    return tuple(map(load, sorted(FOLDER.glob("*/*.http"))))


def load(path: Path) -> Captured:
    """One fixture; its head ends its lines with LF, its body is kept as it is."""
    head, _, body = path.read_bytes().partition(b"\n\n")
    line, *fields = head.decode().splitlines()
    pairs = (field.partition(":")[::2] for field in fields)
    expected = tomllib.loads(path.with_suffix(".expected.toml").read_text(encoding="utf-8"))
    # An editor ends a file with a line's end, which is none of the body.
    body = body.removesuffix(b"\n") if expected.get("text", True) else body
    return Captured(
        path, line, {name.strip().lower(): value.strip() for name, value in pairs}, body, expected
    )
