"""One message as it lies in an archive, before anybody asks what it says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from ingest.mail import address, block, guard, header

if TYPE_CHECKING:
    from ingest.mail.block import Fields

_LINE_END = re.compile(rb"\r\n|\r|\n")
_HEAD = 65_536
_EARLIEST = 1990
"""The year before which no mail is believed to be from."""
_APART = timedelta(days=1)
_NAMED = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One message: where it lies, its bytes, and what the archive itself says of it.

    ``refused`` says why it cannot be taken; then there are no bytes. ``key`` is the archive's own name for
    it, where it has one; ``at`` is UTC.
    """

    place: str
    raw: bytes = b""
    key: str = ""
    mail_from: str = ""
    at: datetime | None = None
    mailbox: str = ""
    solved: bool | None = None
    language: str = ""
    refused: str = ""


def on_the_wire(raw: bytes) -> bytes:
    """The message as mail servers pass it on: every line ends with CRLF (RFC 5322 section 2.1).

    So that the same mail is the same contact, whether it came by SMTP, lay in a mailbox of IMAP or in a file.
    """
    lines = _LINE_END.sub(b"\r\n", raw)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def fields_of(raw: bytes) -> Fields:
    """The message's header fields."""
    return block.split(raw[:_HEAD], 0, min(len(raw), _HEAD), guard.Meter())[0]


def when(fields: Fields, archive: datetime | None, now: datetime) -> datetime:
    """When a message came, as far as it can be believed (UTC).

    Its Date, unless the host that took it last is more than a day from it: a clock was wrong, and hosts' are
    more often right. Else what the archive says, else now.
    """
    sent = _plausible(header.date(fields.first("date")), now)
    came = _plausible(header.date(fields.first("received").rpartition(b";")[2].strip()), now)
    if sent is None or (came is not None and abs(came - sent) > _APART):
        return came or sent or _plausible(archive, now) or now
    return sent


def _plausible(moment: datetime | None, now: datetime) -> datetime | None:
    if moment is None or moment.year < _EARLIEST or moment > now + _APART:
        return None
    return min(moment, now)


def addressed_to(fields: Fields) -> list[str]:
    """The addresses that the message says it went to, those first that servers wrote."""
    found: dict[str, None] = {}
    for name in _NAMED:
        for value in fields.every(name)[:10]:
            found.update(dict.fromkeys(one.address for one in address.parse(value).addresses))
    return list(found)


def returns_to(fields: Fields) -> str:
    """The envelope's sender, where a server has written it down; else whom From names."""
    for name in ("return-path", "from"):
        for one in address.parse(fields.first(name)).addresses[:1]:
            return one.address
    return ""
