"""Reading a message after DATA: its end, its dots, its bounds, and its way to disk if it is large.

Only CRLF.CRLF ends a message (RFC 5321 section 4.1.1.4). Every other mixture of CR, LF, NUL and dots is
content, so that nothing can be smuggled past a server that reads it otherwise.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from ingest.smtp import replies

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingest.smtp.bounds import InFlight
    from ingest.smtp.reader import WireReader
    from ingest.smtp.settings import SmtpSettings
    from ingest.smtp.spool import Spool

log = structlog.get_logger(__name__)

END = b"\r\n.\r\n"


class Body:
    """One message as it arrives.

    ``problem`` is empty, or the reply that the sender gets once all of it was read: from then on nothing is
    kept. ``size`` counts what was received, kept or not.
    """

    def __init__(self, settings: SmtpSettings, in_flight: InFlight, new_spool: Callable[[], Spool]) -> None:
        self.size = 0
        self.problem = ""
        self._settings = settings
        self._in_flight = in_flight
        self._new_spool = new_spool
        self._pieces: list[bytes] = []
        self._spool: Spool | None = None
        self._counted = 0
        self._open_line = 0
        self._handed_over = False

    async def take(self, data: bytes) -> None:
        """Keep the next bytes of the content, or drop them where there is a problem."""
        self.size += len(data)
        if self.problem:
            return
        if self.size > self._settings.max_size:
            self._fail(replies.TOO_BIG)
        elif self._line_too_long(data):
            self._fail(replies.LINE_TOO_LONG)
        elif not self._in_flight.take(len(data)):
            self._fail(replies.NO_ROOM)
        else:
            self._counted += len(data)
            self._pieces.append(data)
            if self.size > self._settings.spool_above:
                await self._spill()

    async def finish(self) -> tuple[bytes | None, Path | None]:
        """The whole content, in memory or as a path to an fsynced file; neither where there is a problem."""
        if self._spool is not None:
            try:
                return None, await self._spool.finish()
            except OSError as error:
                self._disk_failed(error)
        if self.problem:
            return None, None
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces), None

    def hand_over(self) -> None:
        """Content and file belong to a commit from now on; the bytes are in flight until `settled`."""
        self._handed_over = True

    def settled(self, *, kept: bool) -> None:
        """The commit has ended; what it did not keep is removed."""
        self._handed_over = False
        if kept:
            self._spool = None
        self.drop()

    def drop(self) -> None:
        """Forget memory, file and count, unless a commit has them."""
        if self._handed_over:
            return
        self._pieces = []
        self._in_flight.give(self._counted)
        self._counted = 0
        if self._spool is not None:
            self._spool.discard()
            self._spool = None

    async def _spill(self) -> None:
        if self._spool is None:
            self._spool = self._new_spool()
        pieces, self._pieces = self._pieces, []
        try:
            await self._spool.write(pieces)
        except OSError as error:
            self._disk_failed(error)

    def _disk_failed(self, error: OSError) -> None:
        log.error("smtp_spool_failed", errno=error.errno)
        self._fail(replies.NO_ROOM)

    def _fail(self, reply: str) -> None:
        self.problem = reply
        self.drop()

    def _line_too_long(self, data: bytes) -> bool:
        limit = self._settings.line_limit
        first = data.find(b"\n")
        if first < 0:
            self._open_line += len(data)
            return self._open_line > limit
        longest = self._open_line + first
        if len(data) > limit:
            longest = max(longest, *(len(line) for line in data.split(b"\n")[1:]))
        self._open_line = len(data) - 1 - data.rfind(b"\n")
        return longest > limit


async def read_body(reader: WireReader, body: Body) -> None:
    """Give ``body`` everything up to the lone dot, without the transparency dots (RFC 5321 section 4.5.2).

    What comes after the lone dot stays in ``reader``: it is the client's next command.
    """
    # With the line end of the DATA command before it, an empty message and a first line that begins with a
    # dot are no special cases.
    reader.unread(b"\r\n")
    skip, held, last = 2, b"", False
    while not last:
        try:
            piece = await reader.readuntil(END)
            last = True
        except asyncio.LimitOverrunError as error:
            piece = await reader.readexactly(error.consumed)
        data = held + piece if held else piece
        if last:
            data = data[:-3]
        else:
            # A line end whose dot may be in the next piece waits for it.
            keep = len(data) - (2 if data.endswith(b"\r\n") else data.endswith(b"\r"))
            data, held = data[:keep], data[keep:]
        if b"\r\n." in data:
            data = data.replace(b"\r\n.", b"\r\n")
        await body.take(data[skip:])
        skip = 0
