"""The header block of a mail or a part: where it ends, and its fields as raw bytes (RFC 5322 section 2.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.mail import guard

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_FOLD = re.compile(rb"\r?\n(?=[ \t])|[\r\n\x00]+")
_KNOWN = re.compile(
    rb"(?im)^(?:from|to|subject|date|message-id|received|return-path|mime-version|content-[a-z-]{1,40})"
    rb"[ \t]*:"
)


class Fields:
    """The fields of one block in order; values are raw and folded, names are asked for in lower case."""

    def __init__(self, items: list[tuple[str, bytes]]) -> None:
        self._items = items
        self._by_name: dict[str, list[bytes]] = {}
        for name, value in items:
            self._by_name.setdefault(name.lower(), []).append(value)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        """Name as written and value, in the order of the mail."""
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def first(self, name: str) -> bytes:
        """The topmost value of a field, unfolded and cut to `guard.HEADER_LENGTH`; empty without one."""
        values = self._by_name.get(name)
        return unfold(values[0]) if values else b""

    def every(self, name: str) -> list[bytes]:
        """All values of a field, each unfolded and cut, topmost first."""
        return [unfold(value) for value in self._by_name.get(name, ())]

    def count(self, name: str) -> int:
        """How often the field stands in the block."""
        return len(self._by_name.get(name, ()))

    def whole(self, name: str) -> bytes:
        """All values of a field in one, unfolded but not cut beyond `guard.HEADER_BLOCK`."""
        return b" ".join(_FOLD.sub(b" ", value).strip() for value in self._by_name.get(name, ()))


def unfold(value: bytes) -> bytes:
    """One line without the folds, cut to `guard.HEADER_LENGTH`."""
    cut = value[: guard.HEADER_LENGTH]
    if b"\n" in cut or b"\r" in cut or b"\x00" in cut:
        cut = _FOLD.sub(b" ", cut.strip())
    return cut.strip()


def split(raw: bytes, start: int, end: int, meter: guard.Meter) -> tuple[Fields, int]:
    """The fields between two offsets, and the offset at which the body begins.

    A line that is no field is skipped while fields that mail is made of still follow it; otherwise the body
    begins there. Lines end with LF or CRLF.
    """
    stop, body = _end_of_block(raw, start, end)
    if stop - start > guard.HEADER_SCAN:
        meter.note("guard: header block too large")
        stop = start + guard.HEADER_SCAN
    block = raw[start:stop]
    items: list[tuple[str, bytes]] = []
    kept = 0
    last_known: int | None = None
    for offset, line in _logical_lines(block):
        field = _FIELD.match(line)
        if field is None:
            if line[:5] in {b"From ", b">From"} or not line.strip():
                continue
            meter.note("a header line that is none")
            if last_known is None:
                last_known = max((known.start() for known in _KNOWN.finditer(block, offset)), default=-1)
            if last_known < offset:
                return Fields(items), start + offset
            continue
        kept += len(line)
        if kept > guard.HEADER_BLOCK or len(items) >= guard.HEADER_COUNT:
            meter.note("guard: header block too large")
            break
        items.append((field.group()[:-1].rstrip().decode("ascii"), line[field.end() :]))
    return Fields(items), body


def _end_of_block(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the fields end and where the body begins: around the first empty line, or at the very end."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return start, start + (1 if raw.startswith(b"\n", start) else 2)
    found = [
        (at + 1, at + len(mark)) for mark in (b"\n\r\n", b"\n\n") if (at := raw.find(mark, start, end)) >= 0
    ]
    return min(found) if found else (end, end)


def _logical_lines(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines with their continuations, and the offset of each."""
    begin, at, size = 0, 0, len(block)
    while at < size:
        at = block.find(b"\n", at) + 1 or size
        if at == size or block[at] not in b" \t":
            yield begin, block[begin:at]
            begin = at
