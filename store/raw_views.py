"""Raw messages one after the other, to see whether they are all there. Only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, select

from store.tables import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 200
"""How many rows one statement reads."""


class Kept(msgspec.Struct, frozen=True):
    """A raw message: the SHA-256 of its bytes, and the bytes or the file's path below the raw folder."""

    key: str
    size: int
    path: str | None
    data: bytes | None


def newest_files(connection: Connection, most: int) -> list[Kept]:
    """The newest messages that lie in files, at the most ``most``."""
    statement = select(raw.c.key, raw.c.size, raw.c.path).where(raw.c.path.is_not(None))
    rows = connection.execute(statement.order_by(raw.c.at.desc(), raw.c.key).limit(most))
    return [Kept(row.key, row.size, row.path, None) for row in rows]


def files(connection: Connection) -> Iterator[Kept]:
    """All messages that lie in files."""
    columns = (raw.c.key, raw.c.size, raw.c.path)
    found = select(*columns).where(raw.c.path.is_not(None)).execution_options(yield_per=PAGE)
    for row in connection.execute(found):
        yield Kept(row.key, row.size, row.path, None)


def every(connection: Connection) -> Iterator[Kept]:
    """All raw messages in key order, read in pages."""
    last = ""
    while True:
        rows = connection.execute(select(raw).where(raw.c.key > last).order_by(raw.c.key).limit(PAGE)).all()
        for row in rows:
            yield Kept(row.key, row.size, row.path, bytes(row.data) if row.data is not None else None)
        if len(rows) < PAGE:
            return
        last = rows[-1].key
