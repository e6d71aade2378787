"""Raw messages by key, from the row or from the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from store.prepared import Prepared
from store.tables import contacts, raw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.rawfiles import RawFiles

_found = (
    select(contacts, raw.c.data, raw.c.path, raw.c.size)
    .join_from(contacts, raw, contacts.c.raw == raw.c.key)
    .where(contacts.c.id.in_(bindparam("ids", expanding=True)))
)
_contacts = Prepared(_found)
_Row = NamedTuple("_Row", [(column.name, Any) for column in _found.selected_columns])  # type: ignore[misc]


def with_raw(connection: Connection, ids: Iterable[int]) -> list[Any]:
    """Contacts with their raw's place: the columns of ``contacts`` and ``data``, ``path``, ``size``."""
    return list(map(_Row._make, _contacts.rows(connection, {"ids": sorted(set(ids))})))


def content(row: Any, files: RawFiles) -> bytes:
    """The exact bytes of a row that `with_raw` gave; raises `FileNotFoundError` where the file is gone."""
    return row.data if row.data is not None else files.read(row.path)
