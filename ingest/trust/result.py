"""What a stamp says: one Authentication-Results field as values (RFC 8601 section 2.2)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

LONGEST: Final = 16 * 1024
"""Characters of one stamp that are read."""
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"|\((?:[^()"\\]|\\.)*+\)|[;()"]|[^\s;()"]++|\s++', re.DOTALL)
_NAME = re.compile(r'\s*+([^\s;()"=]++)(?:\s++[0-9]++)?\s*+(?:;|$)')
_STRUCTURE = re.compile(r"[\s=;@]")


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
    """The stamp in a field's value, or ``None`` where it does not begin with a name.

    A name in quotes or behind a comment is none: an MX that takes out fields under its own may miss it.
    An MX repeats what a sender wrote, as in ``smtp.mailfrom="a b"@evil.example``: nothing within quotes is
    structure, a result counts no more where a quote or comment in it does not close or a quote stands in its
    comment, nor does what follows, and a property that is there twice with two values says nothing.
    """
    text = value[:LONGEST].decode("latin-1").lower()
    name = _NAME.match(text)
    if name is None:
        return None
    results = (_result(*part) for part in _parts(text[name.end() :]))
    return Stamp(name[1], tuple(result for result in results if result is not None))


def _parts(text: str) -> list[tuple[str, str]]:
    """What stands between semicolons, and the comments in it, up to where a sign does not close."""
    parts: list[tuple[str, str]] = []
    words, remarks = "", ""
    for found in _PIECE.finditer(f"{text};"):
        piece = found.group()
        if piece in {'"', "("}:
            break
        if piece == ";":
            parts.append((words, remarks))
            words, remarks = "", ""
        elif piece.isspace() or piece.startswith("("):
            # Never two blanks together: what follows stays linear.
            words = words if words.endswith(" ") else f"{words} "
            remarks += f"{piece[1:-1]} "
        else:
            words += _STRUCTURE.sub("_", piece[1:-1]) if piece.startswith('"') else piece
    return parts


def _result(words: str, remarks: str) -> Result | None:
    first, *others = re.sub(r"\s*([=/])\s*", r"\1", words).split() or [""]
    method, equals, verdict = first.partition("=")
    if not equals:
        return None
    properties: dict[str, str] = {}
    for other in others:
        name, equals, value = other.partition("=")
        if equals:
            properties[name] = value if properties.get(name, value) == value else ""
    return Result(method.partition("/")[0], verdict, properties, remarks)
