"""Transactions: durable or refused, whole or not at all, and never "database is locked"."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy import delete, event, insert, select, text, update

from store.engine import Store, StoreError
from store.tables import agents, counters, people
from tests.store.house import NOON, in_threads, ready_store, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.postgres_server import Postgres


ANA = insert(agents).values(id="ana", open_tickets=1)


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """An empty desk's store on a file."""
    store = ready_store(f"sqlite:///{tmp_path / 'desk.db'}")
    yield store
    store.close()


def test_a_store_that_commits_to_the_disk_is_taken(store: Store) -> None:
    """A store made by us is durable on both databases."""
    store.check_durable()


def test_postgresql_compiles_no_query(postgres_url: str) -> None:
    """In a burst the search for work took ten times as long, by figures that were of before it."""
    store = Store(postgres_url)
    with store.reading() as connection:
        assert connection.execute(text("SHOW jit")).scalar_one() == "off"
    store.close()


@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE"])
def test_a_forgetful_sqlite_is_refused(tmp_path: Path, pragma: str) -> None:
    """A commit that a power cut could take back is no commit, and the operator reads what to change."""
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    event.listen(store._writer, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
    with pytest.raises(StoreError, match="must be wal and FULL"):
        store.check_durable()
    store.close()


def test_a_forgetful_postgresql_is_refused(postgres: Postgres, postgres_url: str) -> None:
    """A database that is set not to wait for its log is refused with the setting's name."""
    name = sqlalchemy.make_url(postgres_url).database
    postgres.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    store = Store(postgres_url)
    with pytest.raises(StoreError, match="synchronous_commit = off"):
        store.check_durable()
    store.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("mysql://u@h/d", "no database we know"),
    ],
)
def test_a_database_that_cannot_keep_mail_is_refused(url: str, said: str) -> None:
    """Memory and unknown databases are refused by name before anything is opened."""
    with pytest.raises(StoreError, match=said):
        Store(url)


def test_any_spelling_of_postgresql_uses_our_driver() -> None:
    """An operator may copy the URL that a hosting page shows."""
    assert Store("postgresql://u@127.0.0.1/d").url.drivername == "postgresql+psycopg"


def test_a_sqlite_folder_is_made(tmp_path: Path) -> None:
    """The first start makes the folder of its database."""
    store = ready_store(f"sqlite:///{tmp_path / 'var' / 'new' / 'desk.db'}")
    store.check_durable()
    store.close()


def test_a_transaction_is_whole_or_not_at_all(store: Store) -> None:
    """What a block wrote before it raised is gone."""

    def break_off() -> None:
        with store.writing() as connection:
            connection.execute(ANA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert rows(store, agents) == []


def test_a_savepoint_does_not_outlive_its_transaction(store: Store) -> None:
    """SQLAlchemy's default on SQLite lets a released savepoint survive the outer rollback; ours does not."""

    def break_off() -> None:
        with store.writing() as connection:
            with connection.begin_nested():
                connection.execute(ANA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert rows(store, agents) == []


def test_a_savepoint_that_is_taken_back_takes_back_only_its_own(store: Store) -> None:
    """What stood before the savepoint is committed with the transaction."""
    with store.writing() as connection:
        connection.execute(ANA)
        savepoint = connection.begin_nested()
        connection.execute(insert(agents).values(id="bjorn", open_tickets=1))
        savepoint.rollback()
    assert [row.id for row in rows(store, agents)] == ["ana"]


def test_sqlites_default_is_the_trap_that_the_engine_avoids(tmp_path: Path) -> None:
    """If this fails, the driver has changed: the engine's own BEGIN may then be looked at again."""
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'plain.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (words TEXT)"))
    with engine.connect() as connection:
        with connection.begin_nested():
            connection.execute(text("INSERT INTO note VALUES ('trapped')"))
        connection.rollback()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM note")).scalar() == 1
    engine.dispose()


def test_reading_and_then_writing_is_never_locked_out(desk_url: str) -> None:
    """Two processes' worth of writers that read first wait for each other, and every step counts once."""
    stores = [ready_store(desk_url), Store(desk_url)]
    with stores[0].writing() as connection:
        connection.execute(insert(counters).values(name="both", value=0))
    mine = counters.c.name == "both"
    select(counters.c.value).where(mine).with_for_update()

    def count_up(store: Store) -> None:
        for _ in range(40):
            with store.writing() as connection:
                value = connection.execute(
                    select(counters.c.value).where(mine).with_for_update()
                ).scalar_one()
                connection.execute(update(counters).where(mine).values(value=value + 1))

    in_threads(*(lambda store=store: count_up(store) for store in stores * 2))
    with stores[0].reading() as connection:
        assert connection.execute(select(counters.c.value).where(mine)).scalar_one() == 160
    for store in stores:
        store.close()


def test_a_reader_is_not_blocked_by_a_writer(store: Store) -> None:
    """While a batch writes, others read what was committed before, at once."""
    with store.writing() as writer:
        writer.execute(ANA)
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(len(rows(store, agents))))
        reader.start()
        reader.join(10)
        assert seen == [0]
    assert len(rows(store, agents)) == 1


def test_a_log_that_a_long_reader_grew_shrinks_again(sqlite_store: Store) -> None:
    """What a report or a backup held back does not stay on the disk for ever."""
    log = Path(f"{sqlite_store.url.database}-wal")

    def write(times: int) -> None:
        for number in range(times):
            with sqlite_store.writing() as connection:
                connection.execute(
                    insert(people).values(address=f"{number}", name="x" * 500_000, first_seen=NOON)
                )
                connection.execute(delete(people))

    with sqlite_store.reading() as reader:
        reader.execute(select(people.c.address)).all()
        write(100)
        assert log.stat().st_size > 40 * 2**20
    write(100)
    assert log.stat().st_size <= 33 * 2**20


def test_all_threads_write_on_one_connection(sqlite_store: Store) -> None:
    """Its page cache stays warm, and there is only one; after an error it is a new one."""

    def write(name: str) -> None:
        with sqlite_store.writing() as connection:
            connection.execute(insert(agents).values(id=name, open_tickets=1))

    in_threads(*(lambda name=name: write(name) for name in "abcdef"))
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        write("a")
    write("g")
    assert len(rows(sqlite_store, agents)) == 7
    pool = sqlite_store._writer.pool
    assert isinstance(pool, sqlalchemy.QueuePool)
    assert pool.checkedout() + pool.checkedin() == 1


def test_readers_leave_connections_alone_that_they_do_not_need(sqlite_store: Store) -> None:
    """After a crowd of readers, one that reads now and then takes the same connection each time."""
    with ExitStack() as crowd:
        for _ in range(5):
            crowd.enter_context(sqlite_store.reading())
    used = set()
    for _ in range(5):
        with sqlite_store.reading() as connection:
            used.add(connection.connection.dbapi_connection)
    assert len(used) == 1


def test_a_time_keeps_its_moment_and_comes_back_in_utc(store: Store) -> None:
    """Whatever zone a time was given in, the store gives the same moment in UTC, to the microsecond."""
    there = datetime(2026, 11, 21, 17, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with store.writing() as connection:
        connection.execute(insert(people).values(address="a", first_seen=there))
    [row] = rows(store, people)
    assert row.first_seen == there
    assert row.first_seen.tzinfo is UTC
    assert row.bounced_at is None


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    """Nobody guesses a zone later."""
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(sqlalchemy.exc.StatementError, match="without a zone"), store.writing() as connection:
        connection.execute(insert(people).values(address="a", first_seen=naive))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plain", "plain"),
        ("Ørsted ñ 日本 🚲", "Ørsted ñ 日本 🚲"),
        ("a\0b", "a\ufffdb"),
        ("caf\udce9", "caf\ufffd"),
        ("\ud83d x", "\ufffd x"),
    ],
)
def test_no_text_is_refused(store: Store, given: str, kept: str) -> None:
    """NUL and lone surrogates, which would fail a whole batch, are replaced in what is written or sought."""
    with store.writing() as connection:
        connection.execute(insert(people).values(address=given, name=given, first_seen=NOON))
    with store.reading() as connection:
        found = connection.execute(select(people.c.name).where(people.c.address == given)).scalars().all()
    assert found == [kept]
