"""What was suggested on a ticket, to be looked up by itself."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from store.records import SuggestionRecord
from store.tables import suggestions

_columns = [suggestions.c[name] for name in SuggestionRecord.__struct_fields__]


def one(connection: Connection, ticket: int, number: int) -> SuggestionRecord | None:
    """A ticket's suggestion by its number, or ``None``."""
    wanted = select(*_columns).where(suggestions.c.ticket == ticket, suggestions.c.number == number)
    row = connection.execute(wanted).mappings().first()
    return SuggestionRecord(**row) if row is not None else None


def shown(connection: Connection) -> int:
    """How many suggestions customers were told of."""
    told = select(func.count()).select_from(suggestions).where(suggestions.c.shown.is_(True))
    return connection.execute(told).scalar_one()
