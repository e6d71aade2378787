"""Statements that are put into SQL once find and write what they do by SQLAlchemy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from store.prepared import Prepared
from store.tables import entries, people

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from store.engine import Store

NOON = datetime(2026, 11, 30, 12, 0, 0, 250, tzinfo=UTC)
HERE = timezone(timedelta(hours=2))

_find = select(people.c.address, people.c.name, people.c.first_seen, people.c.bounced_at).where(
    people.c.address.in_(bindparam("addresses", expanding=True))
)
_rename = (
    update(people)
    .where(people.c.address.in_(bindparam("addresses", expanding=True)))
    .values(name=bindparam("new_name"), bounced_at=bindparam("at"))
)


def fill(connection: Connection) -> None:
    """Three people; one has a name that is not plain."""
    rows = [
        {"address": f"p{number}@customer.example", "name": name, "first_seen": NOON}
        for number, name in enumerate(("Ana", 'Bjørn "B" O\'Hara', "1"))
    ]
    connection.execute(insert(people), rows)


def test_rows_are_those_that_sqlalchemy_finds(store: Store) -> None:
    """Texts, times, nulls, and lists of any length, of values that are there and that are not."""
    prepared = Prepared(_find.order_by(people.c.address))
    with store.writing() as connection:
        fill(connection)
        for many, there in ((0, 0), (1, 1), (3, 3), (200, 3)):
            values = {"addresses": [f"p{number}@customer.example" for number in range(many)]}
            theirs = [tuple(row) for row in connection.execute(_find.order_by(people.c.address), values)]
            assert prepared.rows(connection, values) == theirs
            assert [row[2] for row in theirs] == [NOON] * there


@pytest.mark.parametrize(("without", "left"), [([], 3), (["p1@customer.example", "nobody@x.example"], 2)])
def test_a_list_of_what_is_not_wanted(store: Store, without: list[str], left: int) -> None:
    """All but those; an empty list takes nobody away."""
    others = select(people.c.address).where(people.c.address.not_in(bindparam("without", expanding=True)))
    with store.writing() as connection:
        fill(connection)
        found = Prepared(others).rows(connection, {"without": without})
    assert len(found) == left
    assert ("p1@customer.example",) not in found or not without


def test_a_flag_is_true_or_false(store: Store) -> None:
    """SQLite keeps a number for it."""
    with store.writing() as connection:
        entry = {"id": 1, "ticket": 1, "kind": "note", "author": "", "text": "", "at": NOON, "public": True}
        connection.execute(insert(entries), entry)
        [(public,)] = Prepared(select(entries.c.public)).rows(connection, {})
        assert public is True


def test_values_are_kept_as_everywhere(store: Store) -> None:
    """Times of any zone in UTC; what no database takes of a text is replaced, in lists, too."""
    with store.writing() as connection:
        fill(connection)
        given = {"new_name": "a\0b\ud800", "at": NOON.astimezone(HERE)}
        Prepared(_rename).run(connection, given | {"addresses": ["p0@customer.example", "\ud800", "\0"]})
        found = Prepared(_find).rows(connection, {"addresses": ["p0@customer.example"]})
        assert found == [("p0@customer.example", "a\ufffdb\ufffd", NOON, NOON)]
        with pytest.raises(Exception, match="zone"):
            Prepared(_rename).run(connection, given | {"addresses": [], "at": datetime(2026, 11, 30)})  # noqa: DTZ001


def test_what_fails_fails_as_by_sqlalchemy(store: Store) -> None:
    """Callers tell a bad row from an outage by the exception."""
    taken = update(people).values(address=bindparam("address"))
    with store.writing() as connection:
        fill(connection)
    with pytest.raises(IntegrityError), store.writing() as connection:
        Prepared(taken).run(connection, {"address": "p0@customer.example"})


def test_whoever_listens_to_statements_hears_it(store: Store) -> None:
    """The tests that look at plans see what runs when nobody looks."""
    heard: list[str] = []
    with store.writing() as connection:
        fill(connection)
        prepared = Prepared(_find)
        values = {"addresses": ["p1@customer.example"]}
        unheard = prepared.rows(connection, values)

        @event.listens_for(connection, "before_cursor_execute")
        def _note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            heard.append(statement)

        assert prepared.rows(connection, values) == unheard
        assert len(heard) == 1
