"""Delivery reports as the standard writes them (RFC 3464): what became of which recipient."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.mail import block, guard, header

if TYPE_CHECKING:
    from ingest.mail.mime import Part

TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_LENGTH: Final = 256 * 1024
_GROUPS: Final = 1000
_EMPTY = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"[^\s<>;,:\"()]{1,128}@[^\s<>;,:\"()]{1,255}")


class Fate(msgspec.Struct, frozen=True):
    """What became of one recipient: address, action and status, in lower case, empty where not said."""

    recipient: str
    action: str
    status: str


def fates(root: Part, meter: guard.Meter) -> tuple[Fate, ...]:
    """The fates of all recipients that a report's machine-readable parts name. Never raises."""
    found: list[Fate] = []
    for part in root.walk():
        if part.type in TYPES:
            found.extend(_read(part.content(_LENGTH), meter))
    return tuple(found[:_GROUPS])


def _read(content: bytes, meter: guard.Meter) -> list[Fate]:
    found: list[Fate] = []
    for group in _EMPTY.split(content, maxsplit=_GROUPS):
        text = group.strip() + b"\n\n"
        fields, _ = block.split(text, 0, len(text), meter)
        action = header.text(fields.first("action")).lower()
        recipient = _recipient(fields)
        if recipient or action:
            found.append(Fate(recipient, action.partition(" ")[0], _status(fields)))
    return found


def _recipient(fields: block.Fields) -> str:
    """The final recipient, or the original one where the final is no address."""
    for name in ("final-recipient", "x-actual-recipient", "original-recipient"):
        value = header.text(fields.first(name)).rpartition(";")[2]
        found = _ADDRESS.search(value)
        if found:
            return found.group().lower().strip(".'")
    return ""


def _status(fields: block.Fields) -> str:
    """Status, or the diagnostic code's where Status says no more than the class."""
    status = status_in(header.text(fields.first("status")))
    if status and not status.endswith(".0.0"):
        return status
    return status_in(header.text(fields.first("diagnostic-code"))) or status


def status_in(text: str) -> str:
    """The first enhanced status code (RFC 3463) in a text, or an empty string."""
    found = _STATUS.search(text)
    return found.group(1) if found else ""
