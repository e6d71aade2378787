"""Lists of ``name=value;``, as signatures, keys and policies are written (RFC 6376 section 3.2)."""

from __future__ import annotations

import base64
import binascii
import re

_SPACE = re.compile(rb"[ \t\r\n]+")
_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_]{0,30}")


def read_tags(text: bytes) -> dict[str, bytes] | None:
    """Values by name, without blanks around them; ``None`` where the text is no such list."""
    tags: dict[str, bytes] = {}
    for part in text.split(b";"):
        if not part.strip():
            continue
        name, equals, value = part.partition(b"=")
        name = name.strip()
        if not equals or not _NAME.fullmatch(name) or name.decode() in tags:
            return None
        tags[name.decode()] = value.strip()
    return tags


def packed(value: bytes) -> bytes:
    """A value without any blanks: long ones are folded."""
    return _SPACE.sub(b"", value)


def listed(value: bytes) -> list[str]:
    """A value that is a list with colons, in lower case."""
    return [part.decode("latin-1").lower() for part in packed(value).split(b":")]


def number(value: bytes) -> int | None:
    """A value that is a number of at most 15 digits."""
    return int(value) if value.isdigit() and len(value) <= 15 else None  # noqa: PLR2004 - said above


def from_base64(value: bytes) -> bytes | None:
    """A value in base64, or ``None`` where it is none."""
    try:
        return base64.b64decode(packed(value), validate=True)
    except (binascii.Error, ValueError):
        return None
