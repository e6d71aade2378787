"""A desk in a folder of its own: commands run against it, mail comes in by its door, work is done by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from events.message import Envelope
from ingest.accept import Delivery, Door
from runtime import wiring
from runtime.cli import call, find_commands
from runtime.cli import settings as settings_here
from runtime.reading import Reader
from runtime.rulebooks import Rulebooks
from runtime.worker import Worker
from store import keys
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from store.engine import Store

MAILBOX = "support@acme.example"


class Said:
    """What one command line said: its exit code and both outputs."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class DeskAtHand:
    """Commands, mail and work, all in this process."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Settings of its own, under ``folder``; nothing is made yet."""
        self.folder = folder
        self._capsys = capsys
        self._mails = 0
        monkeypatch.chdir(folder)
        monkeypatch.setenv("DESPACHO_DATA", str(folder / "var"))
        find_commands()

    def run(self, *words: str) -> Said:
        """Run one command line."""
        self._capsys.readouterr()
        try:
            code = call(list(words))
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = self._capsys.readouterr()
        return Said(code, said.out, said.err)

    def store(self) -> Store:
        """The store, migrated and with a policy; the caller closes it."""
        settings = settings_here()
        store = wiring.open_store(settings)
        wiring.prepare(settings, store)
        return store

    def deliver(
        self, subject: str, body: str, *, sender: str = "kari@customer.example", extra: str = ""
    ) -> int:
        """Hand one mail in at the door; gives back its contact."""
        self._mails += 1
        raw = (
            f"From: Kari Nordmann <{sender}>\r\nTo: {MAILBOX}\r\nSubject: {subject}\r\n"
            f"Message-ID: <m{self._mails}@customer.example>\r\n{extra}"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
        ).encode()
        return self.deliver_raw(raw, sender=sender)

    def deliver_raw(self, raw: bytes, *, sender: str) -> int:
        """Hand in a mail's exact bytes; gives back its contact."""
        delivery = Delivery(
            channel="smtp",
            mailboxes=(MAILBOX,),
            envelope=Envelope(mail_from=sender, recipients=(MAILBOX,)),
            received_at=datetime.now(UTC),
            raw=raw,
            size=len(raw),
        )
        store = self.store()
        door = Door(store, self.files(), self._keyring(store), ring=lambda _events: None)
        try:
            return door.submit(delivery).result(10).contacts[0]
        finally:
            door.close()
            store.close()

    def work(self) -> None:
        """Do all work that is due."""
        store = self.store()
        keyring = self._keyring(store)
        rulebooks = Rulebooks(store)
        rulebooks.refresh()
        worker = Worker(
            store,
            Reader(store, self.files(), keyring),
            rulebooks,
            keyring,
            ring=lambda _events: None,
            now=lambda: datetime.now(UTC),
        )
        try:
            while worker.round():
                pass
        finally:
            store.close()

    def files(self) -> RawFiles:
        """The folder of large mails."""
        return RawFiles(self.folder / "var" / "raw")

    @staticmethod
    def _keyring(store: Store) -> Any:
        with store.reading() as connection:
            return keys.keyring(connection)
