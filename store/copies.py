"""Copy a database as of one moment, while others write; and put a copy back."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from store import raw_views
from store.engine import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.engine import Store

SQLITE, POSTGRESQL = "despacho.db", "despacho.dump"
"""What the copy is called in a backup."""


def copy_out(store: Store, folder: Path) -> tuple[str, list[str]]:
    """Copy the database into a folder; gives the copy's name, and the raw files that it speaks of."""
    if store.dialect == "sqlite":
        target = folder / SQLITE
        target.unlink(missing_ok=True)
        _sqlite_copy(str(store.url.database), target)
        with contextlib.closing(sqlite3.connect(target)) as connection:
            rows = connection.execute("SELECT path FROM raw WHERE path IS NOT NULL ORDER BY path").fetchall()
        return SQLITE, [row[0] for row in rows]
    target = folder / POSTGRESQL
    with store.reading() as connection:
        # One moment for both: the dump, and the files that it names.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        options = ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}"]
        _run(store, "pg_dump", options)
        paths = [kept.path for kept in raw_views.files(connection)]
    return POSTGRESQL, [path for path in paths if path]


def check_copy(copy: Path) -> str:
    """What is wrong with a copy, beyond its bytes; an empty string where nothing is."""
    if copy.name != SQLITE:
        return ""
    with contextlib.closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            return f"{copy.name} cannot be read: {error}"
    return "" if found == "ok" else f"{copy.name} is damaged: {found}"


def put_back_sqlite(copy: Path, place: Path) -> None:
    """Put a copy in the place of a database that is not there."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(place.name + ".restoring")
    shutil.copyfile(copy, partial)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(place)


def put_back_postgresql(store: Store, copy: Path) -> None:
    """Put a dump into a database, in one transaction; what is there of the same names goes."""
    _run(store, "pg_restore", ["--clean", "--if-exists", "--no-owner", "--single-transaction"], copy)


def others_at_work(store: Store) -> int:
    """How many other sessions a PostgreSQL database has."""
    with store.reading() as connection:
        asked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(connection.exec_driver_sql(asked).scalar_one())


def _sqlite_copy(source: str, target: Path) -> None:
    """A reader for as long as it takes: writers go on beside it, and free pages are left out."""
    with contextlib.closing(sqlite3.connect(source, timeout=60, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    Path(target).chmod(0o600)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _run(store: Store, program: str, options: Sequence[str], *files: Path) -> None:
    if shutil.which(program) is None:
        raise StoreError(f"{program} is not here: install PostgreSQL's client programs (postgresql-client).")
    url = make_url(store.url).set(drivername="postgresql")
    environ = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    plain = url.set(password=None).render_as_string(hide_password=False)
    words = [program, *options, f"--dbname={plain}", *map(str, files)]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise StoreError(f"{program} failed: {said[-1] if said else f'exit code {done.returncode}'}")
    target = next((one.partition("=")[2] for one in options if one.startswith("--file=")), "")
    if target:
        with Path(target).open("rb") as file:
            os.fsync(file.fileno())
