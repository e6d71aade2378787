"""Bring a database to the schema of this version, and say whether it is there."""

from __future__ import annotations

from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from store.engine import Store, StoreError

log = structlog.get_logger(__name__)

FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def migrate(store: Store) -> None:
    """Apply every migration that is missing, in a transaction; does nothing where none is.

    Raises `StoreError` for a store that a newer version of this program has changed.
    """
    with store.writing() as connection:
        if store.dialect == "postgresql":
            # Several processes may start at once; whoever comes second finds the work done.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(6337160)")
        before = MigrationContext.configure(connection).get_current_revision()
        _refuse_newer(before)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        after = MigrationContext.configure(connection).get_current_revision()
    if after != before:
        log.info("schema_migrated", before=before, after=after)


def check(store: Store) -> None:
    """Raise `StoreError` unless the store has exactly this version's schema."""
    there, wanted = present(store), ScriptDirectory.from_config(_config()).get_current_head()
    _refuse_newer(there)
    if there != wanted:
        message = (
            f"the store's schema is {there or 'empty'}, this version needs {wanted}; run `despacho migrate`"
        )
        raise StoreError(message)


def present(store: Store) -> str | None:
    """The revision that a store's schema has, ``None`` for an empty one; changes nothing."""
    with store.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(revision: str | None) -> None:
    """There is no way back: a schema that this version has no migration for is a later one's."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        message = f"the store's schema is {revision}, which this version does not know; install a newer one"
        raise StoreError(message)
