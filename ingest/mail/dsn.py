"""Delivery reports as the standard writes them (RFC 3464): what became of which recipient."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.mail import block, guard, header

if TYPE_CHECKING:
    from ingest.mail.mime import Part

TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
RECEIPTS: Final = frozenset({
    "message/disposition-notification", "message/global-disposition-notification",
})  # fmt: skip
"""What became of a mail after it had arrived (RFC 8098)."""
_LENGTH: Final = 256 * 1024
_GROUPS: Final = 1000
_EMPTY = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(r"[^\s<>;,:\"()]{1,128}@[^\s<>;,:\"()]{1,255}")
_PASTED = re.compile(r"(?im)^[> \t]{0,8}(?:final|original)-recipient[ \t]*:")
_QUOTE_MARKS = re.compile(r"(?m)^(?:[ \t]{0,4}>)+[ \t]?")
_CLASS_ONLY = re.compile(r"^[245]\.0\.0$")
_VAGUE = re.compile(r"^[245]\.(?:\d\.0|4\.7)$")


class Fate(msgspec.Struct, frozen=True):
    """What became of one recipient: address, action and status, in lower case, empty where not said."""

    recipient: str
    action: str
    status: str


def fates(root: Part, meter: guard.Meter) -> tuple[Fate, ...]:
    """The fates of all recipients that a report's machine-readable parts name. Never raises."""
    found: list[Fate] = []
    for part in root.walk():
        if part.type in TYPES or part.type in RECEIPTS:
            found.extend(_read(part.content(_LENGTH), meter))
    return tuple(found[:_GROUPS])


def pasted(text: str) -> tuple[Fate, ...]:
    """The fates in a report whose fields stand in the text, as broken or forwarded reports have them."""
    if _PASTED.search(text[:_LENGTH]) is None:
        return ()
    plain = _QUOTE_MARKS.sub("", text[:_LENGTH]).encode("utf-8", "replace")
    return tuple(fate for fate in _read(plain, guard.Meter()) if fate.recipient)[:_GROUPS]


def _read(content: bytes, meter: guard.Meter) -> list[Fate]:
    found: list[Fate] = []
    for group in _EMPTY.split(content, maxsplit=_GROUPS):
        text = group.strip() + b"\n\n"
        fields, _ = block.split(text, 0, len(text), meter)
        action = header.text(fields.first("action") or _disposition(fields)).lower()
        recipient = _recipient(fields)
        if recipient or action:
            found.append(Fate(recipient, action.partition(" ")[0], _status(fields)))
    return found


def _disposition(fields: block.Fields) -> bytes:
    """The type of a receipt's disposition, which stands behind the semicolon (RFC 8098 section 3.2.6)."""
    return fields.first("disposition").rpartition(b";")[2].strip().partition(b"/")[0]


def _recipient(fields: block.Fields) -> str:
    """The recipient as we wrote it, where the report knows, for that is the address we have."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = header.text(fields.first(name)).rpartition(";")[2]
        found = _ADDRESS.search(value)
        if found:
            return found.group().lower().strip(".'")
    return ""


def _status(fields: block.Fields) -> str:
    """Status, or the other server's own where Status says only the class, or only that time ran out."""
    return telling(
        [
            *statuses(header.text(fields.first("status"))),
            *statuses(header.text(fields.first("diagnostic-code"))),
        ]
    )


def statuses(text: str) -> list[str]:
    """The enhanced status codes (RFC 3463) in a text."""
    return _STATUS.findall(text)


def telling(codes: list[str]) -> str:
    """The code that says most: a reason before a mere subject or a timeout, and these before a mere class."""
    return min(codes, key=lambda code: bool(_VAGUE.match(code)) + says_little(code), default="")


def says_little(code: str) -> bool:
    """Whether a code names no reason at all: a mere class, or nothing."""
    return not code or _CLASS_ONLY.match(code) is not None
