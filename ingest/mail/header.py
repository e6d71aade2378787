"""Header values to text: encoded words (RFC 2047), dates, message ids; tolerant, linear, bounded."""

from __future__ import annotations

import binascii
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from typing import Final

from ingest.mail import charset
from ingest.mail.transfer import from_base64

# A question mark may stand in the text, though the RFC forbids it; where the next word begins this one ends.
_WORD = re.compile(
    r"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,32})?\?([bBqQ])\?((?:[^?=]++|=(?!\?(?!=))|\?(?!=))*+)\?="
)
_ID = re.compile(r"<([^<>]{1,998})>")
_BARE_ID = re.compile(r"[^\s<>@]{1,400}@[^\s<>@]{1,400}")
_SPACE = re.compile(r"\s+")
_CONTROL: Final = dict.fromkeys([*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029], " ") | dict.fromkeys(
    [0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Controls become spaces; bidi marks and invisible signs go, for they only ever disguise."""
_DATE_LENGTH: Final = 100
_YEARS: Final = range(1970, 2200)
_REFERENCES: Final = 100


def text(value: bytes, body_charset: str = "") -> str:
    """One readable line: encoded words decoded, controls and bidi marks out, spaces folded. Never raises."""
    line = charset.decode_header(value, body_charset)
    if "=?" in line:
        line = words(line)
    return one_line(line)


def one_line(line: str) -> str:
    """The line without control, bidi and invisible characters, spaces folded, composed (NFC)."""
    if not (line.isascii() and line.isprintable()):
        line = unicodedata.normalize("NFC", charset.clean(line).translate(_CONTROL))
    return _SPACE.sub(" ", line).strip()


def words(line: str) -> str:
    """The line with its encoded words decoded; neighbours of one charset are joined before decoding."""
    out: list[str] = []
    pending: list[bytes] = []
    pending_charset = ""
    at = 0
    for found in _WORD.finditer(line):
        gap = line[at : found.start()]
        label, encoding, body = found.group(1).lower(), found.group(2).lower(), found.group(3)
        data = _word_bytes(encoding, body)
        if pending and (gap.strip() or label != pending_charset):
            out.append(charset.decode(b"".join(pending), pending_charset)[0])
            pending = []
        if gap.strip() or not at:
            out.append(gap)
        pending.append(data)
        pending_charset, at = label, found.end()
    if pending:
        out.append(charset.decode(b"".join(pending), pending_charset)[0])
    return "".join(out) + line[at:]


def _word_bytes(encoding: str, body: str) -> bytes:
    """The bytes of one encoded word (RFC 2047 section 4)."""
    plain = body.encode("utf-8", "surrogateescape")
    if encoding == "b":
        return from_base64(plain)
    return binascii.a2b_qp(plain.replace(b" ", b"_"), header=True)


def date(value: bytes) -> datetime | None:
    """The moment in UTC, or ``None`` where it cannot be read; no zone is UTC (RFC 5322 section 3.3)."""
    line = charset.decode_header(value[:_DATE_LENGTH])
    try:
        parsed = parsedate_tz(line)
        if parsed is None or parsed[0] not in _YEARS:
            return None
        moment = datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
        return moment - timedelta(seconds=parsed[9] or 0)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def message_ids(value: bytes) -> tuple[str, ...]:
    """The message ids of a field, each in angle brackets; the first and the newest of more than 100."""
    line = charset.clean(charset.decode_header(value))
    found = [_SPACE.sub("", inner) for inner in _ID.findall(line)] or _BARE_ID.findall(line)
    ids = list(dict.fromkeys(f"<{inner}>" for inner in found if inner))
    return tuple(ids if len(ids) <= _REFERENCES else [ids[0], *ids[-_REFERENCES + 1 :]])
