"""The statements of each table, as the databases understand them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import kinds
from store.columns import Words

if TYPE_CHECKING:
    from store.engine import Store


@pytest.mark.parametrize("kind", kinds.FLUSHED, ids=lambda kind: kind.table.name)
def test_every_statement_of_a_kind_is_understood(store: Store, kind: kinds.Kind[Any]) -> None:
    """Each table's statements run on each database, and each record's fields are columns of its table."""
    assert set(kind.fields) <= set(kind.table.c.keys())
    with store.writing() as connection:
        for column in kind.lookups:
            value = "1" if _is_text(kind, column) else 1
            assert kind.find(column).rows(connection, {"values": [value]}) == []
        if kind.key:
            key = tuple("1" if _is_text(kind, name) else 1 for name in kind.key)
            kind.lock(connection, [key])
            assert connection.execute(kind.standing, {"identities": [key]}).all() == []
            connection.execute(kind.delete, {"identities": [key, key]})
            changed = next(name for name in kind.fields if name not in kind.key or name == kind.fields[-1])
            kind.change(connection, (changed,), [(None, *key)])


def _is_text(kind: kinds.Kind[Any], column: str) -> bool:
    return isinstance(kind.table.c[column].type, Words)


@pytest.mark.parametrize("kind", kinds.FLUSHED, ids=lambda kind: kind.table.name)
def test_a_record_leaves_no_needed_column_out(kind: kinds.Kind[Any]) -> None:
    """Whatever a table insists on, the record says or the table has a value for."""
    needed = {
        column.name
        for column in kind.table.c
        if not column.nullable and column.default is None and column.autoincrement is not True
    }
    assert needed - {"id"} <= set(kind.fields)
