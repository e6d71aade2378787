"""Migrations make exactly the tables that the code speaks of, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, insert, select, text

from store import engine, keys, schema, tables
from store.columns import metadata
from store.engine import Store, StoreError
from tests.store.house import NOON, PATIENT, in_threads, ready_store

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def empty(database_url: str) -> Iterator[Store]:
    """A database with nothing in it."""
    store = Store(database_url)
    yield store
    store.close()


def test_migrations_make_the_tables_of_the_code(empty: Store) -> None:
    """Alembic finds no difference in tables, columns, types, indexes and keys."""
    schema.migrate(empty)
    with empty.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_changes_nothing(empty: Store) -> None:
    """A start of a store that is up to date leaves it and what is in it alone."""
    schema.migrate(empty)
    with empty.writing() as connection:
        connection.execute(insert(tables.agents).values(id="ana", open_tickets=3))
    schema.migrate(empty)
    with empty.reading() as connection:
        assert connection.execute(select(tables.agents.c.open_tickets)).scalar_one() == 3


def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    """Whoever comes second waits, and finds the work done."""
    stores = [Store(database_url) for _ in range(3)]
    in_threads(*(lambda store=store: schema.migrate(store) for store in stores))
    for store in stores:
        schema.check(store)
        store.close()


def test_whoever_starts_second_waits_longer_than_for_a_row(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration may take minutes, and no other start fails by it; waiting for a row still ends soon."""
    monkeypatch.setattr(engine, "LOCK_TIMEOUT", "50ms")
    first, second = Store(postgres_url), Store(postgres_url)
    with first.writing() as migrating, ThreadPoolExecutor(1) as pool:
        migrating.execute(text("SELECT pg_advisory_xact_lock(6337160)"))
        start = pool.submit(schema.migrate, second)
        with pytest.raises(TimeoutError):
            start.result(0.3)
        migrating.commit()
        start.result(PATIENT)
    schema.check(second)
    with second.reading() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "50ms"
    for store in (first, second):
        store.close()


def test_a_store_without_a_schema_is_refused(empty: Store) -> None:
    """The operator reads what is there, what is wanted and what to do."""
    with pytest.raises(StoreError, match=r"is empty, this version needs \d+; run `despacho migrate`"):
        schema.check(empty)


def test_a_store_without_a_key_is_refused(empty: Store) -> None:
    """Nothing is signed before there is a key that every process shares."""
    schema.migrate(empty)
    with pytest.raises(StoreError, match="no signing key"), empty.reading() as connection:
        keys.keyring(connection)


def test_the_first_key_is_made_once(empty: Store) -> None:
    """Every later start finds the key that signed what customers hold."""
    schema.migrate(empty)
    tags = set()
    for _ in range(3):
        with empty.writing() as connection:
            keys.ensure(connection, NOON)
        with empty.reading() as connection:
            tags.add(keys.keyring(connection).reply_tag(7))
    assert len(tags) == 1


def test_processes_that_start_at_once_make_one_key(desk_url: str) -> None:
    """What one process signs, every other knows."""
    stores = [ready_store(desk_url), Store(desk_url)]
    with stores[0].writing() as connection:
        connection.execute(tables.signing_keys.delete())

    def start(store: Store) -> None:
        with store.writing() as connection:
            keys.ensure(connection, NOON)

    in_threads(*(lambda store=store: start(store) for store in stores * 3))
    with stores[0].reading() as connection:
        assert len(connection.execute(select(tables.signing_keys)).all()) == 1
    for store in stores:
        store.close()


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_number_is_never_given_again(table: Table) -> None:
    """Where the database gives ids, SQLite is told that deleting the newest row frees no number."""
    automatic = "id" in table.c and table.c.id.autoincrement is True
    assert automatic == bool(table.dialect_options["sqlite"]["autoincrement"])


def test_a_store_made_ready_is_checked_without_complaint(desk_url: str) -> None:
    """What `migrate` makes, `check` takes."""
    store = ready_store(desk_url)
    schema.check(store)
    store.close()


def test_the_newest_revision_is_the_one_that_the_migrations_lead_to() -> None:
    """Files are numbered as their revisions are: the number says without Alembic whether there is work."""
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    scripts = ScriptDirectory.from_config(config)
    assert schema.newest() == scripts.get_current_head()
    names = {Path(script.path).name.partition("_")[0] for script in scripts.walk_revisions()}
    assert names == {script.revision for script in scripts.walk_revisions()}


def test_large_values_are_compressed_quickly(postgres_url: str) -> None:
    """PostgreSQL's own compression is slow; where it has LZ4, what holds much is told to use it."""
    store = ready_store(postgres_url)
    with store.reading() as connection:
        has = "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
        asked = (
            "SELECT count(*) FROM pg_attribute WHERE attcompression = 'l' AND attrelid IN ("
            "'raw'::regclass, 'messages'::regclass, 'entries'::regclass, 'outgoing'::regclass)"
        )
        found = connection.exec_driver_sql(asked).scalar()
        assert found == (5 if connection.exec_driver_sql(has).scalar() else 0)
    store.close()
