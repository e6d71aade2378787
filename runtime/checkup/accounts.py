"""Whether the books balance, and whether every raw message is still there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.listing import counted
from store import raw_views
from store.books import Books, read_books

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.settings import Settings
    from store.engine import Store
    from store.raw_views import Kept

SAMPLE = 500
"""How many of the newest files are looked for without ``--deep``."""
_NAMED = 3


def look_at_books(store: Store) -> list[Finding]:
    """The counts and every rule that does not hold."""
    with store.reading() as connection:
        books = read_books(connection)
    return [_sum(books), *_broken(books)]


def look_at_raw(settings: Settings, store: Store, *, deep: bool) -> list[Finding]:
    """The files that rows speak of; with ``deep`` the content of every message, by its hash."""
    folder = settings.data / "raw"
    with store.reading() as connection:
        rows = raw_views.every(connection) if deep else iter(raw_views.newest_files(connection, SAMPLE))
        looked, bad = 0, []
        for row in rows:
            looked += 1
            if not (_is_whole(row, folder) if deep else _is_there(row, folder)):
                bad.append(row.key)
    what = f"{counted(looked, 'raw message')}, every byte" if deep else f"{counted(looked, 'large raw file')}"
    if not bad:
        return [Finding("raw", "green", f"{what}: all there")]
    named = ", ".join(key[:16] for key in bad[:_NAMED])
    named = ", ".join(key[:16] for key in bad[:_NAMED])
    says = f"{what}: {len(bad):,} missing or damaged, such as {named}"
    advice = f"put {folder} back from a backup; tickets keep what was read of them"
    return [Finding("raw", "red", says, advice)]


def _sum(books: Books) -> Finding:
    states = books.states
    came = f"{books.seen:,} handed in = {books.contacts:,} contacts + {books.duplicates:,} known already"
    became = (
        f"contacts = {states['ticket']:,} tickets + {states['reply']:,} replies"
        f" + {states['aside']:,} set aside + {states['dead']:,} dead + {states['new']:,} to do"
    )
    if states["purged"]:
        became += f" + {states['purged']:,} deleted by retention"
    says = f"{came}; {became}"
    if books.duplicates < 0:
        return Finding(
            "books", "red", says, "contacts are there that nobody handed in: keep a copy, report it"
        )
    return Finding("books", "green", says)


def _broken(books: Books) -> list[Finding]:
    if not books.broken:
        return [Finding("balance", "green", "every rule of the books holds")]
    return [
        Finding(
            "balance",
            "red",
            f"not so: {one.rule}; {one.count:,} break it: {', '.join(one.examples[:_NAMED])}",
            "keep a copy of the database, and report it: this is a fault of ours",
        )
        for one in books.broken
    ]


def _is_there(row: Kept, folder: Path) -> bool:
    path = folder / (row.path or "")
    return path.is_file() and path.stat().st_size == row.size


def _is_whole(row: Kept, folder: Path) -> bool:
    if row.data is not None:
        return hashlib.sha256(row.data).hexdigest() == row.key
    try:
        with (folder / (row.path or "")).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == row.key
    except OSError:
        return False
