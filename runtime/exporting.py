"""Everything that the desk keeps of a person, as a folder that they can read.

In it are their own mails, exactly as they came, with their files; what the desk wrote to them; and, of
tickets that they asked for, what was said in public and how they voted. Mails of others are not in it, nor
notes and what the desk wrote down about its work, unless they are wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from runtime.saving import extension
from runtime.ticket_files import FileGoneError, TicketFiles
from store import of_person
from store.forgetting import scope
from store.rawbytes import content, with_raw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from store.engine import Store
    from store.forgetting.person import Person
    from store.forgetting.scope import Scope
    from store.rawfiles import RawFiles

PUBLIC = ("message", "reply", "resolution")
_NOTE = """\
This folder holds what {desk} keeps of {addresses}, as of {at} (UTC).

tickets/    one folder a ticket: thread.txt to read, ticket.json for programs
mails/      what you wrote, exactly as it came (.eml opens in any mail program), with its files beside it
sent/       what was written to you
person.json your name, language and when you were first seen
"""


class Exported(msgspec.Struct):
    """How much is in the folder, and the mails whose exact bytes are not kept any more."""

    tickets: int = 0
    mails: int = 0
    files: int = 0
    sent: int = 0
    gone: list[int] = msgspec.field(default_factory=list)


class Exporting:
    """Writes one person's folder."""

    def __init__(
        self, store: Store, files: RawFiles, person: Person, folder: Path, *, notes: bool = False
    ) -> None:
        """``notes``: what agents noted on the person's own tickets is wanted as well."""
        self._store = store
        self._files = files
        self._person = person
        self._folder = folder
        self._notes = notes
        self.done = Exported()

    def run(self, *, desk: str, at: str, tick: Callable[[], None]) -> Exported:
        """Write everything; the folder must be there, and empty."""
        found = scope.find(self._store, self._files, self._person, lambda _what: tick())
        addresses = ", ".join(self._person.addresses)
        self._text("README.txt", _NOTE.format(desk=desk, addresses=addresses, at=at))
        self._write_person()
        for number in sorted(found.own | found.shared):
            self._write_ticket(number, own=number in found.own)
            tick()
        for contact in self._mails(found):
            self._write_mail(contact)
            tick()
        self._write_sent()
        return self.done

    def _mails(self, found: Scope) -> list[int]:
        """The contacts that the person wrote: not what others said on their tickets."""
        wrote = []
        for contact in sorted(found.theirs | found.named | found.waiting):
            with self._store.reading() as connection:
                sender = of_person.written(connection, contact).sender
            if self._person.has(sender):
                wrote.append(contact)
        return wrote

    def _write_person(self) -> None:
        with self._store.reading() as connection:
            rows = of_person.themselves(connection, self._person.addresses)
        self._json("person.json", rows)

    def _write_ticket(self, number: int, *, own: bool) -> None:
        with self._store.reading() as connection:
            ticket, rows = of_person.ticket(connection, number)
        shown = [row for row in rows if self._is_shown(row, own=own)]
        columns = ("id", "status", "channel", "language", "created_at", "solved_at")
        facts: dict[str, Any] = {name: getattr(ticket, name) for name in columns}
        if own:
            facts |= {"subject": ticket.subject}
        facts["entries"] = [
            {"at": row.at, "kind": row.kind, "author": self._author(row.author), "text": row.text}
            for row in shown
        ]
        if own:
            facts |= self._beside(number)
        self._json(f"tickets/{number}/ticket.json", facts)
        lines = [f"Ticket {number}" + (f": {ticket.subject}" if own else "")]
        for row in shown:
            lines += ["", f"--- {row.at:%Y-%m-%d %H:%M} UTC, {self._author(row.author)}", row.text]
        self._text(f"tickets/{number}/thread.txt", "\n".join(lines) + "\n")
        self.done.tickets += 1

    def _beside(self, number: int) -> dict[str, Any]:
        """How the person voted on a ticket of theirs; with notes, what the desk wrote of its work, too."""
        with self._store.reading() as connection:
            asked = of_person.vote(connection, number)
            solved, spent = of_person.work(connection, number)
        facts: dict[str, Any] = {"vote": _columns(asked, "score", "comment", "asked_at", "voted_at")}
        if self._notes:
            facts["resolution"] = _columns(solved, "wrong", "done", "at")
            facts["time"] = [_columns(row, "at", "minutes", "activity", "billable") for row in spent]
        return facts

    def _is_shown(self, row: Any, *, own: bool) -> bool:
        """What they said; on their own tickets also what was said in public, and notes where wanted."""
        if self._person.has(row.author):
            return True
        if not own:
            return False
        return (row.public and row.kind in PUBLIC) or (self._notes and row.kind == "note")

    def _author(self, author: str) -> str:
        """Who said it; another person's address is theirs."""
        if self._person.has(author) or "@" not in author:
            return author or "the desk"
        return "another person"

    def _write_mail(self, contact: int) -> None:
        with self._store.reading() as connection:
            rows = with_raw(connection, [contact])
            message = of_person.written(connection, contact).message or {}
        try:
            self._bytes(f"mails/{contact}.eml", content(rows[0], self._files))
        except (IndexError, FileNotFoundError):
            self.done.gone.append(contact)
            if message:
                self._text(f"mails/{contact}.txt", message.get("text", ""))
            return
        self.done.mails += 1
        reader = TicketFiles(self._store, self._files)
        for file in message.get("attachments", []):
            try:
                data = reader.content(contact, file["part"])
            except FileGoneError:
                continue
            # The name is ours: a stranger's could lead out of the folder.
            self._bytes(f"mails/{contact}-{file['part']}{extension(file['name'])}", data)
            self.done.files += 1

    def _write_sent(self) -> None:
        with self._store.reading() as connection:
            mails = of_person.sent_to(connection, self._person.addresses)
        for number, data in mails:
            self._bytes(f"sent/{number}.eml", data)
            self.done.sent += 1

    def _json(self, name: str, value: object) -> None:
        self._bytes(name, msgspec.json.format(msgspec.json.encode(value), indent=2))

    def _text(self, name: str, text: str) -> None:
        self._bytes(name, text.encode())

    def _bytes(self, name: str, data: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _columns(row: Any | None, *names: str) -> dict[str, Any] | None:
    return {name: getattr(row, name) for name in names} if row is not None else None
