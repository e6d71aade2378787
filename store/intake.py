"""T1's rows: a contact with its raw, its receipt, its first event and that event's work, in one commit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Insert, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from events.types import ContactChecked, Event
from store import work
from store.tables import contacts, raw, receipts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class NewContact(msgspec.Struct, frozen=True, kw_only=True):
    """What accepting needs to know of one contact for one mailbox."""

    content_key: str
    channel: str
    mailbox: str
    source_key: str
    envelope: str
    stream: str
    received_at: datetime
    raw_key: str
    raw_size: int
    raw_data: bytes | None
    raw_path: str | None


class Accepted(msgspec.Struct, frozen=True):
    """The contact that stands for what was handed in, and whether it was known before."""

    contact: int
    duplicate: bool


_makers: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_insert_contacts = {
    name: maker(contacts)
    .on_conflict_do_nothing(index_elements=["content_key"])
    .returning(contacts.c.id, contacts.c.content_key)
    for name, maker in _makers.items()
}
_insert_raw = {
    name: maker(raw).on_conflict_do_nothing(index_elements=["key"]) for name, maker in _makers.items()
}


def _count(maker: Callable[[Table], Any]) -> Insert:
    statement = maker(receipts)
    again = {"seen": receipts.c.seen + statement.excluded.seen}
    counted: Insert = statement.on_conflict_do_update(index_elements=["channel", "source_key"], set_=again)
    return counted


_count_receipts = {name: _count(maker) for name, maker in _makers.items()}
_known = select(contacts.c.id, contacts.c.content_key).where(
    contacts.c.content_key.in_(bindparam("keys", expanding=True))
)
# With the channel, or the unique index could not be used and every receipt ever written would be read.
_known_sources = select(receipts.c.contact, receipts.c.channel, receipts.c.source_key).where(
    receipts.c.channel.in_(bindparam("channels", expanding=True)),
    receipts.c.source_key.in_(bindparam("keys", expanding=True)),
)


def write(connection: Connection, group: Sequence[NewContact]) -> tuple[list[Accepted], list[Event]]:
    """Write a group of contacts; the answers stand in the order of the group, equal keys share one.

    A contact is known when its source key was seen on this channel, or its content in this mailbox.
    """
    known = _by_source(connection, group)
    fresh = {item.content_key: item for item in group if (item.channel, item.source_key) not in known}
    # In key order, so that two processes that accept the same mails wait for each other and do not deadlock.
    ordered = [fresh[key] for key in sorted(fresh)]
    written = _write_fresh(connection, ordered)
    by_content = written | _by_content(connection, [key for key in fresh if key not in written])
    events = _tell(connection, [fresh[key] for key in written], written)
    answers = []
    answered: set[str] = set()
    for item in group:
        contact = known.get((item.channel, item.source_key)) or by_content[item.content_key]
        first = item.content_key in written and item.content_key not in answered
        answered.add(item.content_key)
        answers.append(Accepted(contact, duplicate=not first))
    _write_receipts(connection, group, answers)
    return answers, events


def _by_source(connection: Connection, group: Sequence[NewContact]) -> dict[tuple[str, str], int]:
    keys = sorted({item.source_key for item in group})
    channels = sorted({item.channel for item in group})
    return {
        (row.channel, row.source_key): row.contact
        for row in connection.execute(_known_sources, {"channels": channels, "keys": keys})
    }


def _by_content(connection: Connection, keys: list[str]) -> dict[str, int]:
    if not keys:
        return {}
    return {row.content_key: row.id for row in connection.execute(_known, {"keys": sorted(keys)})}


def _write_fresh(connection: Connection, ordered: list[NewContact]) -> dict[str, int]:
    if not ordered:
        return {}
    dialect = connection.dialect.name
    rows = [
        {
            "content_key": item.content_key,
            "channel": item.channel,
            "mailbox": item.mailbox,
            "source_key": item.source_key,
            "raw": item.raw_key,
            "envelope": item.envelope,
            "stream": item.stream,
            "received_at": item.received_at,
            "state": "new",
            "reason": "",
            "detail": "",
        }
        for item in ordered
    ]
    written = {row.content_key: row.id for row in connection.execute(_insert_contacts[dialect], rows)}
    raws = {
        item.raw_key: {
            "key": item.raw_key,
            "size": item.raw_size,
            "data": item.raw_data,
            "path": item.raw_path,
            "at": item.received_at,
        }
        for item in ordered
        if item.content_key in written
    }
    if raws:
        connection.execute(_insert_raw[dialect], [raws[key] for key in sorted(raws)])
    return written


def _tell(connection: Connection, fresh: list[NewContact], written: dict[str, int]) -> list[Event]:
    """The first event of each new contact. Its id is the root of all that follows."""
    news: list[Event] = []
    for item in fresh:
        contact = written[item.content_key]
        event = ContactChecked(
            at=item.received_at, stream=item.stream, effect_key=f"checked:{contact}", contact=contact
        )
        news.append(msgspec.structs.replace(event, root=event.id))
    return work.enqueue(connection, news)


def _write_receipts(connection: Connection, group: Sequence[NewContact], answers: list[Accepted]) -> None:
    """One receipt a source key, and how often it was seen: the books count duplicates by it."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for item, answer in zip(group, answers, strict=True):
        row = rows.setdefault(
            (item.channel, item.source_key),
            {
                "channel": item.channel,
                "source_key": item.source_key,
                "contact": answer.contact,
                "at": item.received_at,
                "seen": 0,
            },
        )
        row["seen"] += 1
    connection.execute(_count_receipts[connection.dialect.name], [rows[key] for key in sorted(rows)])
