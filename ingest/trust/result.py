"""What a stamp says: one Authentication-Results field as values (RFC 8601 section 2.2)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

LONGEST: Final = 16 * 1024
"""Characters of one stamp that are read."""
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"|\((?:[^()\\]|\\.)*+\)|[;()"]|[^\s;()"]++|\s++', re.DOTALL)


class Result(msgspec.Struct, frozen=True):
    """One method with its result and properties, all in lower case; ``remarks`` are its comments."""

    method: str
    verdict: str
    properties: dict[str, str]
    remarks: str = ""


class Stamp(msgspec.Struct, frozen=True):
    """Who stamped, in lower case, and what they found."""

    authserv_id: str
    results: tuple[Result, ...]


def read_stamp(value: bytes) -> Stamp | None:
    """The stamp in a field's value, or ``None`` where it names nobody. Comments nest only once."""
    text = value[:LONGEST].decode("latin-1").lower()
    parts: list[tuple[str, str]] = []
    words, remarks = "", ""
    for found in _PIECE.finditer(text):
        piece = found.group()
        if piece == ";":
            parts.append((words, remarks))
            words, remarks = "", ""
        elif piece.isspace() or (piece.startswith("(") and len(piece) > 1):
            # Never two blanks together: what follows stays linear.
            words = words if words.endswith(" ") else f"{words} "
            remarks += f"{piece[1:-1]} "
        else:
            words += piece[1:-1] if len(piece) > 1 and piece.startswith('"') else piece
    parts.append((words, remarks))
    name = parts[0][0].split()
    if not name:
        return None
    results = (_result(*part) for part in parts[1:])
    return Stamp(name[0], tuple(result for result in results if result is not None))


def _result(words: str, remarks: str) -> Result | None:
    first, *others = re.sub(r"\s*([=/])\s*", r"\1", words).split() or [""]
    method, equals, verdict = first.partition("=")
    if not equals:
        return None
    properties: dict[str, str] = {}
    for other in others:
        name, equals, value = other.partition("=")
        if equals:
            properties.setdefault(name, value)
    return Result(method.partition("/")[0], verdict, properties, remarks)
