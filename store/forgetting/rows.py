"""Take a person's words out of rows: a ticket whole, a contact whole, or what others say of them.

Each function is one small transaction's work, changes only what still holds words, and counts it. What is
left can be read by every part of the desk: an emptied message, letter or trace is one without content.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, or_, select, update

from events.codec import UnreadableEventError, decode_message, encode_message
from events.message import Address, Message
from store.deletions import day_of
from store.forgetting.person import FORGOTTEN
from store.letter import Letter, decode, encode
from store.tables import contacts, dead_letters, entries, events, ledger, messages, outgoing, traces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.engine import Connection
    from store.forgetting.person import Person

Counted = Counter[tuple[str, str, str]]
"""How much was taken out, by kind, channel and day."""
PAGE = 100
"""Rows of one transaction: it is over in a few milliseconds."""
EMPTY_TRACE = '{"forgotten":true}'
UNSENT = ("waiting", "sending", "digest", "held")
_WIPED = '{"template":"forgotten"%'
_SAID_BY_OTHERS = ("found", "answer")
"""Fields of events that hold words of servers about somebody."""


def empty_letters(connection: Connection, person: Person, which: Any, now: Any) -> Counted:
    """Empty a page of outgoing mails; what was not sent is not sent any more."""
    columns = (
        outgoing.c.id,
        outgoing.c.recipient,
        outgoing.c.state,
        outgoing.c.created_at,
        outgoing.c.letter,
    )
    full = outgoing.c.letter.not_like(_WIPED) | outgoing.c.bytes.is_not(None)
    rows = connection.execute(
        select(*columns).where(which, full).order_by(outgoing.c.id).limit(PAGE).with_for_update()
    )
    counted: Counted = Counter()
    for row in rows.all():
        recipient = person.other(row.recipient)
        values: dict[str, Any] = {
            "letter": encode(_empty_letter(row.letter, recipient)),
            "bytes": None,
            "recipient": recipient,
            "domain": recipient.rpartition("@")[2],
            "answer": "",
        }
        if row.state in UNSENT:
            values |= {"state": "forgotten", "lease": None, "until": None, "done_at": now}
        connection.execute(update(outgoing).where(outgoing.c.id == row.id).values(values))
        counted["outgoing", "", day_of(row.created_at)] += 1
    return counted


def _empty_letter(text: str, recipient: str) -> Letter:
    try:
        language = decode(text).language
    except msgspec.MsgspecError:
        language = "en"
    nobody = Address("")
    return Letter(
        template="forgotten",
        language=language,
        subject=FORGOTTEN,
        sender=nobody,
        to=(Address(recipient),),
        reply_to="",
    )


def redact_letters(connection: Connection, person: Person, after: int, which: Any) -> tuple[Counted, int]:
    """Take the person out of a page of others' mails from ``after`` on; gives back where the page ended."""
    columns = (outgoing.c.id, outgoing.c.letter, outgoing.c.dot_at, outgoing.c.state, outgoing.c.created_at)
    rows = connection.execute(
        select(*columns)
        .where(which, outgoing.c.id > after)
        .order_by(outgoing.c.id)
        .limit(PAGE)
        .with_for_update()
    ).all()
    counted: Counted = Counter()
    for row in rows:
        if redact_letter(connection, row, person.purged(msgspec.json.decode(row.letter))):
            counted["outgoing", "", day_of(row.created_at)] += 1
    return counted, rows[-1].id if rows else 0


def redact_letter(connection: Connection, row: Any, letter: Any) -> bool:
    """Put another letter into a mail; its bytes, made of the old one, go. False where it is the same.

    One that may be with its receiver already cannot be sent again as another, and is not sent any more.
    """
    text = msgspec.json.encode(letter).decode()
    if msgspec.json.decode(row.letter) == letter:
        return False
    values: dict[str, Any] = {"letter": text, "bytes": None}
    if row.state in UNSENT and row.dot_at is not None:
        values |= {"state": "forgotten", "lease": None, "until": None}
    elif row.state == "sending":
        values |= {"state": "waiting", "lease": None, "until": None}
    connection.execute(update(outgoing).where(outgoing.c.id == row.id).values(values))
    return True


def empty_entries(connection: Connection, person: Person, which: Any) -> Counted:
    """Empty a page of entries; who wrote them stays, but for the person."""
    full = entries.c.text.not_in(["", FORGOTTEN])
    theirs = entries.c.author.in_(person.addresses)
    rows = connection.execute(
        select(entries.c.id, entries.c.author, entries.c.at, entries.c.contact, entries.c.message_id)
        .where(which, or_(full, theirs))
        .order_by(entries.c.id)
        .limit(PAGE)
    )
    counted: Counted = Counter()
    for row in rows.all():
        ours = row.message_id.startswith("<despacho.")
        values = {
            "text": FORGOTTEN,
            "author": person.other(row.author),
            "message_id": row.message_id if ours else "",
        }
        connection.execute(update(entries).where(entries.c.id == row.id).values(values))
        counted["entry", "", day_of(row.at)] += 1
    return counted


def redact_entries(connection: Connection, person: Person, ticket: int) -> Counted:
    """Take the person out of what others said on a ticket."""
    counted: Counted = Counter()
    for row in connection.execute(select(entries).where(entries.c.ticket == ticket)).all():
        text, author = person.without(row.text), person.other(row.author)
        if (text, author) != (row.text, row.author):
            values = {"text": text, "author": author}
            connection.execute(update(entries).where(entries.c.id == row.id).values(values))
            counted["entry", "", day_of(row.at)] += 1
    return counted


def empty_traces(connection: Connection, which: Any) -> Counted:
    """Empty a page of traces."""
    rows = connection.execute(
        select(traces.c.id, traces.c.at).where(which, traces.c.body != EMPTY_TRACE).limit(PAGE)
    ).all()
    if rows:
        ids = [row.id for row in rows]
        connection.execute(update(traces).where(traces.c.id.in_(ids)).values(body=EMPTY_TRACE))
    return Counter(("trace", "", day_of(row.at)) for row in rows)


def redact_traces(connection: Connection, person: Person, ticket: int) -> Counted:
    """Take the person out of what was decided on somebody else's ticket."""
    counted: Counted = Counter()
    for row in connection.execute(select(traces).where(traces.c.ticket == ticket)).all():
        body = msgspec.json.decode(row.body)
        purged = person.purged(body)
        if purged != body:
            text = msgspec.json.encode(purged).decode()
            connection.execute(update(traces).where(traces.c.id == row.id).values(body=text))
            counted["trace", "", day_of(row.at)] += 1
    return counted


def empty_events(connection: Connection, person: Person, which: Any) -> Counted:
    """Take out of events what servers said and who is named, and what the ledger says of them."""
    counted: Counted = Counter()
    rows = connection.execute(select(events.c.id, events.c.at, events.c.body).where(which)).all()
    for row in rows:
        body = msgspec.json.decode(row.body)
        emptied = {key: _nothing_like(one) if key in _SAID_BY_OTHERS else one for key, one in body.items()}
        emptied = person.purged(emptied)
        if emptied != body:
            text = msgspec.json.encode(emptied).decode()
            connection.execute(update(events).where(events.c.id == row.id).values(body=text))
            counted["event", "", day_of(row.at)] += 1
    ids = [row.id for row in rows]
    for table in (ledger, dead_letters):
        told = select(table.c.id, table.c.at).where(table.c.event.in_(ids), table.c.detail != "")
        found = connection.execute(told).all()
        counted.update(("ledger", "", day_of(row.at)) for row in found)
        connection.execute(update(table).where(table.c.id.in_([row.id for row in found])).values(detail=""))
    return counted


def _nothing_like(value: object) -> object:
    return [] if isinstance(value, list) else ""


def empty_contacts(connection: Connection, person: Person, numbers: Sequence[int]) -> Counted:
    """Empty contacts and their messages; what they became, and when, stays."""
    rows = connection.execute(
        select(contacts, messages.c.body)
        .select_from(contacts.outerjoin(messages, messages.c.contact == contacts.c.id))
        .where(contacts.c.id.in_(numbers))
        .order_by(contacts.c.id)
    ).all()
    counted: Counted = Counter()
    for row in rows:
        if row.envelope != "{}" or row.detail:
            values = {"envelope": "{}", "detail": ""}
            connection.execute(update(contacts).where(contacts.c.id == row.id).values(values))
        if row.body is None:
            continue
        body = encode_message(_empty_message(row, person)).decode()
        if body != row.body:
            connection.execute(update(messages).where(messages.c.contact == row.id).values(body=body))
            counted["message", row.channel, day_of(row.received_at)] += 1
    return counted


def _empty_message(row: Any, person: Person) -> Message:
    empty = Message(
        channel=row.channel,
        source_key=row.source_key,
        mailbox=row.mailbox,
        received_at=row.received_at,
        raw=row.raw,
    )
    try:
        before = decode_message(row.body.encode())
    except UnreadableEventError:
        return empty
    return msgspec.structs.replace(
        empty,
        sender=Address(person.other(before.sender.address)) if before.sender.address else Address(""),
        trust=before.trust,
        language=before.language,
        kind=before.kind,
        never_answer=FORGOTTEN if before.never_answer else "",
    )


def redact_contacts(
    connection: Connection, person: Person, numbers: Sequence[int]
) -> tuple[Counted, set[str]]:
    """Take the person out of others' messages: names and quotes; HTML and header fields go whole.

    Gives back the keys of the exact bytes of those that named or quoted them.
    """
    rows = connection.execute(
        select(contacts, messages.c.body)
        .join_from(contacts, messages, messages.c.contact == contacts.c.id)
        .where(contacts.c.id.in_(numbers))
    ).all()
    counted: Counted = Counter()
    changed: set[str] = set()
    for row in rows:
        body = msgspec.json.decode(row.body)
        purged = person.purged(body)
        if purged != body:
            purged = {key: one for key, one in purged.items() if key not in {"html", "headers"}}
            text = msgspec.json.encode(purged).decode()
            connection.execute(update(messages).where(messages.c.contact == row.id).values(body=text))
            counted["message", row.channel, day_of(row.received_at)] += 1
            changed.add(row.raw)
        envelope = person.without(row.envelope)
        if envelope != row.envelope:
            connection.execute(update(contacts).where(contacts.c.id == row.id).values(envelope=envelope))
    return counted, changed


def drop(connection: Connection, table: Any, *which: Any) -> int:
    """Delete rows; gives back how many."""
    return connection.execute(delete(table).where(*which)).rowcount
