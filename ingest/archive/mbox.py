"""A mailbox in one file, read message by message however large it is (RFC 4155, and the mboxrd of qmail).

Each message begins with a line ``From sender date`` behind an empty line. Lines of the text that begin alike
have been given a ``>``: by mboxrd programs one more than there were, by mboxo programs to ``From `` alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from ingest.archive.found import Found, on_the_wire
from ingest.mail import header

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = 1024 * 1024
"""Bytes that are read at once; of a longer line the rest is read apart, and begins no mail."""
_FROM = re.compile(rb"From +(?P<who>\S*)[ \t]+(?P<date>[^\r\n]*\d{1,2}:\d{2}[^\r\n]*\b\d{4}\b[^\r\n]*)")
_FIELD = re.compile(rb"[!-9;-~]{1,200}[ \t]*:|>?From |\r?\n")
_QUOTED = re.compile(rb"(?m)^>(?=>*From )")
_QUOTED_ONCE = re.compile(rb"(?m)^>(?=From )")
UNQUOTE = {"rd": _QUOTED, "o": _QUOTED_ONCE, "none": None}
"""How ``>From`` is read, by the name of the format; ``none`` leaves the text alone."""


class NoMboxError(ValueError):
    """The file is no mailbox: it does not begin as one."""


def read_mbox(file: BinaryIO, name: str, *, most: int, quoting: str = "rd") -> Iterator[Found]:
    """The messages of an mbox, in order; one larger than ``most`` bytes is refused, and never in memory.

    ``name`` is what places are called after. Raises `NoMboxError`.
    """
    pattern = UNQUOTE[quoting]
    lines = _Lines(file)
    separator = _first(lines)
    while separator is not None:
        place = f"{name}, byte {lines.at}"
        content, separator, too_large = _body(lines, separator, most)
        opening = content[0]
        date = header.date(opening["date"])
        if too_large:
            yield Found(place=place, at=date, refused=f"it is larger than {most // 1024**2} MiB")
            continue
        raw = b"".join(content[1])
        raw = pattern.sub(b"", raw) if pattern is not None else raw
        yield Found(place=place, raw=on_the_wire(raw), mail_from=_sender(opening["who"]), at=date)


def _first(lines: _Lines) -> re.Match[bytes] | None:
    """The line that begins the first message; ``None`` for an empty file."""
    line = lines.take()
    while line.strip() == b"" and line:
        line = lines.take()
    if not line:
        return None
    found = _FROM.match(line)
    if found is None:
        raise NoMboxError("it does not begin with a line like `From sender date`")
    return found


def _body(
    lines: _Lines, opening: re.Match[bytes], most: int
) -> tuple[tuple[re.Match[bytes], list[bytes]], re.Match[bytes] | None, bool]:
    """The lines up to the next message or the end, what begins that, and whether they were too many."""
    kept: list[bytes] = []
    size, blank = 0, False
    while line := lines.take():
        begins = _FROM.match(line) if blank else None
        if begins is not None and _FIELD.match(lines.peek()):
            return (opening, _without_last_blank(kept)), begins, size > most
        size += len(line)
        if size > most:
            kept.clear()
        else:
            kept.append(line)
        blank = lines.fresh and line in {b"\n", b"\r\n"}
    return (opening, _without_last_blank(kept)), None, size > most


def _without_last_blank(kept: list[bytes]) -> list[bytes]:
    """The lines without the empty one that the format puts behind each message."""
    return kept[:-1] if kept and kept[-1] in {b"\n", b"\r\n"} else kept


def _sender(who: bytes) -> str:
    """The envelope's sender; mailer daemons, and what is no address, are an empty one."""
    found = who.decode("ascii", "replace").strip("<>").lower()
    return found if "@" in found and not found.startswith("mailer-daemon") else ""


class _Lines:
    """Lines of a file, one of which may be looked at before it is taken."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._next: bytes | None = None
        self._read = 0
        self._whole = True
        self.at = 0
        self.fresh = True

    def take(self) -> bytes:
        """The next line with its end, empty at the end of the file; ``at`` is where it begins.

        ``fresh`` is false for the further pieces of a line that is longer than `_LINE`.
        """
        line = self.peek()
        self._next = None
        # A piece that follows one without an end is the middle of a line.
        self.fresh, self._whole = self._whole, line.endswith(b"\n")
        self.at = self._read - len(line)
        return line

    def peek(self) -> bytes:
        """The next line."""
        if self._next is None:
            self._next = self._file.readline(_LINE)
            self._read += len(self._next)
        return self._next
