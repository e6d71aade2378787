"""Rows written in bulk come back as they were, whatever is in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from store import driver
from store.bulk import BulkFind, BulkInsert, BulkUpdate
from store.faults import DatabaseError, is_outage
from store.tables import agents, entries, raw
from tests.store.house import ready_store, rows

if TYPE_CHECKING:
    from store.engine import Store

MOMENT = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
TEXTS = [
    "",
    'it\'s 100 % "quoted" \\ back\\u0041slash {brace} $1 :name ?',
    "line\r\nline\ttab \x01\x1f\x7f\u2028",
    "Grüße, ¿qué?, 日本語, 🙂",
]
COLUMNS = ("id", "ticket", "contact", "kind", "author", "text", "public", "at", "message_id", "flag")


@pytest.mark.parametrize("text", TEXTS)
def test_values_come_back_as_they_were(store: Store, text: str) -> None:
    """Texts of any kind, the largest numbers, what is missing, and a time to the microsecond."""
    insert = BulkInsert(entries, COLUMNS)
    row = (2**62, 7, None, "note", "", text, True, MOMENT, "", "")
    with store.writing() as connection:
        insert.run(connection, [row, (1, *row[1:])])
    small, large = rows(store, entries)
    assert (small.id, large.id, large.contact, large.text, large.public) == (1, 2**62, None, text, True)
    assert large.at == MOMENT
    assert large.at.tzinfo is UTC


def test_columns_hold_different_values_and_none(store: Store) -> None:
    """Rows whose values differ in every column, some of them missing, and a time before PostgreSQL's zero."""
    early = datetime(1970, 1, 1, tzinfo=UTC)
    given = [
        (1, 7, None, "note", "", "a", True, MOMENT, "", ""),
        (2, -8, 2**62, "reply", "Ana", "", False, early, "<m@x>", "\u00f1"),
    ]
    with store.writing() as connection:
        BulkInsert(entries, COLUMNS).run(connection, given)
    assert [(*row[:7], row.at, row.message_id, row.flag) for row in rows(store, entries)] == given


def test_rows_are_found_and_changed_by_column(store: Store) -> None:
    """By one of several values, in the order of their numbers where they are locked."""
    given = [(n, 7, None, f"kind{n}", "", "", False, MOMENT, "", "") for n in (3, 1, 2)]
    with store.writing() as connection:
        BulkInsert(entries, COLUMNS).run(connection, given)
        BulkUpdate(entries, ("kind", "at")).run(connection, [("new", MOMENT, 3), ("newer", MOMENT, 1)])
        find = BulkFind(entries, ("id", "kind"), by=("id", "ticket"), where="kind != 'kind2'", lock=True)
        assert find.run(connection, {3, 2, 1}, [7]) == [(1, "newer"), (3, "new")]
        assert find.run(connection, {3, 2, 1}, [8]) == []


def test_what_is_sent_together_fails_in_sqlalchemys_words(store: Store) -> None:
    """Whoever waits for nothing hears of it at the end of the block, and nothing of it is kept."""
    insert = BulkInsert(entries, COLUMNS)
    row = (1, 7, None, "note", "", "", False, MOMENT, "", "")

    def write() -> None:
        with store.writing() as connection, driver.together(connection):
            insert.run(connection, [row])
            insert.run(connection, [row])

    with pytest.raises(IntegrityError):
        write()
    assert rows(store, entries) == []


def test_a_connection_that_is_lost_is_an_outage_and_the_next_one_stands(postgres_url: str) -> None:
    """The transaction fails as SQLAlchemy's would, and the pool has forgotten the connection."""
    store = ready_store(postgres_url)
    insert = BulkInsert(agents, ("id", "open_tickets"))

    def write(*, lost: bool) -> None:
        with store.writing() as connection:
            ours = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            if lost:
                with store.reading() as other:
                    other.exec_driver_sql(f"SELECT pg_terminate_backend({ours}, 10000)")
            with driver.together(connection):
                insert.run(connection, [("ana", 1)])

    with pytest.raises(DatabaseError) as caught:
        write(lost=True)
    assert is_outage(caught.value)
    write(lost=False)
    assert [row.id for row in rows(store, agents)] == ["ana"]
    store.close()


def test_what_no_database_takes_is_replaced(store: Store) -> None:
    """NUL and lone surrogates become U+FFFD, in any of the rows."""
    insert = BulkInsert(entries, COLUMNS)
    bad = [
        (n, 7, None, "note", "", text, False, MOMENT, "", "") for n, text in enumerate(("a\0b", "a\ud800b"))
    ]
    with store.writing() as connection:
        insert.run(connection, bad)
    assert [row.text for row in rows(store, entries)] == ["a\ufffdb"] * 2


def test_bytes_are_kept(store: Store) -> None:
    """Raw mail holds any byte."""
    content = bytes(range(256))
    with store.writing() as connection:
        BulkInsert(raw, ("key", "size", "data", "path", "at")).run(
            connection, [("k", 256, content, None, MOMENT)]
        )
    assert rows(store, raw)[0].data == content


def test_rows_that_are_there_grow_or_give_way(store: Store) -> None:
    """What is given back is what was written; a column that is kept stays where nothing new is said."""
    columns = ("id", "open_tickets", "assigned_at")
    skip = BulkInsert(agents, columns, skip=("id",), returning=("id",))
    grow = BulkInsert(
        agents,
        columns,
        skip=("id",),
        add="open_tickets",
        keep="assigned_at",
        returning=("id", "open_tickets"),
    )
    with store.writing() as connection:
        assert skip.run_returning(connection, [("ana", 1, MOMENT)]) == [("ana",)]
        assert skip.run_returning(connection, [("ana", 9, None), ("bo", 2, None)]) == [("bo",)]
        assert skip.run_returning(connection, []) == []
        assert grow.run_returning(connection, [("ana", 3, None), ("bo", -1, MOMENT)]) == [
            ("ana", 4),
            ("bo", 1),
        ]
    assert [(row.id, row.open_tickets, row.assigned_at) for row in rows(store, agents)] == [
        ("ana", 4, MOMENT),
        ("bo", 1, MOMENT),
    ]
