"""What is a person's, found by reading all that is kept: a desk forgets seldom, and must miss nothing.

Reads in pages, each a short transaction, so that a running desk is not held up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Select, select

from events.codec import UnreadableEventError, decode_message
from store.tables import contacts, entries, messages, outgoing, participants, raw, tickets, work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.engine import Connection, Store
    from store.forgetting.person import Person
    from store.rawfiles import RawFiles

PAGE = 500
_OURS = re.compile(r"<?despacho\.([1-9][0-9]{0,17})[-.]|\+([1-9][0-9]{0,17})(?:-[a-z0-9_]+)?\.[a-z2-7]{16}@")
_BOUNCED = re.compile(r"\+b-([1-9][0-9]{0,17})\.[a-z2-7]{16}@")


class Scope(msgspec.Struct):
    """What is theirs: numbers of tickets and contacts.

    ``own`` are tickets that they asked for, ``shared`` others' on which they wrote or are named. ``theirs``
    are contacts that go whole, those of own tickets among them; ``named`` others' that name them.
    ``waiting`` are contacts that no worker has looked at. ``raws`` are the keys of the exact bytes that go.
    """

    own: set[int] = msgspec.field(default_factory=set)
    shared: set[int] = msgspec.field(default_factory=set)
    theirs: set[int] = msgspec.field(default_factory=set)
    named: set[int] = msgspec.field(default_factory=set)
    waiting: set[int] = msgspec.field(default_factory=set)
    raws: set[str] = msgspec.field(default_factory=set)
    names: set[str] = msgspec.field(default_factory=set)


def find(
    store: Store, files: RawFiles, person: Person, tick: Callable[[str], None] = lambda _what: None
) -> Scope:
    """Everything of a person; ``tick`` is called for each page that was read."""
    scope = Scope()
    everyone = [*person.addresses, *person.pseudonyms]
    with store.reading() as connection:
        scope.own = set(
            connection.execute(select(tickets.c.id).where(tickets.c.requester.in_(everyone))).scalars()
        )
        part = select(participants.c.ticket).where(participants.c.address.in_(everyone))
        scope.shared = set(connection.execute(part).scalars()) - scope.own
        mails = connection.execute(select(outgoing.c.id, outgoing.c.ticket).where(_of(outgoing, scope.own)))
        sent: dict[int, int] = {row.id: row.ticket for row in mails}
    for row in _pages(store, _READ):
        _sort(row, person, scope, sent)
        tick("messages")
    for row in _pages(store, _UNREAD):
        _sort_unread(row, person, scope, files)
        tick("unread")
    _shared_raws(store, scope)
    return scope


def is_busy(connection: Connection, scope: Scope) -> bool:
    """Whether a worker is at one of their tickets this moment."""
    streams = [f"ticket:{number}" for number in sorted(scope.own | scope.shared)]
    for start in range(0, len(streams), PAGE):
        held = select(work.c.id).where(
            work.c.stream.in_(streams[start : start + PAGE]), work.c.lease.is_not(None)
        )
        if connection.execute(held.limit(1)).first() is not None:
            return True
    return False


_columns = (
    contacts.c.id,
    contacts.c.ticket,
    contacts.c.state,
    contacts.c.raw,
    contacts.c.envelope,
    contacts.c.detail,
)
_READ = select(*_columns, messages.c.body).join_from(contacts, messages, messages.c.contact == contacts.c.id)
_UNREAD = (
    select(*_columns, raw.c.data, raw.c.path)
    .select_from(
        contacts.outerjoin(messages, messages.c.contact == contacts.c.id).outerjoin(
            raw, raw.c.key == contacts.c.raw
        )
    )
    .where(messages.c.contact.is_(None))
)


def _of(table: Any, numbers: set[int]) -> Any:
    return table.c.ticket.in_(sorted(numbers))


def _pages(store: Store, statement: Select[Any]) -> Iterator[Any]:
    last = 0
    while True:
        page = statement.where(contacts.c.id > last).order_by(contacts.c.id).limit(PAGE)
        with store.reading() as connection:
            rows = connection.execute(page).all()
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def _sort(row: Any, person: Person, scope: Scope, sent: dict[int, int]) -> None:
    own = row.ticket in scope.own
    named = person.is_named_in(row.body) or person.is_named_in(row.envelope + row.detail)
    pointing = row.state == "aside" and not named and _points_at(row, scope, sent)
    if not (own or named or pointing):
        return
    wrote = _learn(row.body, person, scope)
    if row.state == "new":
        scope.waiting.add(row.id)
        return
    scope.raws.add(row.raw)
    (scope.theirs if own or pointing or wrote or row.state == "aside" else scope.named).add(row.id)
    if row.ticket is not None and not own:
        scope.shared.add(row.ticket)


def _learn(body: str, person: Person, scope: Scope) -> bool:
    """Note how the person is called; gives back whether they wrote this message, as far as it can be read."""
    try:
        message = decode_message(body.encode())
    except UnreadableEventError:
        return True
    people = (message.sender, *message.reply_to, *message.to, *message.cc)
    scope.names |= {one.name for one in people if person.has(one.address) and one.name}
    return person.has(message.sender.address) or person.has(message.envelope.mail_from)


def _points_at(row: Any, scope: Scope, sent: dict[int, int]) -> bool:
    """Whether a contact without a ticket, mostly a bounce, belongs to a mail about one of their tickets."""
    text = row.body + row.envelope
    numbers = {int(one or other) for one, other in _OURS.findall(text)}
    numbers |= {sent[int(one)] for one in _BOUNCED.findall(text) if int(one) in sent}
    return bool(numbers & scope.own)


def _sort_unread(row: Any, person: Person, scope: Scope, files: RawFiles) -> None:
    """A contact of which there are only bytes: new, dead, or one whose message is gone."""
    if row.ticket in scope.own:
        scope.theirs.add(row.id)
        scope.raws.add(row.raw)
        return
    data = row.data
    if data is None and row.path:
        try:
            data = files.read(row.path)
        except FileNotFoundError:
            data = b""
    text = (data or b"").decode("latin-1")
    if person.is_named_in(row.envelope) or person.is_named_in(text):
        (scope.waiting if row.state == "new" else scope.theirs).add(row.id)
        if row.state != "new":
            scope.raws.add(row.raw)


def _shared_raws(store: Store, scope: Scope) -> None:
    """Leave bytes that somebody else's contact, or one that waits, still needs."""
    ours = scope.theirs | scope.named
    for row in _pages(store, select(contacts.c.id, contacts.c.raw, contacts.c.state)):
        if row.raw in scope.raws and row.id not in ours:
            scope.raws.discard(row.raw)


def entries_of(connection: Connection, ticket: int) -> list[Any]:
    """The entries of a ticket, oldest first."""
    return list(connection.execute(select(entries).where(entries.c.ticket == ticket).order_by(entries.c.id)))
