"""The child process that reads mails for a worker: ``python -m runtime.reads_beside DATABASE DATA``.

An empty line says that it is ready. Then a line of JSON in, and out a line for each message, its contact
before it, and an empty line; until the input ends, as it does with the parent, or nothing is asked for a
minute. A mail that cannot be read is left out: the parent finds out why.
"""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from events.codec import decode, encode_message
from runtime.reading import Reader
from runtime.rulebooks import Rulebooks
from runtime.suggesting import Suggester
from runtime.wiring import utc_now
from store import keys
from store.engine import Store
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

IDLE_SECONDS = 60.0


class Request(msgspec.Struct, frozen=True):
    """Read these events' contacts as the policy of ``version`` wants it."""

    version: int
    events: list[msgspec.Raw]


class Answerer:
    """Reads what is asked, with a database of its own to look into."""

    def __init__(self, database: str, data: Path) -> None:
        """``database`` is an SQLite file and ``data`` the desk's folder."""
        self._store = Store(f"sqlite:///{database}", pool_size=1)
        with self._store.reading() as connection:
            self._keyring = keys.keyring(connection)
        suggester = Suggester(self._store, data)
        self._reader = Reader(self._store, RawFiles(data / "raw"), self._keyring, suggester)
        self._rulebooks = Rulebooks(self._store)

    def answer(self, line: bytes) -> Iterator[bytes]:
        """The lines to one request."""
        request = msgspec.json.decode(line, type=Request)
        events = [decode(bytes(event)) for event in request.events]
        with self._store.reading() as connection:
            # Keys are made and retired while a desk runs.
            self._keyring.replace(keys.secrets_of(connection, utc_now()))
        policy = self._rulebooks.of(request.version).policy
        for contact, message in self._reader.read(events, policy).messages.items():
            try:
                body = encode_message(message)
            except (msgspec.MsgspecError, ValueError):
                continue
            yield b"%d %s\n" % (contact, body)
        yield b"\n"


def main(database: str, data: str) -> None:
    """Answer lines until there are no more."""
    answers = _take_output()
    _leave_core()
    answerer = Answerer(database, Path(data))
    answers.write(b"\n")
    answers.flush()
    while select.select([sys.stdin.buffer], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        answers.writelines(answerer.answer(line))
        answers.flush()


def _take_output() -> BinaryIO:
    """The standard output for answers alone: whatever else is printed goes where errors go."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _leave_core() -> None:
    """Run where the parent's first thread may: the worker's, which began this, is bound to a core."""
    os.sched_setaffinity(0, os.sched_getaffinity(os.getppid()))


if __name__ == "__main__":
    main(*sys.argv[1:])
