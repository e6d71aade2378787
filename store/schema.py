"""Bring a database to the schema of this version, and say whether it is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, inspect, text

from store.engine import Store, StoreError

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).parent / "migrations"
PATIENCE = "10min"
"""How long a process waits for another one that migrates."""
_NUMBERED = re.compile(r"(\d{4})_")


# Alembic is imported where there is something for it to do: most starts find everything done, and importing
# it would take them a tenth of their time.


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def migrate(store: Store) -> None:
    """Apply every migration that is missing, in a transaction; does nothing where none is.

    Raises `StoreError` for a store that a newer version of this program has changed.
    """
    with store.writing() as connection:
        if store.dialect == "postgresql":
            # Several processes may start at once; whoever comes second finds the work done. An index of a
            # large table takes minutes.
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(6337160)")
            connection.exec_driver_sql("SET LOCAL lock_timeout TO DEFAULT")
        before = _revision(connection)
        _refuse_newer(before)
        after = newest()
        if before == after:
            return
        _upgrade(connection)
    log.info("schema_migrated", before=before, after=after)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def check(store: Store) -> None:
    """Raise `StoreError` unless the store has exactly this version's schema."""
    there, wanted = present(store), newest()
    _refuse_newer(there)
    if there != wanted:
        message = (
            f"the store's schema is {there or 'empty'}, this version needs {wanted}; run `despacho migrate`"
        )
        raise StoreError(message)


def newest() -> str:
    """The revision that this version makes: its migrations are numbered in their files' names."""
    return max(_known())


def present(store: Store) -> str | None:
    """The revision that a store's schema has, ``None`` for an empty one; changes nothing."""
    with store.reading() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    """What Alembic has written down."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _known() -> set[str]:
    files = (FOLDER / "versions").glob("*.py")
    return {found[1] for file in files if (found := _NUMBERED.match(file.name)) is not None}


def _refuse_newer(revision: str | None) -> None:
    """There is no way back: a schema that this version has no migration for is a later one's."""
    if revision is not None and revision not in _known():
        message = f"the store's schema is {revision}, which this version does not know; install a newer one"
        raise StoreError(message)
