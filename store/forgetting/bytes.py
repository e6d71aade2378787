"""Delete exact bytes: rows first, then the files that no row names any more."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, select

from store.bulk import BulkInsert
from store.deletions import day_of
from store.tables import purged_raw, raw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from store.engine import Connection, Store
    from store.forgetting.person import Person
    from store.forgetting.rows import Counted
    from store.rawfiles import RawFiles

PAGE = 50
IN_FLIGHT = 180.0
"""Seconds that bytes may be on their way from the folder into a row; a commit is given up after 120."""

SESSION = 1_800.0
"""Seconds that a mail may be on its way into the spool: as long as a session lasts."""
RECEIVING = 5.0
"""Seconds from when a mail was received until its file is in its place."""


class Removable(msgspec.Struct, frozen=True):
    """A file without a row; one that was touched after ``until`` is being taken in again (system's clock)."""

    path: str
    until: float


_mark = BulkInsert(purged_raw, ("key", "at", "cause"), skip=("key",))


def delete_rows(
    connection: Connection,
    keys: Sequence[str],
    *,
    cause: str,
    now: datetime,
    before: datetime | None = None,
) -> tuple[Counted, list[Removable]]:
    """Delete raw messages by key; gives back how many, and the files that they named.

    A row that was handed in again meanwhile stays: its time is another. With ``before`` only those go that
    were last handed in before it.
    """
    rows = connection.execute(
        select(raw.c.key, raw.c.path, raw.c.at).where(raw.c.key.in_(sorted(keys))).order_by(raw.c.key)
    ).all()
    counted: Counted = Counter()
    files: list[Removable] = []
    for row in rows:
        if before is not None and row.at >= before:
            continue
        if connection.execute(delete(raw).where(raw.c.key == row.key, raw.c.at == row.at)).rowcount:
            _mark.run(connection, [(row.key, now, cause)])
            counted["raw", "", day_of(row.at)] += 1
            if row.path:
                until = max(row.at.timestamp() + RECEIVING, now.timestamp() - IN_FLIGHT)
                files.append(Removable(row.path, until))
    return counted, files


def orphans(store: Store, files: RawFiles, person: Person | None) -> list[str]:
    """Files that no row names: what was deleted on purpose, and copies of known mail that name the person."""
    found: list[str] = []
    page: list[tuple[str, str]] = []

    def look() -> None:
        keys = [key for key, _ in page]
        with store.reading() as connection:
            named = set(connection.execute(select(raw.c.key).where(raw.c.key.in_(keys))).scalars())
            meant = set(
                connection.execute(select(purged_raw.c.key).where(purged_raw.c.key.in_(keys))).scalars()
            )
        for key, path in page:
            if key not in named and (key in meant or _names(files, path, person)):
                found.append(path)
        page.clear()

    for one in files.every():
        page.append(one)
        if len(page) == PAGE:
            look()
    if page:
        look()
    return found


def spooled(files: RawFiles, person: Person) -> int:
    """Delete what was left in the spool half received and names the person; gives how many files."""
    gone = 0
    for path in sorted(files.spool.iterdir()):
        try:
            old = path.stat().st_mtime < time.time() - SESSION
            if old and person.is_named_in(path.read_bytes().decode("latin-1")):
                path.unlink()
                gone += 1
        except FileNotFoundError:
            continue
    return gone


def _names(files: RawFiles, path: str, person: Person | None) -> bool:
    if person is None:
        return False
    try:
        return person.is_named_in(files.read(path).decode("latin-1"))
    except FileNotFoundError:
        return False
