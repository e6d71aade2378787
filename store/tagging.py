"""A person's tags as somebody at the desk sets them, beside those that rules give; who did it is kept along.

What was done stands in the person's own row: whoever is forgotten takes it along.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.past import OVER
from store.tables import people, tickets

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row

KEPT = 100
"""Of more than so many changes of a person's tags the oldest are let go."""


class Tagging(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One tag that somebody set, or took ``off``, by hand; ``at`` is UTC."""

    at: datetime
    by: str
    tag: str
    off: bool = False


class Tagged(msgspec.Struct, frozen=True, kw_only=True):
    """A person with their tags in order, what was done to them by hand, and how many tickets there are."""

    address: str
    name: str
    language: str
    first_seen: datetime
    tags: tuple[str, ...]
    by_hand: tuple[Tagging, ...]
    tickets: int = 0
    unsolved: int = 0


def find(connection: Connection, address: str) -> Tagged | None:
    """A person by address as it is stored, or ``None``."""
    row = connection.execute(select(people).where(people.c.address == address)).first()
    if row is None:
        return None
    theirs = select(func.count()).select_from(tickets).where(tickets.c.requester == address)
    return Tagged(
        address=row.address,
        name=row.name,
        language=row.language,
        first_seen=row.first_seen,
        tags=_tags(row),
        by_hand=_by_hand(row),
        tickets=connection.execute(theirs).scalar_one(),
        unsolved=connection.execute(theirs.where(tickets.c.status.not_in(OVER))).scalar_one(),
    )


def tag(
    connection: Connection,
    address: str,
    *,
    by: str,
    now: datetime,
    on: Collection[str] = (),
    off: Collection[str] = (),
) -> tuple[str, ...]:
    """Set tags and take others off; gives back those of them that changed, in order.

    Whoever has not written yet is made known, so that their first mail finds the tags. Taking a tag off
    somebody unknown changes nothing.
    """
    if on:
        _make_known(connection, address, now)
    row = connection.execute(select(people).where(people.c.address == address).with_for_update()).first()
    before = set(_tags(row)) if row is not None else set()
    changed = sorted((set(on) - before) | (set(off) & before))
    if not changed:
        return ()
    done = [Tagging(at=now, by=by, tag=one, off=one in before) for one in changed]
    values = {
        "tags": _json(sorted((before | set(on)) - set(off))),
        "tags_by_hand": _json([*_by_hand(row), *done][-KEPT:]),
    }
    connection.execute(update(people).where(people.c.address == address).values(**values))
    return tuple(changed)


def _make_known(connection: Connection, address: str, now: datetime) -> None:
    """Have a row, which a worker may write at the same time."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = dialect.insert(people).values(address=address, first_seen=now)
    connection.execute(made.on_conflict_do_nothing())


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _tags(row: Row[tuple[object, ...]]) -> tuple[str, ...]:
    return msgspec.json.decode(row.tags, type=tuple[str, ...])


def _by_hand(row: Row[tuple[object, ...]] | None) -> tuple[Tagging, ...]:
    stored = row.tags_by_hand if row is not None else None
    return msgspec.json.decode(stored, type=tuple[Tagging, ...]) if stored else ()
