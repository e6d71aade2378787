"""What somebody wrote down of a contact that was no mail, as the mail that it might have been (RFC 5322).

So that parser, replay and export stay one: the bytes are kept like any other contact's, before anything reads
them. The same words under the same key are the same bytes, and so the same contact.
"""

from __future__ import annotations

import base64
import hashlib
import textwrap
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, Literal, get_args
from urllib.parse import quote

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

How = Literal["phone", "walk-in", "letter", "fax", "other"]
WAYS: Final = get_args(How)
"""How a contact comes that somebody writes down."""
_WORD = 42
"""Bytes of one encoded word, which is 75 characters at the most (RFC 2047 section 2)."""
CALLER, PHONE = "X-Despacho-Caller", "X-Despacho-Phone"
"""The header fields that hold name and number of somebody who has no address."""


class File(msgspec.Struct, frozen=True):
    """One file that belongs to it, such as a scanned letter."""

    name: str
    content: bytes
    type: str = "application/octet-stream"


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written down: who, what, when (UTC), in which language, with which files.

    ``address`` is empty for callers who have none; then there is a ``phone`` number, or a name at least.
    """

    key: str
    mailbox: str
    at: datetime
    address: str = ""
    name: str = ""
    phone: str = ""
    subject: str = ""
    text: str = ""
    files: tuple[File, ...] = ()


def composed(written: Written) -> bytes:
    """The mail, the same bytes each time."""
    mark = "=_" + hashlib.sha256(written.key.encode()).hexdigest()[:40]
    text = _part("text/plain; charset=utf-8", written.text.encode(errors="replace"))
    if written.files:
        parts = "".join(f"--{mark}\r\n{part}\r\n" for part in (text, *map(_enclosed, written.files)))
        text = f'Content-Type: multipart/mixed; boundary="{mark}"\r\n\r\n{parts}--{mark}--\r\n'
    head = "".join(f"{name}: {value}\r\n" for name, value in _fields(written) if value)
    return f"{head}MIME-Version: 1.0\r\n{text}".encode()


def _fields(written: Written) -> Iterator[tuple[str, str]]:
    yield "Date", format_datetime(written.at)
    if written.address:
        yield "From", f"{_encoded(written.name, quoted=True)} <{_line(written.address)}>".strip()
    else:
        yield CALLER, _encoded(written.name)
    yield "To", written.mailbox
    yield "Subject", _encoded(written.subject)
    yield "Message-ID", message_id(written.key, written.mailbox)
    yield PHONE, _encoded(written.phone)


def _enclosed(file: File) -> str:
    name = quote(_line(file.name), safe="")
    return f"Content-Disposition: attachment; filename*=utf-8''{name}\r\n" + _part(file.type, file.content)


def _part(kind: str, content: bytes) -> str:
    lines = "\r\n".join(textwrap.wrap(base64.b64encode(content).decode(), 76))
    return f"Content-Type: {_line(kind)}\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n"


def message_id(key: str, mailbox: str) -> str:
    """The Message-ID of what was written down under a key."""
    domain = mailbox.rpartition("@")[2] or "localhost"
    return f"<written-down.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _line(text: str) -> str:
    """The text without what could begin another header field."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _encoded(text: str, *, quoted: bool = False) -> str:
    """A header value: as it is, in quotes, or in encoded words (RFC 2047 section 2)."""
    line = _line(text)
    if line.isascii() and "=?" not in line:
        plain = line.replace("\\", "").replace('"', "'")
        return f'"{plain}"' if quoted and plain else line
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > _WORD:
            pieces.append(piece)
            piece = ""
        piece += sign
    words = (base64.b64encode(one.encode(errors="replace")).decode() for one in [*pieces, piece])
    return "\r\n ".join(f"=?utf-8?b?{word}?=" for word in words)
