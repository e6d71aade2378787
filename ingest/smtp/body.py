"""The content of one mail as it arrives: its bounds, and its way to disk if it is large."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from ingest.smtp import replies

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingest.smtp.bounds import InFlight
    from ingest.smtp.settings import SmtpSettings
    from ingest.smtp.spool import Spool

log = structlog.get_logger(__name__)

PIECE = 64 * 1024
"""Bytes of a large mail that are gathered before they go to its file."""


class Body:
    """One message as it arrives. From the first breach of a bound on, nothing of it is kept.

    ``size`` counts what was received, kept or not.
    """

    def __init__(self, settings: SmtpSettings, in_flight: InFlight, new_spool: Callable[[], Spool]) -> None:
        self.size = 0
        self._settings = settings
        self._in_flight = in_flight
        self._new_spool = new_spool
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._spool: Spool | None = None
        self._counted = 0
        self._open_line = 0
        self._line_too_long = False
        self._no_room = False
        self._handed_over = False

    @property
    def problem(self) -> str:
        """Empty, or the reply that the sender gets once all of it was read.

        What would be no better the next time is said first: so the reply is that of the bytes, and not of
        the pieces in which they came.
        """
        if self.size > self._settings.max_size:
            return replies.TOO_BIG
        if self._line_too_long:
            return replies.LINE_TOO_LONG
        return replies.NO_ROOM if self._no_room else ""

    @property
    def large(self) -> bool:
        """Whether it goes to a file."""
        return self.size > self._settings.spool_above and not self.problem

    @property
    def waits_for_disk(self) -> bool:
        """Whether so much has come that it should be written before more is read."""
        return self._waiting >= PIECE and self.large

    def take(self, data: bytes) -> None:
        """Keep the next bytes of the content, or drop them where a bound is broken."""
        size = len(data)
        self.size += size
        self._look_for_long_lines(data)
        if not self.problem and self._in_flight.take(size):
            self._counted += size
            self._waiting += size
            self._pieces.append(data)
        else:
            self._no_room = True
            self.drop()

    async def spill(self) -> None:
        """Write to the file what waits for it. A disk that fails is a bound that is broken."""
        if self._spool is None:
            self._spool = self._new_spool()
        pieces, self._pieces, self._waiting = self._pieces, [], 0
        try:
            await self._spool.write(pieces)
        except OSError as error:
            self._disk_failed(error)

    async def finish(self) -> Path | None:
        """The whole content as an fsynced file; None where there is a problem by now."""
        await self.spill()
        if self._spool is not None and not self.problem:
            try:
                return await self._spool.finish()
            except OSError as error:
                self._disk_failed(error)
        return None

    def content(self) -> bytes:
        """The whole content of a mail that goes to no file."""
        pieces, self._pieces = self._pieces, []
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

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
        self._pieces, self._waiting = [], 0
        self._in_flight.give(self._counted)
        self._counted = 0
        if self._spool is not None:
            self._spool.discard()
            self._spool = None

    def _disk_failed(self, error: OSError) -> None:
        log.error("smtp_spool_failed", errno=error.errno)
        self._no_room = True
        self.drop()

    def _look_for_long_lines(self, data: bytes) -> None:
        limit = self._settings.line_limit
        last = data.rfind(b"\n")
        if self._open_line + len(data) > limit:
            first, *others = data.split(b"\n")
            longest = max(self._open_line + len(first), *map(len, others), 0)
            self._line_too_long = self._line_too_long or longest > limit
        self._open_line = len(data) - 1 - last if last >= 0 else self._open_line + len(data)
