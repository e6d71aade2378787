"""Rows written in bulk come back as they were, whatever is in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from store.bulk import BulkInsert
from store.tables import agents, entries, raw
from tests.store.house import rows

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
