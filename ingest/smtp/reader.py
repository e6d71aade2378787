"""The bytes of one connection as lines and pieces: asyncio's stream, with what SMTP needs beside it."""

from __future__ import annotations

import asyncio

PIECE = 64 * 1024
"""Bytes at which a piece is taken out of the socket's buffer; the buffer stays below six times that."""
LINE = 2048
"""Bytes of a command line that are looked at; each command has a limit of its own below this."""


class WireReader(asyncio.StreamReader):
    """A stream of command lines, between which there may be mails; it can be given bytes back."""

    _buffer: bytearray
    _eof: bool

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=PIECE, loop=loop)

    def unread(self, data: bytes) -> None:
        """Put ``data`` before everything that is still to be read."""
        self._buffer[0:0] = data

    async def line(self) -> bytes | None:
        """The next line without its end, or None for one over `LINE` bytes, which is read to its end.

        ``readuntil`` does the same at twice the cost, and most of what a session reads are short lines that
        are there as a whole. Raises `asyncio.IncompleteReadError` when the client has said its last.
        """
        too_long = False
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LINE:
                too_long = True
                self._buffer.clear()
            if (error := self.exception()) is not None:
                raise error
            if self._eof:
                raise asyncio.IncompleteReadError(bytes(self._buffer), None)
            await self._wait_for_data("line")  # type: ignore[attr-defined]  # resumes a paused transport
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._maybe_resume_transport()  # type: ignore[attr-defined]
        return None if too_long or end > LINE else line.rstrip(b"\r")
