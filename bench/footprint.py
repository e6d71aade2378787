"""Bytes a mail: what stays in the database, and what is written to the disk on the way."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from bench.bare import Bare, bare
from bench.mails import different_senders

if TYPE_CHECKING:
    from bench.stacks import Stack

_SQLITE = {"stored": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"}
_POSTGRESQL = {
    "stored": "SELECT pg_database_size(current_database())",
    "write-ahead log": "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn",
}
SIZE = 4096


def footprint(servers: Stack, *, mails: int) -> dict[str, dict[str, float]]:
    """Bytes a mail of 4 KiB, its acknowledgement and its notification included, by stack.

    What SQLite writes is what the kernel says that this process had written. PostgreSQL's log holds every
    page whole once after a checkpoint, so its figure is higher where checkpoints are frequent.
    """
    found = {}
    with tempfile.TemporaryDirectory(prefix="despacho-bytes-") as name:
        for stack, url in (("sqlite", ""), ("postgresql", servers.fresh("bytes")["DESPACHO_DATABASE_URL"])):
            folder = Path(name) / stack
            folder.mkdir()
            with bare(url or f"sqlite:///{folder}/desk.db", folder) as desk:
                _run(desk, 20)
                before = _bytes(desk)
                _run(desk, mails)
                after = _bytes(desk)
            found[stack] = {what: (after[what] - before[what]) / mails for what in after}
    return found


def _run(desk: Bare, count: int) -> None:
    desk.accept(list(different_senders(count, SIZE)))
    desk.work()
    desk.send()


def _bytes(desk: Bare) -> dict[str, float]:
    sqlite = desk.store.dialect == "sqlite"
    with desk.store.reading() as connection:
        questions = _SQLITE if sqlite else _POSTGRESQL
        found = {what: float(connection.execute(text(sql)).scalar_one()) for what, sql in questions.items()}
    return found | ({"written": _written()} if sqlite else {})


def _written() -> float:
    match = re.search(r"^write_bytes: (\d+)", Path("/proc/self/io").read_text(), re.MULTILINE)
    assert match is not None
    return float(match[1])
