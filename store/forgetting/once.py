"""One pass of forgetting, in small transactions.

What a person is found by goes last: whoever is killed in between finds the rest again.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, literal_column, select, update

from config.duty import weight_of
from store import deletions, throttled
from store.forgetting import bytes as raws
from store.forgetting import digests, quoted, rows, service
from store.forgetting.person import FORGOTTEN
from store.forgetting.sweep import sweep
from store.past import OVER
from store.tables import (
    agents,
    contacts,
    deadlines,
    entries,
    events,
    message_ids,
    outgoing,
    participants,
    people,
    threads,
    tickets,
    timers,
    traces,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from store.engine import Connection, Store
    from store.forgetting.bytes import Removable
    from store.forgetting.person import Person
    from store.forgetting.rows import Counted
    from store.forgetting.scope import Scope
    from store.rawfiles import RawFiles

_OF_TICKETS = events.c.stream >= literal_column("'ticket:'")


class Once:
    """One pass over what was found; ``tick`` is called after each ticket and page."""

    def __init__(
        self,
        store: Store,
        files: RawFiles,
        person: Person,
        *,
        now: Callable[[], datetime],
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """``counted`` holds what was taken out, ``stuck`` the tables whose keys could not be changed."""
        self._store = store
        self._files = files
        self._person = person
        self._now = now
        self._tick = tick
        self.counted: Counted = Counter()
        self.stuck: list[str] = []
        self.kept_files: list[str] = []

    def run(self, scope: Scope) -> None:
        """Take everything out that was found."""
        self._person = self._person.knowing(scope.names, [])
        for number in sorted(scope.shared):
            self._shared_ticket(number, scope)
        for number in sorted(scope.own):
            self._own_ticket(number)
        self._contacts(sorted(scope.theirs))
        for page in _paged(sorted(scope.named)):
            self._write(partial(self._redacted, person=self._person, page=page, scope=scope))
        self._write(lambda connection: digests.redact(connection, self._person, scope))
        self._quoted(scope)
        self._bytes(scope)
        self._write(self._themselves)
        swept, self.stuck = sweep(self._store, self._person)
        self._add(Counter({("row", "", deletions.day_of(self._now())): swept}))

    def _write(self, step: Callable[[Connection], Counted]) -> int:
        """One step in a transaction of its own, with its counts; gives how much it took out."""
        with self._store.writing() as connection:
            counted = step(connection)
            deletions.count(connection, counted, cause=deletions.FORGET, now=self._now())
        self._add(counted)
        self._tick()
        return counted.total()

    def _add(self, counted: Counted) -> None:
        self.counted.update(counted)

    def _until_done(self, step: Callable[[Connection], Counted]) -> None:
        while self._write(step):
            pass

    def _own_ticket(self, number: int) -> None:
        person, now = self._person, self._now
        mails = (outgoing.c.ticket == number) & (outgoing.c.reason != "digest")
        self._until_done(lambda connection: rows.empty_letters(connection, person, mails, now()))
        said = entries.c.ticket == number
        self._until_done(lambda connection: rows.empty_entries(connection, person, said))
        self._until_done(lambda connection: rows.empty_traces(connection, traces.c.ticket == number))
        self._write(lambda connection: service.empty(connection, number, now()))
        told = _OF_TICKETS & (events.c.stream == f"ticket:{number}")
        self._write(lambda connection: rows.empty_events(connection, person, told))
        with self._store.reading() as connection:
            of_it = select(contacts.c.id).where(contacts.c.ticket == number).order_by(contacts.c.id)
            came = list(connection.execute(of_it).scalars())
        self._contacts(came)
        self._write(lambda connection: self._close(connection, number))

    def _close(self, connection: Connection, number: int) -> Counted:
        """The last of a ticket: nothing finds it any more, and nothing is due on it."""
        row = connection.execute(select(tickets).where(tickets.c.id == number).with_for_update()).one()
        rows.drop(connection, message_ids, message_ids.c.ticket == number, _FOREIGN)
        rows.drop(connection, timers, timers.c.ticket == number, timers.c.which.not_like("digest:%"))
        connection.execute(delete(deadlines).where(deadlines.c.ticket == number))
        self._part(connection, number)
        # A service's name for the conversation may be a telephone number.
        connection.execute(delete(threads).where(threads.c.ticket == number))
        values: dict[str, Any] = {"subject": FORGOTTEN, "requester": self._person.other(row.requester)}
        if row.status not in OVER:
            values |= {"status": "solved", "solved_at": self._now(), "updated_at": self._now(), "waits": ""}
        changed = any(row._mapping[name] != value for name, value in values.items())  # noqa: SLF001 - SQLAlchemy's public name
        if changed:
            connection.execute(update(tickets).where(tickets.c.id == number).values(values))
        if row.agent and row.status not in OVER:
            less = {
                "open_tickets": agents.c.open_tickets - 1,
                "weight": agents.c.weight - weight_of(row.priority),
            }
            connection.execute(update(agents).where(agents.c.id == row.agent).values(less))
        return Counter({("ticket", row.channel, deletions.day_of(row.created_at)): int(changed)})

    def _part(self, connection: Connection, ticket: int) -> None:
        """Who takes part in a ticket, without them."""
        for address, other in zip(self._person.addresses, self._person.pseudonyms, strict=True):
            here = participants.c.ticket == ticket
            taken = here & (participants.c.address == other)
            connection.execute(delete(participants).where(taken, _exists(connection, ticket, address)))
            mine = here & (participants.c.address == address)
            connection.execute(update(participants).where(mine).values(address=other, name=""))

    def _shared_ticket(self, number: int, scope: Scope) -> None:
        """Others' copies of their words first, while it is known what they said."""
        with self._store.reading() as connection:
            here = connection.execute(
                select(contacts.c.id, contacts.c.entry).where(contacts.c.ticket == number)
            ).all()
            said = connection.execute(
                select(entries.c.id, entries.c.contact, entries.c.text).where(entries.c.ticket == number)
            ).all()
        theirs = [row.id for row in here if row.id in scope.theirs]
        mine = [row.id for row in said if row.contact in scope.theirs]
        texts = [row.text for row in said if row.id in mine and row.text != FORGOTTEN]
        before = [row.text for row in said if row.id not in mine and row.id < min(mine, default=0)]
        person = self._person.knowing(scope.names, texts, before)
        self._others_copies(number, person, mine)
        others = [row.id for row in here if row.id not in scope.theirs]
        for page in _paged(others):
            self._write(partial(self._redacted, person=person, page=page, scope=scope))
        wrote = entries.c.id.in_(mine)
        self._until_done(lambda connection: rows.empty_entries(connection, person, wrote))
        self._contacts(theirs)
        with self._store.writing() as connection:
            self._part(connection, number)

    def _others_copies(self, number: int, person: Person, mine: list[int]) -> None:
        now = self._now
        quoting = (outgoing.c.ticket == number) & outgoing.c.entry.in_(mine)
        self._until_done(lambda connection: rows.empty_letters(connection, person, quoting, now()))
        self._write(lambda connection: rows.redact_entries(connection, person, number))
        self._write(lambda connection: rows.redact_traces(connection, person, number))
        self._write(lambda connection: service.redact(connection, person, number))
        after = 0
        while True:
            with self._store.writing() as connection:
                which = outgoing.c.ticket == number
                counted, after = rows.redact_letters(connection, person, after, which)
                deletions.count(connection, counted, cause=deletions.FORGET, now=now())
            self._add(counted)
            if not after:
                return

    def _quoted(self, scope: Scope) -> None:
        """What was done on own tickets, where it was quoted beside others."""
        after = 0
        while True:
            with self._store.writing() as connection:
                counted, after = quoted.redact(connection, scope, after)
                deletions.count(connection, counted, cause=deletions.FORGET, now=self._now())
            self._add(counted)
            if not after:
                return

    def _redacted(self, connection: Connection, person: Person, page: list[int], scope: Scope) -> Counted:
        counted, changed = rows.redact_contacts(connection, person, page)
        scope.raws |= changed
        return counted

    def _contacts(self, numbers: list[int]) -> None:
        """Contacts that go whole, with their traces and events."""
        for page in _paged(numbers):
            keys = [f"{step}:{one}" for one in page for step in ("checked", "received", "released")]
            told = events.c.effect_key.in_(keys)
            of_them = traces.c.contact.in_(page) & traces.c.ticket.is_(None)
            said = entries.c.id.in_(select(contacts.c.entry).where(contacts.c.id.in_(page)))
            self._until_done(partial(rows.empty_entries, person=self._person, which=said))
            self._until_done(partial(rows.empty_traces, which=of_them))
            self._write(partial(rows.empty_events, person=self._person, which=told))
            self._write(partial(rows.empty_contacts, person=self._person, numbers=page))

    def _bytes(self, scope: Scope) -> None:
        """Exact bytes, and files that no row names."""
        for page in _paged(sorted(scope.raws)):
            files: list[Removable] = []

            def step(
                connection: Connection, page: list[str] = page, files: list[Removable] = files
            ) -> Counted:
                counted, found = raws.delete_rows(connection, page, cause=deletions.FORGET, now=self._now())
                files += found
                return counted

            self._write(step)
            for one in files:
                self._files.remove(one.path, known_until=one.until)
        known = self._now().timestamp() - raws.IN_FLIGHT
        for path in raws.orphans(self._store, self._files, self._person):
            if not self._files.remove(path, known_until=known):
                self.kept_files.append(path)
        spooled = raws.spooled(self._files, self._person)
        self._add(Counter({("spooled file", "", deletions.day_of(self._now())): spooled}))

    def _themselves(self, connection: Connection) -> Counted:
        """What is kept of the person alone."""
        addresses = self._person.addresses
        gone = rows.drop(connection, people, people.c.address.in_(addresses))
        throttled.drop(connection, addresses)
        return Counter({("person", "", deletions.day_of(self._now())): gone})


_FOREIGN = message_ids.c.message_id.not_like("<despacho.%")


def _exists(connection: Connection, ticket: int, address: str) -> Any:
    """Whether somebody takes part, as a condition."""
    found = select(participants.c.ticket).where(
        participants.c.ticket == ticket, participants.c.address == address
    )
    return literal_column("1=1" if connection.execute(found).first() is not None else "1=0")


def _paged(numbers: Iterable[Any]) -> Iterator[list[Any]]:
    listed = list(numbers)
    for start in range(0, len(listed), raws.PAGE):
        yield listed[start : start + raws.PAGE]
