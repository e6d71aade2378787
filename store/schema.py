"""Bring a database to the schema of this version, and say whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from store.engine import Store, StoreError

FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def migrate(store: Store) -> None:
    """Apply every migration that is missing, each in a transaction; does nothing to a store that is up to date."""
    with store.writing() as connection:
        if store.dialect == "postgresql":
            # Several processes may start at once; whoever comes second finds the work done.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(6337160)")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(store: Store) -> None:
    """Raise `StoreError` unless the store has exactly this version's schema."""
    with store.reading() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory.from_config(_config()).get_current_head()
    if present != wanted:
        message = (
            f"the store's schema is {present or 'empty'}, this version needs {wanted}; run `despacho migrate`"
        )
        raise StoreError(message)
