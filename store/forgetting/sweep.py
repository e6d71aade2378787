"""The last pass: every text column of every table is searched for the person's addresses.

It knows no table by its meaning, so it also finds what a table of next year keeps of a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, and_, func, or_, select, update

from store.columns import Words, metadata

if TYPE_CHECKING:
    from store.engine import Store
    from store.forgetting.person import Person

PAGE = 200
LEFT_ALONE = frozenset({"policy_versions", "desk_secrets", "signing_keys", "forgettings"})
"""Tables that hold no customer's words: what operators wrote, and keys."""


def sweep(store: Store, person: Person) -> tuple[int, list[str]]:
    """Put pseudonyms in every text that names the person; gives how many rows, and what could not be changed.

    A text that is part of a key is changed as well, unless the changed key is taken.
    """
    changed, left = 0, []
    for table in metadata.sorted_tables:
        if table.name not in LEFT_ALONE:
            rows, stuck = _sweep(store, table, person)
            changed += rows
            left += stuck
    return changed, left


def _sweep(store: Store, table: Table, person: Person) -> tuple[int, list[str]]:
    texts = [column for column in table.columns if isinstance(column.type, Words)]
    keys = list(table.primary_key.columns)
    if not texts:
        return 0, []
    spellings = sorted(person.spellings())
    named = or_(*(func.lower(column).contains(one, autoescape=True) for column in texts for one in spellings))
    with store.reading() as connection:
        found = connection.execute(select(*keys).where(named)).all()
    changed, stuck = 0, []
    for start in range(0, len(found), PAGE):
        with store.writing() as connection:
            for row in found[start : start + PAGE]:
                which = and_(*(key == value for key, value in zip(keys, row, strict=True)))
                values = connection.execute(select(*texts).where(which).with_for_update()).one_or_none()
                if values is None:
                    continue
                new = {name: person.without(text) for name, text in _differing(values._mapping, person)}  # noqa: SLF001 - SQLAlchemy's public name
                taken = {name: new[name] for name in new if name in table.primary_key.columns}
                if taken and _is_taken(connection, table, row, taken):
                    stuck.append(table.name)
                elif new:
                    connection.execute(update(table).where(which).values(new))
                    changed += 1
    return changed, stuck


def _differing(values: Any, person: Person) -> list[tuple[str, str]]:
    return [(name, text) for name, text in values.items() if text is not None and person.is_named_in(text)]


def _is_taken(connection: Any, table: Table, row: Any, new: dict[str, str]) -> bool:
    keys = {column.name: value for column, value in zip(table.primary_key.columns, row, strict=True)} | new
    which = and_(*(table.c[name] == value for name, value in keys.items()))
    return connection.execute(select(*table.primary_key.columns).where(which)).first() is not None
