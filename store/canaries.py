"""What became of the canaries that were handed in. Only reads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, select

from store.tables import outgoing, receipts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_THROUGH = ("sent", "captured")


class Flight(msgspec.Struct, frozen=True):
    """One canary: its source key, when it was handed in, and when its mail had gone out (UTC)."""

    key: str
    began_at: datetime
    done_at: datetime | None


def flights(
    connection: Connection, channel: str, keys: Collection[str], effect_key: Callable[[int], str]
) -> list[Flight]:
    """The canaries with these source keys; ``effect_key`` names the mail of a contact."""
    found = connection.execute(
        select(receipts.c.source_key, receipts.c.contact, receipts.c.at).where(
            receipts.c.channel == channel, receipts.c.source_key.in_(sorted(keys))
        )
    ).all()
    names = [effect_key(row.contact) for row in found]
    mails = connection.execute(
        select(outgoing.c.effect_key, outgoing.c.done_at).where(
            outgoing.c.effect_key.in_(names), outgoing.c.state.in_(_THROUGH)
        )
    )
    done = {row.effect_key: row.done_at for row in mails}
    return [Flight(row.source_key, row.at, done.get(effect_key(row.contact))) for row in found]
