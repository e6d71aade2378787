"""Structured header values: ``value; name=text; ...``, with continuations and charsets (RFC 2045, 2231)."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from ingest.mail import charset, header

_PARAMETERS: Final = 200
_SEPARATORS = re.compile(r"[\s;]*+")
_NAME = re.compile(r"([^\s=;\"()<>@,/?]{1,80})\s*=\s*")
_BARE = re.compile(r"[^;]*+")
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
_ESCAPED = re.compile(r"\\([\"\\])")
"""What must be escaped (RFC 2045 section 5.1); programs of Windows leave other backslashes as they are."""
_CONTINUED = re.compile(r"^([^*]+)\*(\d{1,3})(\*?)$")


def parse(raw: bytes, body_charset: str = "") -> tuple[str, dict[str, str]]:
    """The value in lower case and its parameters, decoded; names are in lower case. Never raises; linear."""
    line = charset.decode_header(raw, body_charset)
    value, semicolon, rest = line.partition(";")
    if not semicolon:
        return value.strip().lower(), {}
    return value.strip().lower(), _joined(_pairs(rest))


def _pairs(rest: str) -> list[tuple[str, str]]:
    """Names and raw texts, at most `_PARAMETERS`; what is no parameter is skipped to the next semicolon."""
    pairs: list[tuple[str, str]] = []
    at, closed = 0, True
    while at < len(rest) and len(pairs) < _PARAMETERS:
        separators = _SEPARATORS.match(rest, at)
        at = separators.end() if separators else at
        name = _NAME.match(rest, at)
        if name is None:
            at = rest.find(";", at) + 1 or len(rest)
            continue
        at = name.end()
        quoted = _QUOTED.match(rest, at) if closed and rest.startswith('"', at) else None
        if quoted is not None:
            pairs.append((name.group(1).lower(), _ESCAPED.sub(r"\1", quoted.group(1))))
            at = quoted.end()
            continue
        closed = closed and not rest.startswith('"', at)
        bare = _BARE.match(rest, at)
        text = bare.group() if bare else ""
        pairs.append((name.group(1).lower(), text.strip().strip('"')))
        at += len(text)
    return pairs


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Parameters by name: the continued and the charset-labelled forms win over the plain one."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, text in pairs:
        continued = _CONTINUED.match(name)
        if continued:
            pieces.setdefault(continued.group(1), {})[int(continued.group(2))] = (
                text,
                bool(continued.group(3)),
            )
        elif name.endswith("*"):
            pieces[name[:-1]] = {0: (text, True)}
        else:
            plain.setdefault(name, header.words(text) if "=?" in text else text)
    for name, numbered in pieces.items():
        plain[name] = _assembled([numbered[number] for number in sorted(numbered)])
    return {name: header.one_line(text) for name, text in plain.items()}


def _assembled(pieces: list[tuple[str, bool]]) -> str:
    """The text of an RFC 2231 value; ``charset'language'`` stands before its first piece."""
    label = ""
    first, encoded = pieces[0]
    if encoded and first.count("'") >= 2:  # noqa: PLR2004 - two quotes, as the RFC draws them
        label, _, first = first.split("'", 2)
        pieces = [(first, True), *pieces[1:]]
    if not any(is_encoded for _, is_encoded in pieces):
        whole = "".join(text for text, _ in pieces)
        return header.words(whole) if "=?" in whole else whole
    data = b"".join(
        unquote_to_bytes(text) if is_encoded else text.encode("utf-8", "replace")
        for text, is_encoded in pieces
    )
    return charset.decode(data, label or "utf-8")[0]
