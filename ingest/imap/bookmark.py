"""Where the desk stands in a folder, and how it begins: at now, whatever lies there already.

Numbers of mails hold for one UIDVALIDITY (RFC 3501 section 2.3.1.1). Where it changes, or where the server
was put back to an earlier state and gives out numbers that were had before, another generation begins: the
whole folder is walked once more, of what was there before only mail that arrived since the desk last looked,
and what is known already is known by its content.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from store import imap as rows
from store.imap import Folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ingest.imap.session import Selected
    from store.engine import Connection, Store

log = structlog.get_logger(__name__)

MARGIN = timedelta(days=1)
"""How much earlier than our last look a mail may seem to have arrived that we have not seen."""
SKEW = timedelta(minutes=1)
"""The same for the moment when the desk came: what was there before is nobody's ticket."""


class Bookmark:
    """The rows of one place, read anew after each change."""

    def __init__(self, store: Store, place: str, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._place = place
        self._now = now
        self._folder: Folder | None = None

    @property
    def folder(self) -> Folder:
        """The generation that is current; after `open`."""
        if self._folder is None:
            raise RuntimeError("the folder was not opened")
        return self._folder

    @property
    def known_folder(self) -> Folder | None:
        """The same, or ``None`` before `open`."""
        return self._folder

    def open(self, selected: Selected) -> None:
        """Find the generation that goes with what the server says, or begin one."""
        known = self._read()
        if known is None:
            self._begin(_first(self._place, selected, self._now()))
        elif known.validity != selected.validity or selected.next_uid <= known.uid:
            log.warning(
                "imap_numbers_changed",
                generation=known.generation + 1,
                validity_changed=known.validity != selected.validity,
            )
            self._begin(_next(known, selected, self._looked()))

    def trying(self, uid: int) -> None:
        """Work up to ``uid`` begins."""
        self._write(lambda connection: rows.try_until(connection, self.folder, uid))

    def step(self, ahead: rows.Step) -> None:
        """Everything up to ``ahead.uid`` is done."""
        self._write(lambda connection: rows.step(connection, self.folder, ahead))

    def settled(self, uid: int) -> None:
        """Everything up to ``uid`` is flagged or moved."""
        self._write(lambda connection: rows.settled(connection, self.folder, uid))

    def copied(self, uid: int) -> None:
        """Everything up to ``uid`` was copied."""
        self._write(lambda connection: rows.copied(connection, self.folder, uid))

    def proved(self) -> None:
        """The folder has proved itself."""
        self._write(lambda connection: rows.proved(connection, self.folder, self._now()))

    def count_try(self, uid: int) -> int:
        """One mail alone is begun; how often it was, this time included."""
        with self._store.writing() as connection:
            return rows.count_try(connection, self.folder, uid, self._now())

    def forgive(self, uid: int) -> None:
        """That try is none."""
        with self._store.writing() as connection:
            rows.forgive(connection, self.folder, uid)

    def ended_well(self, uid: int) -> None:
        """One mail alone was taken whole."""
        with self._store.writing() as connection:
            rows.ended_well(connection, self.folder, uid)

    def note(self, uid: int, what: str) -> None:
        """Keep what is of note about a mail."""
        with self._store.writing() as connection:
            rows.note(connection, self.folder, uid, what, self._now())

    def noted(self, first: int, last: int) -> set[int]:
        """Mails that stay where they are."""
        with self._store.reading() as connection:
            return rows.noted(connection, self.folder, first, last)

    def known(self, keys: list[str]) -> set[str]:
        """Which of these receipts are there."""
        with self._store.reading() as connection:
            return rows.known(connection, keys)

    def _read(self) -> Folder | None:
        with self._store.reading() as connection:
            self._folder = rows.current(connection, self._place)
        return self._folder

    def _write(self, change: Callable[[Connection], None]) -> None:
        with self._store.writing() as connection:
            change(connection)
            self._folder = rows.current(connection, self._place)

    def _begin(self, folder: Folder) -> None:
        self._write(lambda connection: rows.begin(connection, folder))
        log.info("imap_folder_begun", generation=folder.generation, already_there=folder.floor - 1)

    def _looked(self) -> datetime | None:
        with self._store.reading() as connection:
            return next(
                (one.looked_at for one in rows.standings(connection) if one.place == self._place), None
            )


def _first(place: str, selected: Selected, now: datetime) -> Folder:
    """Begin at now: what lies there is history, and only an import brings it."""
    before = selected.next_uid - 1
    return Folder(
        place=place,
        generation=1,
        validity=selected.validity,
        began_at=now,
        since=None,
        floor=selected.next_uid,
        uid=before,
        settled=before,
        copied=before,
    )


def _next(known: Folder, selected: Selected, looked: datetime | None) -> Folder:
    """Walk from the beginning; below the next number only what arrived since we last looked.

    Nothing that was there before the desk came is ever taken, whatever the folder's numbers say.
    """
    last = max(known.began_at, looked or known.began_at)
    return Folder(
        place=known.place,
        generation=known.generation + 1,
        validity=selected.validity,
        began_at=known.began_at,
        since=max(last - MARGIN, known.began_at - SKEW),
        floor=selected.next_uid,
        uid=0,
        settled=0,
        copied=0,
        proved_at=known.proved_at,
    )
