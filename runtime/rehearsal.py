"""A contact once more, with today's parser and policy, on paper: what would become of it.

The chains run over a batch that is never flushed, inside a transaction that only reads, so a running desk is
neither changed nor held up; nothing is written.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from events.codec import UnreadableEventError, decode
from events.message import Message
from events.outcome import Defer, Refuse
from events.token import Keyring
from events.types import ContactChecked, Event
from handlers import chain
from handlers.desk import Desk, Rulebook
from handlers.rules.legend import unfolded
from runtime.reading import Reader
from store import event_views, kinds
from store.batch import Batch
from store.engine import Store
from store.records import TicketRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Connection
    from store.records import ContactRecord

PAPER = 10**15
"""Ids from here on exist on paper only."""


class Step(msgspec.Struct, frozen=True):
    """What one handler decided, in its own words; numbers that exist on paper only say ``new``."""

    event: str
    handler: str
    body: dict[str, Any]


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What would become of a contact: ``became`` is ticket, reply, aside, or fault where a chain failed.

    ``ticket`` is the ticket as it would be then; it is new where ``joined`` is ``None``. ``faults`` says
    which events failed and how. ``mails`` are pairs of reason and recipient.
    """

    contact: int
    message: Message
    became: str
    reason: str = ""
    detail: str = ""
    joined: int | None = None
    ticket: TicketRecord | None = None
    steps: tuple[Step, ...] = ()
    events: tuple[str, ...] = ()
    mails: tuple[tuple[str, str], ...] = ()
    faults: tuple[str, ...] = ()


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """What a rehearsal is played with."""

    store: Store
    reader: Reader
    rulebook: Rulebook
    keyring: Keyring
    now: datetime


class RawGoneError(Exception):
    """The contact's raw message is not there any more, so nothing can be read again."""


def rehearse(contact: int, stage: Stage, row: Any) -> Rehearsal:
    """Play a contact's chains again; ``row`` is what `store.rawbytes.with_raw` gave for it.

    Raises `RawGoneError`. Whatever the parser or a handler raises is a fault in the answer.
    """
    with stage.store.reading() as connection:
        event = _first_event(connection, contact, stage)
        message = stage.reader.message(row, stage.rulebook.policy, event)
        if message is None:
            raise RawGoneError
        return _Play(connection, stage, message, contact).run(event)


def _first_event(connection: Connection, contact: int, stage: Stage) -> ContactChecked:
    """The event that the contact came with, which knows how far its sender is trusted."""
    body = event_views.by_effect(connection, f"checked:{contact}")
    if body is not None:
        with contextlib.suppress(UnreadableEventError):
            event = decode(body.encode())
            if isinstance(event, ContactChecked):
                return event
    return ContactChecked(at=stage.now, stream="", effect_key=f"checked:{contact}", contact=contact)


class _Play:
    """One rehearsal under way."""

    def __init__(self, connection: Connection, stage: Stage, message: Message, contact: int) -> None:
        self._stage = stage
        self._messages = {contact: message}
        self._contact = contact
        self._numbers = _PaperNumbers()
        self._batch = _PaperBatch(connection, self._numbers)
        self._steps: list[Step] = []
        self._faults: list[str] = []

    def run(self, first: ContactChecked) -> Rehearsal:
        """The chain of ``first``, and those of everything that it leads to."""
        before = self._record()
        self._chain(first, before)
        done = 0
        while done < len(self._batch.told):
            self._chain(self._batch.told[done], before)
            done += 1
        return self._sum_up()

    def _chain(self, event: Event, before: ContactRecord) -> None:
        desk = _PaperDesk(
            self._batch,
            event,
            now=self._stage.now,
            rulebook=self._stage.rulebook,
            keyring=self._stage.keyring,
            parsed=self._messages.get,
        )
        desk.messages = self._messages
        desk.steps = self._steps
        desk.own = before.ticket if before.state == "ticket" else None
        try:
            end = chain.run(event, desk)
        except (Refuse, Defer) as outcome:
            self._faults.append(f"{event.name}: {type(outcome).__name__} {outcome}")
            return
        if isinstance(end, chain.Again):
            self._faults.append(f"{event.name}: {end.fault}")
        else:
            self._faults += [f"{event.name}, {handler}: {fault}" for handler, fault in end.left]

    def _sum_up(self) -> Rehearsal:
        after = self._record()
        settled = any(step.event == "ContactChecked" for step in self._steps) and not self._died_first()
        ticket = None
        if settled and after.state in {"ticket", "reply"} and after.ticket is not None:
            ticket = self._batch.shelf(kinds.TICKETS).get(after.ticket)
        return Rehearsal(
            contact=self._contact,
            message=self._messages[self._contact],
            became=after.state if settled else "fault",
            reason=after.reason if settled else "",
            detail=after.detail if settled else "",
            joined=ticket.id if ticket is not None and ticket.id < PAPER else None,
            ticket=ticket,
            steps=tuple(self._steps),
            events=tuple(event.name for event in self._batch.told),
            mails=tuple(self._mails()),
            faults=tuple(self._faults),
        )

    def _died_first(self) -> bool:
        return any(fault.startswith("ContactChecked: ") for fault in self._faults)

    def _mails(self) -> Iterator[tuple[str, str]]:
        """Mails that would wait to be sent; those of handlers that failed are not among them."""
        shelf = self._batch.shelf(kinds.OUTGOING)
        for number in self._numbers.taken.get("outgoing", ()):
            mail = shelf.get(number)
            if mail is not None:
                yield mail.reason, mail.recipient

    def _record(self) -> ContactRecord:
        record = self._batch.shelf(kinds.CONTACTS).get(self._contact)
        if record is None:
            raise RawGoneError
        return record


class _PaperNumbers:
    """Ids that nobody else has, and that no sequence is drawn for."""

    def __init__(self) -> None:
        self.taken: dict[str, list[int]] = {}

    def take(self, connection: Connection, name: str) -> int:  # noqa: ARG002 - the protocol's
        """The next id on paper."""
        ids = self.taken.setdefault(name, [])
        ids.append(PAPER + len(ids))
        return ids[-1]

    def put_back(self, name: str, number: int) -> None:
        """Paper is patient: the id is simply not used."""

    def settle(self, connection: Connection) -> None:
        """Nothing is ever written."""

    def reset(self) -> None:
        """Nothing to forget."""


class _PaperBatch(Batch):
    """A batch that is never flushed."""

    @property
    def told(self) -> list[Event]:
        """The events that were told so far."""
        return self._events

    def flush(self) -> list[Event]:
        """Refused: this is a rehearsal."""
        raise NotImplementedError


class _PaperDesk(Desk):
    """A desk that keeps what handlers decide and write, and forgets what the contact left behind before."""

    steps: list[Step]
    own: int | None
    messages: dict[int, Message]

    def keep_message(self, contact: int, message: Message) -> None:
        """Keep it for the events that follow: no stored one may come before it."""
        super().keep_message(contact, message)
        self.messages[contact] = message

    def trace(self, ticket: int | None, body: dict[str, Any], contact: int | None = None) -> None:  # noqa: ARG002 - Desk's
        """Keep the decision here."""
        written = msgspec.to_builtins(body)
        if "rules" in written:
            legend = self.batch.shelf(kinds.LEGENDS).get(written["rules"]["legend"])
            written = unfolded(written, legend.body if legend is not None else "")
        self.steps.append(Step(self.event.name, self.handler, _on_paper(written)))

    def tickets_of(self, message_id: str) -> list[int]:
        """Without the ticket that the contact opened: its own references point there since."""
        return [ticket for ticket in super().tickets_of(message_id) if ticket != self.own]


def _on_paper(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _on_paper(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_on_paper(one) for one in value]
    return "new" if isinstance(value, int) and value >= PAPER else value
