"""Looks at everything a desk holds: what its processes take of the machine, and what its store says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from store.faults import DatabaseError
from store.standing import read_standing

if TYPE_CHECKING:
    from store.engine import Store

_MIB = 2**20
_PG_WAL = text("SELECT sum(size) FROM pg_ls_waldir()")
_PG_SIZE = text("SELECT pg_database_size(current_database())")
_SQLITE_SIZE = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
RESIDENT, SHARE, DESCRIPTORS, THREADS = "resident MiB", "PSS MiB", "descriptors", "threads"
WAL, SIZE = "write-ahead log MiB", "database MiB"
UNDONE, LATE, UNSENT = "events undone", "oldest due s", "mails unsent"


def of_process(pid: int) -> dict[str, float]:
    """What a process takes now: memory (all, and its share of what is shared), descriptors, threads.

    Raises OSError where it is gone.
    """
    folder = Path("/proc") / str(pid)
    status = (folder / "status").read_text()
    return {
        RESIDENT: _field(status, "VmRSS") / 1024,
        SHARE: _field((folder / "smaps_rollup").read_text(), "Pss") / 1024,
        DESCRIPTORS: sum(1 for _ in (folder / "fd").iterdir()),
        THREADS: _field(status, "Threads"),
    }


def of_store(store: Store) -> dict[str, float]:
    """What the database takes and what waits in it; nothing where it is away."""
    now = datetime.now(UTC)
    try:
        with store.reading() as connection:
            standing = read_standing(connection, now=now)
            size = connection.execute(_SQLITE_SIZE if _is_file(store) else _PG_SIZE).scalar_one()
            wal = _wal_file(store) if _is_file(store) else connection.execute(_PG_WAL).scalar_one()
    except DatabaseError:
        return {}
    late = (now - standing.oldest_due).total_seconds() if standing.oldest_due else 0.0
    return {
        WAL: float(wal) / _MIB,
        SIZE: size / _MIB,
        UNDONE: standing.undone,
        LATE: late,
        UNSENT: standing.unsent,
    }


def _is_file(store: Store) -> bool:
    return store.dialect == "sqlite"


def _wal_file(store: Store) -> int:
    path = Path(f"{store.url.database}-wal")
    return path.stat().st_size if path.exists() else 0


def _field(lines: str, name: str) -> int:
    match = re.search(rf"^{name}:\s+(\d+)", lines, re.MULTILINE)
    assert match is not None
    return int(match[1])
