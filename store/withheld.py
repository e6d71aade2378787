"""Automatic mail that was held back: what it was, and what nobody has decided on yet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select

from store.tables import tickets, withheld

if TYPE_CHECKING:
    from collections.abc import Sequence

_WAITS = withheld.c.became == ""


class WithheldRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An automatic mail that was held back: which template it is of, ``body`` being a rule's own words.

    It answers ``contact``. ``because`` is the kind of reason (`handlers.restraint`), ``why`` says it in
    words. ``became`` is empty, ``sent`` or ``dropped``; ``effect_key`` is the key that the mail has once it
    is sent.
    """

    effect_key: str
    ticket: int
    contact: int | None
    template: str
    body: str = ""
    rule: str = ""
    because: str
    why: str
    at: datetime
    became: str = ""
    done_at: datetime | None = None


def waiting(connection: Connection, *, most: int | None = None) -> Sequence[Any]:
    """What is held back, with its ticket's mailbox, requester and status, the oldest first."""
    columns = (withheld, tickets.c.mailbox, tickets.c.requester, tickets.c.status)
    joined = withheld.join(tickets, tickets.c.id == withheld.c.ticket)
    found = select(*columns).select_from(joined).where(_WAITS)
    return connection.execute(found.order_by(withheld.c.at, withheld.c.effect_key).limit(most)).all()


def count(connection: Connection) -> int:
    """How many mails are held back."""
    return int(connection.execute(select(func.count()).select_from(withheld).where(_WAITS)).scalar_one())


def decided(connection: Connection, ticket: int) -> str:
    """What became of what was last decided on of a ticket; empty where nothing was."""
    mine = select(withheld.c.became).where(withheld.c.ticket == ticket, withheld.c.became != "")
    return connection.execute(mine.order_by(withheld.c.done_at.desc()).limit(1)).scalar() or ""
