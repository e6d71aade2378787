"""A whole desk in one process, without sockets and threads of its own, and with a clock that tests move."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select, update

from events.codec import decode, encode
from events.message import Trust
from events.types import MailFailed
from runtime.render import Renderer
from runtime.show.decisions import body_of
from runtime.simulated.desk import SimulatedDesk
from store import letter as letters
from store import tables, views, work
from store.letter import Letter
from tests.scenarios.post import Mail, Posted, delivery_report, post

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from sqlalchemy import Table

    from ingest.accept import Receipt


START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A mail that the desk wrote, as its receiver sees it."""

    number: int
    ticket: int | None
    reason: str
    recipient: str
    state: str
    return_path: str
    message_id: str
    letter: Letter
    text: str
    wire: bytes

    @property
    def reply_to(self) -> str:
        """Where an answer goes."""
        return self.letter.reply_to

    @property
    def subject(self) -> str:
        """The subject it shows."""
        return self.letter.subject

    @property
    def references(self) -> tuple[str, ...]:
        """The Message-IDs it refers to."""
        return self.letter.references

    @property
    def shown_from(self) -> str:
        """Its From."""
        return f"{self.letter.sender.name} <{self.letter.sender.address}>"


class Office(SimulatedDesk):
    """The simulated desk, with what scenarios do to it and look at."""

    def __init__(self, url: str, folder: Path, files: Mapping[str, str]) -> None:
        """An empty desk under the policy in ``files``; ``folder`` is for raw mail."""
        super().__init__(url, folder, files, begin=START)
        self._renderer = Renderer()
        self._posted = 0

    def close(self) -> None:
        """Let go of everything."""
        self._renderer.close()
        super().close()

    # What happens.

    def receive(self, mail: Mail) -> None:
        """Take a mail in as often as it says, and do all the work that comes of it."""
        for number in range(1, mail.times + 1):
            contacts = self.take(self.posted(mail.turn(number)))
            if mail.trust != Trust.UNVERIFIED:
                self._grade(contacts, Trust(mail.trust))
        self.work()

    def pour(self, mails: Iterable[Mail]) -> None:
        """Take many unverified mails in at once, in any order, and do all the work that comes of them."""
        self.take(*map(self.posted, mails))
        self.work()

    def posted(self, mail: Mail) -> Posted:
        """A mail as it arrives."""
        answered = self.last(mail.answers, mail.whose or mail.address) if mail.answers else None
        return post(mail, answered, message_id=self.fresh_id(mail.address))

    def take(self, *many: Posted) -> list[int]:
        """Let mails in at the door, leave the work undone, and give back their contacts."""
        taken = [self._submit(posted) for posted in many]
        return [contact for future in taken for contact in future.result().contacts]

    def _submit(self, posted: Posted) -> Future[Receipt]:
        """Hand a mail in, from outside; for nobody of ours it fails."""
        assert any(map(self.is_ours, posted.recipients)), f"none of {posted.recipients} is ours"
        return self.submit(
            posted.raw, return_path=posted.return_path, recipients=posted.recipients, client="192.0.2.1"
        )

    def bounce(self, sent: Sent, *, status: str, action: str) -> None:
        """Bring a letter back to its return path, or to the one it would have had."""
        tag = self.keyring.bounce_tag(sent.number)
        local, _, domain = sent.letter.sender.address.rpartition("@")
        path = sent.return_path or f"{local}+{tag}@{domain}"
        fresh = self.fresh_id("daemon@mx.customer.example")
        self.take(delivery_report(sent, path, status=status, action=action, message_id=fresh))
        self.work()

    def refuse(self, sent: Sent, answer: str) -> None:
        """Let the relay refuse a letter for good, as the sender tells the desk."""
        event = MailFailed(
            at=self.now,
            stream=f"ticket:{sent.ticket}",
            effect_key=f"mail-failed:{sent.number}",
            outgoing=sent.number,
            ticket=sent.ticket,
            recipient=sent.recipient,
            answer=answer,
        )
        with self.store.writing() as connection:
            work.enqueue(connection, [event])
        self.work()

    # What can be seen.

    def rows(self, table: Table) -> list[Any]:
        """Every row of a table, in the order of its key."""
        with self.store.reading() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key.columns)))

    def tickets(self) -> dict[int, Any]:
        """Every ticket by number."""
        return {row.id: row for row in self.rows(tables.tickets)}

    def entries(self, ticket: int) -> list[Any]:
        """A ticket's entries in order."""
        return [row for row in self.rows(tables.entries) if row.ticket == ticket]

    def people(self, ticket: int) -> set[str]:
        """The addresses of those who take part in a ticket."""
        return {row.address for row in self.rows(tables.participants) if row.ticket == ticket}

    def traces(self, ticket: int) -> str:
        """Everything that was traced on a ticket, as one text, in words."""
        with self.store.reading() as connection:
            view = views.ticket(connection, ticket)
        found = view.traces if view is not None else []
        return "\n".join(msgspec.json.encode(body_of(one)).decode() for one in found)

    def sent(self) -> list[Sent]:
        """Every letter that goes out, oldest first; those that wait for a digest or went into one are not."""
        return [self._sent(row) for row in self.rows(tables.outgoing) if not row.state.startswith("digest")]

    def last(self, reason: str, recipient: str) -> Sent:
        """The last letter to an address, of a reason or of ``any``."""
        found = [one for one in self.sent() if one.recipient == recipient and reason in {"any", one.reason}]
        assert found, f"no letter ({reason}) went to {recipient}"
        return found[-1]

    def fresh_id(self, address: str) -> str:
        """A Message-ID that nobody has used."""
        self._posted += 1
        return f"<mail-{self._posted}@{address.rpartition('@')[2]}>"

    def _sent(self, row: Any) -> Sent:
        letter = letters.decode(row.letter)
        return Sent(
            number=row.id,
            ticket=row.ticket,
            reason=row.reason,
            recipient=row.recipient,
            state=row.state,
            return_path=row.mail_from,
            message_id=row.message_id,
            letter=letter,
            text=self._renderer.text(letter, {}),
            wire=self._renderer.render(row),
        )

    def _grade(self, contacts: list[int], trust: Trust) -> None:
        """Say of contacts what a check of their sender would have said."""
        with self.store.writing() as connection:
            for contact in contacts:
                column = tables.events.c
                row = column.effect_key == f"checked:{contact}"
                event = decode(connection.execute(select(column.body).where(row)).scalar_one().encode())
                body = encode(msgspec.structs.replace(event, trust=trust)).decode()
                connection.execute(update(tables.events).where(row).values(body=body))


@contextmanager
def opened(url: str, folder: Path, files: Mapping[str, str]) -> Iterator[Office]:
    """An office that is closed at the end."""
    office = Office(url, folder, files)
    try:
        yield office
    finally:
        office.close()
