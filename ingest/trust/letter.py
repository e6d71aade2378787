"""A mail as its signatures see it: the exact fields from the top, and the body (RFC 6376 section 3.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.mail.block import Fields

HEADER_MOST: Final = 256 * 1024
FIELDS_MOST: Final = 1000
_BARE_LF = re.compile(rb"(?<!\r)\n")
_NAME = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_NEXT_FIELD = re.compile(rb"\r\n(?![ \t])")
_BLANKS = re.compile(rb"[ \t]{2,}|\t")

Field = tuple[bytes, bytes]
"""A field's name in lower case, and the whole field as it stands, without its last line end."""


class Letter:
    """A mail taken apart; bodies are made canonical once, however many signatures ask."""

    def __init__(self, raw: bytes, read: Fields) -> None:
        """Any bytes will do; lines that end with LF alone are taken to end with CRLF, as they did on the way.

        ``read`` are the fields as the message has them. Where these are others, or the header block is beyond
        the bounds, the mail has no fields here and no signature holds: a sender must not be able to sign
        other fields than those that people see.
        """
        whole = _BARE_LF.sub(b"\r\n", raw)
        head, _, self._body = whole.partition(b"\r\n\r\n")
        fields = _fields(head)
        same = [name for name, _ in fields] == [name.lower().encode() for name, _ in read]
        self.fields: list[Field] = fields if same else []
        self._canonical: dict[str, bytes] = {}

    def every(self, name: bytes) -> list[bytes]:
        """The fields of one name, whole, topmost first."""
        return [line for found, line in self.fields if found == name]

    def body(self, way: str) -> bytes:
        """The body made canonical in the ``simple`` or the ``relaxed`` way."""
        if way not in self._canonical:
            self._canonical[way] = _relaxed_body(self._body) if way == "relaxed" else _simple_body(self._body)
        return self._canonical[way]


def _fields(head: bytes) -> list[Field]:
    """The fields of a header block, as signers see it; none where there are too many lines to look at."""
    lines = _NEXT_FIELD.split(head, FIELDS_MOST) if len(head) <= HEADER_MOST else []
    if len(lines) > FIELDS_MOST:
        return []
    return [(found[1].lower(), line) for line in lines if (found := _NAME.match(line)) is not None]


def value_of(field: bytes) -> bytes:
    """What stands behind a field's name."""
    return field.partition(b":")[2]


def canonical(field: bytes, way: str) -> bytes:
    """A whole field made canonical, without a line end."""
    if way == "simple":
        return field
    name, _, value = field.partition(b":")
    return name.strip().lower() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" \t")


def _simple_body(body: bytes) -> bytes:
    return _without_empty_end(body) + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    # First every run becomes one blank: then what stands before a line end is one, and this stays linear.
    body = _without_empty_end(_BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n"))
    return body + b"\r\n" if body else b""


def _without_empty_end(body: bytes) -> bytes:
    """The body without the line ends at its end."""
    end = body[len(body.rstrip(b"\r\n")) :].replace(b"\r\n", b"\n")
    return body[: len(body) - 2 * (len(end) - len(end.rstrip(b"\n")))]
