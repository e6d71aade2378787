"""Transfer encodings undone (RFC 2045 section 6), tolerant of all damage seen in real mail. Never raises."""

from __future__ import annotations

import binascii
import contextlib
import io
import itertools
import string
from typing import Final

_ALPHABET: Final = (string.ascii_letters + string.digits + "+/=").encode()
_NOT_BASE64: Final = bytes(set(range(256)) - set(_ALPHABET))
_PIECES: Final = 1000
_UU_LINES: Final = 1_000_000
_UU: Final = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})


def decode(body: bytes, encoding: str) -> bytes:
    """The content behind a Content-Transfer-Encoding; unknown encodings are taken as none."""
    if encoding == "base64":
        return from_base64(body)
    if encoding in {"quoted-printable", "quoted printable", "quotedprintable"}:
        return binascii.a2b_qp(body)
    if encoding in _UU:
        return from_uuencode(body)
    return body


def size(body: bytes, encoding: str) -> int:
    """The length of the decoded content in bytes; base64 is counted without decoding it."""
    if encoding != "base64":
        return len(decode(body, encoding))
    return sum(len(piece) * 3 // 4 for piece in _pieces(body))


def from_base64(body: bytes) -> bytes:
    """Content of base64 with foreign bytes skipped, missing padding added, joined pieces each read."""
    pieces = _pieces(body)
    return _quads(pieces[0]) if len(pieces) == 1 else b"".join(map(_quads, pieces))


def _pieces(body: bytes) -> list[bytes]:
    """The letters of base64, parted where padding stands between them; of very many pieces one is made."""
    inner = body.translate(None, _NOT_BASE64).rstrip(b"=")
    if inner.count(b"=") > _PIECES:
        return [inner.replace(b"=", b"")]
    return inner.split(b"=")


def _quads(piece: bytes) -> bytes:
    left = len(piece) % 4
    if left == 1:
        piece = piece[:-1]
    elif left:
        piece += b"=" * (4 - left)
    return binascii.a2b_base64(piece)


def _uu_line(line: bytes) -> bytes:
    """One line; where signs were added to its end, as many as its first sign says, or nothing."""
    for candidate in (line, line[: (((line[0] - 32) & 63) * 4 + 5) // 3]):
        with contextlib.suppress(binascii.Error):
            return binascii.a2b_uu(candidate)
    return b""


def from_uuencode(body: bytes) -> bytes:
    """Content of a uuencoded body; lines that cannot be read are left out."""
    out: list[bytes] = []
    begun = b"begin " not in body
    for line in itertools.islice(io.BytesIO(body), _UU_LINES):
        if not begun:
            begun = line.startswith(b"begin ")
            continue
        if line.strip() == b"end":
            break
        out.append(_uu_line(line.rstrip(b"\r\n") or b" "))
    return b"".join(out)
