"""Contacts that were set aside: how many and why, the latest of them, and back into work."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, func, select, update

from events.codec import UnreadableEventError, decode_message
from events.message import Address
from events.types import ContactChecked, ContactReleased
from store import event_views, work
from store.tables import contacts, messages, purged_raw, raw

if TYPE_CHECKING:
    from sqlalchemy import Select


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A contact that was set aside: when (UTC), why, and what its mail shows."""

    contact: int
    at: datetime
    mailbox: str
    reason: str
    detail: str
    sender: Address
    subject: str


def counts(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many were set aside in a span of time, by reason, the most first."""
    number = func.count()
    statement = _within(select(contacts.c.reason, number), since, until).group_by(contacts.c.reason)
    rows = connection.execute(statement.order_by(number.desc(), contacts.c.reason))
    return {row[0]: row[1] for row in rows}


def latest(connection: Connection, since: datetime, until: datetime, *, most: int) -> list[Kept]:
    """The latest that were set aside in a span of time, the newest last."""
    statement = _within(_kept, since, until).order_by(contacts.c.aside_at.desc(), contacts.c.id.desc())
    return [_made(row) for row in reversed(connection.execute(statement.limit(most)).all())]


def find(connection: Connection, contact: int) -> Kept | None:
    """One contact that is set aside, or ``None`` where it is not, or not any more."""
    row = connection.execute(_kept.where(contacts.c.id == contact, contacts.c.state == "aside")).first()
    return _made(row) if row is not None else None


def is_emptied(connection: Connection, contact: int) -> bool:
    """Whether a contact that is set aside has no exact bytes any more, of which a ticket is made."""
    gone = select(contacts.c.id).join_from(contacts, purged_raw, purged_raw.c.key == contacts.c.raw)
    gone = gone.outerjoin(raw, raw.c.key == contacts.c.raw).where(raw.c.key.is_(None))
    which = gone.where(contacts.c.id == contact, contacts.c.state == "aside")
    return connection.execute(which).first() is not None


def release(connection: Connection, contact: int, now: datetime) -> bool:
    """Let a contact run its chain as if it had not been set aside; false where it is not set aside.

    It keeps what was found out about its sender. Whoever comes second finds it released.
    """
    columns = (contacts.c.stream, contacts.c.state)
    row = connection.execute(select(*columns).where(contacts.c.id == contact).with_for_update()).first()
    if row is None or row.state != "aside":
        return False
    body = event_views.by_effect(connection, f"checked:{contact}")
    checked = work.event_of(body) if body else None
    event = ContactReleased(at=now, stream=row.stream, effect_key=f"released:{contact}", contact=contact)
    if isinstance(checked, ContactChecked):
        event = msgspec.structs.replace(event, trust=checked.trust, found=checked.found)
    work.enqueue(connection, [msgspec.structs.replace(event, root=event.id)])
    again = {"state": "new", "reason": "", "detail": "", "aside_at": None}
    connection.execute(update(contacts).where(contacts.c.id == contact).values(again))
    return True


_kept = select(
    contacts.c.id,
    contacts.c.aside_at,
    contacts.c.mailbox,
    contacts.c.reason,
    contacts.c.detail,
    messages.c.body,
).select_from(contacts.outerjoin(messages, messages.c.contact == contacts.c.id))


def _within(statement: Select[Any], since: datetime, until: datetime) -> Select[Any]:
    return statement.where(contacts.c.aside_at >= since, contacts.c.aside_at < until)


def _made(row: Any) -> Kept:
    sender, subject = Address(""), ""
    if row.body:
        try:
            message = decode_message(row.body.encode())
            sender, subject = message.sender, message.subject
        except UnreadableEventError:
            subject = "(its message cannot be read by this version)"
    return Kept(
        contact=row.id,
        at=row.aside_at,
        mailbox=row.mailbox,
        reason=row.reason,
        detail=row.detail,
        sender=sender,
        subject=subject,
    )
