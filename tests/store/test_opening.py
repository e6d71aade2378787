"""Several processes open a database that is new to all of them."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

from store.engine import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_a_store_that_is_new_to_several_is_opened_by_all(tmp_path: Path) -> None:
    """Who turns the write-ahead log on locks the file, and SQLite itself waits for nobody then."""
    path = tmp_path / "new.db"
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("CREATE TABLE things (id INTEGER)")
    first.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(0.3, lambda: first.execute("COMMIT"))
    release.start()
    store = Store(f"sqlite:///{path}")
    with store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.close()
    release.join()
    first.close()
