"""What may be written into a log: nothing secret, nothing that moves a terminal, nothing without an end.

Each value is made of plain text, numbers and lists of them. What we do not know by its type shows its type
only, so an object that happens to hold a mail or a password never speaks through its ``repr``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from pathlib import PurePath
from typing import Any
from uuid import UUID

import msgspec

LIMIT = 1024
"""Bytes of UTF-8 that one value may take."""

MASK = "***"
"""What stands in the place of a secret."""

_ITEMS = 32
_DEPTH = 4
_INT_BITS = 63
_SECRET_KEY = re.compile(
    r"passw|passphrase|token|authorization|cookie|secret|credential|api_?key|private_?key|signing_?key",
    re.IGNORECASE,
)
# `password=…`, `"token": "…"`, `Authorization: Bearer …` in the middle of a text.
_ASSIGNED = re.compile(
    r"((?:passw\w{0,20}|passphrase|pwd|\w{0,20}token|secret|cookie|credentials?|api_?key|authorization)[\"']?\s?[=:]\s?)"
    r"(?:(?:bearer|basic|digest)\s)?[^\s&]+",
    re.IGNORECASE,
)
# Most values are a word or a number of them: nothing in these can be a URL, an assignment or unsafe.
_HARMLESS = re.compile(r"[\w .,/+-]{0,200}", re.ASCII)
_WORD = re.compile(r"\S+")
# Control characters, line and paragraph separators, what changes the direction of text, lone surrogates.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@lru_cache(maxsize=1024)
def is_secret(key: str) -> bool:
    """Whether a key's name says that its value is nobody's business."""
    return _SECRET_KEY.search(key) is not None


def scrubbed(text: str) -> str:
    """The text without what stands between ``://`` and ``@``, and without what a secret's name is set to."""
    if "://" in text:
        text = _WORD.sub(_without_userinfo, text)
    return _ASSIGNED.sub(rf"\1{MASK}", text)


def plain_text(text: str) -> str:
    """The text as one harmless line of at most `LIMIT` bytes: scrubbed, and unsafe characters spelled out."""
    if _HARMLESS.fullmatch(text):
        return text
    # Scrub before the cut, lest it takes the mark by which a secret is known, but not megabytes of it.
    text = scrubbed(text[: 4 * LIMIT])
    text = _UNSAFE.sub(_escape, text)
    encoded = text.encode()
    if len(encoded) <= LIMIT:
        return text
    return encoded[: LIMIT - 3].decode(errors="ignore") + "…"


def plain(key: str, value: Any) -> Any:
    """The value under `key` as it may be written: text, number, boolean, None, lists and tables of them."""
    made = _plain(key, value, 0)
    if isinstance(made, dict | list):
        text = msgspec.json.encode(made).decode()
        if len(text.encode()) > LIMIT:
            return plain_text(text)
    return made


def _plain(key: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if is_secret(key):
        return MASK
    if isinstance(value, enum.Enum):
        return _plain(key, value.value, depth)
    if isinstance(value, str | int | float):
        return _plain_scalar(value)
    if isinstance(value, Mapping | Sequence | AbstractSet):
        return _plain_container(value, depth)
    return _named(value)


def _plain_scalar(value: str | float) -> str | int | float:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int) and value.bit_length() > _INT_BITS:
        return f"<{value.bit_length()} bits>"
    return value


def _plain_container(value: Mapping[Any, Any] | Sequence[Any] | AbstractSet[Any], depth: int) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if depth >= _DEPTH:
        return f"<{len(value)} items>"
    if isinstance(value, Mapping):
        pairs = [
            (key if isinstance(key, str) else _named(key), each)
            for key, each in islice(value.items(), _ITEMS)
        ]
        return {plain_text(key): _plain(key, inner, depth + 1) for key, inner in pairs}
    return [_plain("", inner, depth + 1) for inner in islice(value, _ITEMS)]


def _named(value: Any) -> str:
    if isinstance(value, UUID | PurePath | Decimal | int | float):
        return plain_text(str(value))
    if isinstance(value, date | time):
        return value.isoformat()
    kind = value if isinstance(value, type) else type(value)
    return kind.__qualname__ if isinstance(value, type | BaseException) else f"<{kind.__qualname__}>"


def _without_userinfo(word: re.Match[str]) -> str:
    before, mark, rest = word[0].partition("://")
    userinfo, at, place = rest.rpartition("@")
    return f"{before}{mark}{MASK}@{place}" if userinfo and at else word[0]


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT.get(character) or f"\\u{ord(character):04x}"
