"""The bytes of one connection as command lines, and as the pieces of a message; however they arrive.

Only CRLF.CRLF ends a message (RFC 5321 section 4.1.1.4). Every other mixture of CR, LF, NUL and dots is
content, so that nothing can be smuggled past a server that reads it otherwise.
"""

from __future__ import annotations

import enum

LINE = 2048
"""Bytes of a command line that are looked at; each command has a limit of its own below this."""
_END = b"\r\n.\r\n"
_DOT = b"\r\n."
_BEGUN = tuple(_END[:size] for size in range(len(_END) - 1, 0, -1))


class Missing(enum.Enum):
    """Why there is no line."""

    YET = enum.auto()
    """Its end has not come."""
    TOO_LONG = enum.auto()
    """It was longer than `LINE`, and all of it was thrown away."""


class Stream:
    """What was received and not yet read. The same bytes give the same lines and contents in any chunks."""

    __slots__ = ("_at", "_bytes", "_skip", "_too_long")

    def __init__(self) -> None:
        self._bytes = b""
        self._at = 0
        self._skip = 0
        self._too_long = False

    def feed(self, data: bytes) -> None:
        """Add what was received."""
        self._bytes = self._bytes[self._at :] + data if self._at < len(self._bytes) else data
        self._at = 0

    def forget(self) -> None:
        """Throw away what was not read (RFC 3207 section 4.2)."""
        self._bytes, self._at, self._too_long = b"", 0, False

    def line(self) -> bytes | Missing:
        """The next line without its end, which is LF with any CR before it."""
        end = self._bytes.find(b"\n", self._at)
        if end < 0:
            if len(self._bytes) - self._at > LINE:
                self.forget()
                self._too_long = True
            return Missing.YET
        line = self._bytes[self._at : end]
        self._at = end + 1
        if self._too_long or len(line) > LINE:
            self._too_long = False
            return Missing.TOO_LONG
        return line.rstrip(b"\r")

    def begin_content(self) -> None:
        """What follows is a message, up to its lone dot."""
        # With the line end of the DATA command before it, an empty message and a first line that begins with
        # a dot are no special cases.
        self._bytes = b"\r\n" + self._bytes[self._at :]
        self._at, self._skip = 0, 2

    def content(self) -> tuple[bytes, bool]:
        """All that is certainly content, without the transparency dots (RFC 5321 section 4.5.2).

        And whether that was the last of it. What comes after the lone dot is the client's next command.
        """
        data, begin = self._bytes, self._at
        # Looked for once, because most mails have no line that begins with a dot but the last.
        dot = data.find(_DOT, begin)
        end = data.find(_END, dot) if dot >= 0 else -1
        # What may be the beginning of the end, or of a line with a dot, waits for its rest.
        stop = end + 2 if end >= 0 else len(data) - _begun(data)
        self._at = end + len(_END) if end >= 0 else stop
        piece = data[begin:stop]
        if 0 <= dot < stop - 2:
            piece = piece.replace(_DOT, b"\r\n")
        if self._skip and piece:
            piece, self._skip = piece[self._skip :], 0
        return piece, end >= 0


def _begun(data: bytes) -> int:
    """How many bytes of the end of a message stand at the end of ``data``."""
    if not data.endswith(_BEGUN):
        return 0
    return next(len(begun) for begun in _BEGUN if data.endswith(begun))
