"""T1's rows: a contact with its raw, its receipt, its first event and that event's work, in one commit."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from events.identity import new_id
from events.types import ContactChecked, ContactReceived, Event
from store import driver, work
from store.bulk import BulkFind, BulkInsert
from store.tables import contacts, raw, receipts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


class NewContact(msgspec.Struct, frozen=True, kw_only=True):
    """What accepting needs to know of one contact for one mailbox; ``check``: whether it needs an errand.

    ``traceparent`` is what its first event carries for those who record spans.
    """

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
    check: bool = False
    traceparent: str = ""


class Accepted(msgspec.Struct, frozen=True):
    """The contact that stands for what was handed in, and whether it was known before."""

    contact: int
    duplicate: bool


_insert_contacts = BulkInsert(
    contacts,
    (
        "content_key",
        "channel",
        "mailbox",
        "source_key",
        "raw",
        "envelope",
        "stream",
        "received_at",
        "state",
        "reason",
        "detail",
    ),
    skip=("content_key",),
    returning=("id", "content_key"),
)
# Whoever deletes bytes looks at this time, and so does not take them from a contact that comes in meanwhile.
_insert_raw = BulkInsert(raw, ("key", "size", "data", "path", "at"), skip=("key",), renew="at")
_count_receipts = BulkInsert(
    receipts,
    ("channel", "source_key", "contact", "at", "seen"),
    skip=("channel", "source_key"),
    add="seen",
)
_known = BulkFind(contacts, ("id", "content_key"), by=("content_key",))
_aside = BulkFind(contacts, ("id", "raw"), by=("id",), where="state = 'aside'")
# With the channel, or the unique index could not be used and every receipt ever written would be read.
_known_sources = BulkFind(receipts, ("contact", "channel", "source_key"), by=("channel", "source_key"))


def write(connection: Connection, group: Sequence[NewContact]) -> tuple[list[Accepted], list[Event]]:
    """Write a group of contacts; the answers stand in the order of the group, equal keys share one.

    A contact is known when its source key was seen on this channel, or its content in this mailbox. Other
    bytes than those of a contact that was set aside are one of their own, whatever their content: what made a
    copy unwanted may stand in the header fields that are no content, and anyone who was faster wrote those.
    """
    with driver.together(connection):
        return _write(connection, group)


def _write(connection: Connection, group: Sequence[NewContact]) -> tuple[list[Accepted], list[Event]]:
    known = _by_source(connection, group)
    answers, events = _keep(connection, group, known)
    apart = _apart(connection, group, answers, known)
    if apart:
        group = [apart.get(at, item) for at, item in enumerate(group)]
        further, told = _keep(connection, list(apart.values()), {})
        events += told
        for at, answer in zip(apart, further, strict=True):
            answers[at] = answer
    _write_receipts(connection, group, answers)
    return answers, events


def _keep(
    connection: Connection, group: Sequence[NewContact], known: dict[tuple[str, str], int]
) -> tuple[list[Accepted], list[Event]]:
    """Write those whose source and content are new, and their events."""
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
    return answers, events


def _apart(
    connection: Connection,
    group: Sequence[NewContact],
    answers: Sequence[Accepted],
    known: dict[tuple[str, str], int],
) -> dict[int, NewContact]:
    """By place in the group, with keys of their own: what has only the content of a contact set aside."""
    alike = {
        at: item
        for at, (item, answer) in enumerate(zip(group, answers, strict=True))
        if answer.duplicate and (item.channel, item.source_key) not in known
    }
    if not alike:
        return {}
    aside = dict(_aside.run(connection, {answers[at].contact for at in alike}))
    return {
        at: _renamed(item)
        for at, item in alike.items()
        if aside.get(answers[at].contact, item.raw_key) != item.raw_key
    }


def _renamed(item: NewContact) -> NewContact:
    """The contact under a key that its exact bytes have a part in."""
    key = hashlib.sha256(f"{item.content_key}/{item.raw_key}".encode()).hexdigest()
    source_key = key if item.source_key == item.content_key else item.source_key
    return msgspec.structs.replace(item, content_key=key, source_key=source_key)


def _by_source(connection: Connection, group: Sequence[NewContact]) -> dict[tuple[str, str], int]:
    """What is known by its channel's own name; a mail without one is found by its content."""
    named = [item for item in group if item.source_key != item.content_key]
    if not named:
        return {}
    channels, keys = {item.channel for item in named}, {item.source_key for item in named}
    found = _known_sources.run(connection, channels, keys)
    return {(channel, source_key): contact for contact, channel, source_key in found}


def _by_content(connection: Connection, keys: list[str]) -> dict[str, int]:
    if not keys:
        return {}
    return {key: number for number, key in _known.run(connection, keys)}


def _write_fresh(connection: Connection, ordered: list[NewContact]) -> dict[str, int]:
    """Write what is new, raw and all; gives back the contact of each content key that was written."""
    if not ordered:
        return {}
    rows = [
        (
            item.content_key,
            item.channel,
            item.mailbox,
            item.source_key,
            item.raw_key,
            item.envelope,
            item.stream,
            item.received_at,
            "new",
            "",
            "",
        )
        for item in ordered
    ]
    written = {key: number for number, key in _insert_contacts.run_returning(connection, rows)}
    raws = {
        item.raw_key: (item.raw_key, item.raw_size, item.raw_data, item.raw_path, item.received_at)
        for item in ordered
        if item.content_key in written
    }
    _insert_raw.run(connection, [raws[key] for key in sorted(raws)])
    return written


def _tell(connection: Connection, fresh: list[NewContact], written: dict[str, int]) -> list[Event]:
    """The first event of each new contact. Its id is the root of all that follows."""
    news: list[Event] = []
    for item in fresh:
        contact = written[item.content_key]
        name = new_id()
        told = ContactReceived if item.check else ContactChecked
        news.append(
            told(
                id=name,
                root=name,
                at=item.received_at,
                stream=item.stream,
                effect_key=f"{'received' if item.check else 'checked'}:{contact}",
                contact=contact,
                traceparent=item.traceparent or UNSET,
            )
        )
    return work.enqueue(connection, news)


def _write_receipts(connection: Connection, group: Sequence[NewContact], answers: list[Accepted]) -> None:
    """One receipt a source key, and how often it was seen: the books count duplicates by it."""
    seen = Counter((item.channel, item.source_key) for item in group)
    rows = {
        (item.channel, item.source_key): (
            item.channel,
            item.source_key,
            answer.contact,
            item.received_at,
            seen[item.channel, item.source_key],
        )
        for item, answer in zip(group, answers, strict=True)
    }
    _count_receipts.run(connection, [rows[key] for key in sorted(rows)])
