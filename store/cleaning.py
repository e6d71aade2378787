"""Make deleted bytes go from the database's own files, and not only from its tables.

SQLite leaves what was deleted in free pages and in its log until something is written there. PostgreSQL
leaves old versions of rows until a vacuum, and what it wrote in its log until that is recycled.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from store.columns import metadata

if TYPE_CHECKING:
    from store.engine import Store

WAIT_SECONDS = 60.0
"""How long others' transactions are waited for."""


def overwrite_deleted(store: Store) -> None:
    """From now on this process overwrites with zeros what it deletes (SQLite's ``secure_delete``)."""
    if store.dialect == "sqlite":
        with store.writing() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete=ON")


def size(store: Store) -> int:
    """Bytes of the database's file; 0 for a server's."""
    if store.dialect != "sqlite":
        return 0
    return Path(str(store.url.database)).stat().st_size


def clean(store: Store) -> bool:
    """Write the database anew without its free pages, and empty its log.

    SQLite: one transaction as long as it takes to write the file once; other writers wait, readers do not.
    PostgreSQL: old versions of rows are vacuumed; nobody waits. False where somebody read all the time and
    the log could not be emptied: the next call can.
    """
    if store.dialect == "sqlite":
        return _clean_sqlite(str(store.url.database))
    with store.outside_transaction() as connection:
        for table in metadata.sorted_tables:
            connection.execute(text(f'VACUUM "{table.name}"'))
    return True


def _clean_sqlite(path: str) -> bool:
    with contextlib.closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        # The copy goes to a file that has no name, not to memory.
        connection.execute("PRAGMA temp_store=FILE")
        connection.execute("VACUUM")
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
