"""The child process that reads mails for a worker: ``python -m runtime.reads_beside DATABASE DATA``.

An empty line says that it is ready. Then lines of JSON come in, and for each event in them a line goes out:
its id, the version of the policy, and the message; until the input ends, as it does with the parent, or
nothing is asked for a minute. Where a mail cannot be read there is no message: the parent finds out why.
"""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from events.codec import decode, encode_message
from events.types import ContactChecked
from runtime.reading import Reader
from runtime.rulebooks import Rulebooks
from runtime.suggesting import Suggester
from runtime.wiring import PULSE_SECONDS, utc_now
from store import keys
from store.engine import Store
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from events.message import Message
    from events.types import Event

IDLE_SECONDS = 60.0
INPUT_BYTES = 1024 * 1024


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
        self._look_again = time.monotonic() + PULSE_SECONDS
        suggester = Suggester(self._store, data)
        self._reader = Reader(self._store, RawFiles(data / "raw"), self._keyring, suggester)
        self._rulebooks = Rulebooks(self._store)

    def answer(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The lines to some requests: what was asked one after the other is read together."""
        asked: dict[int, list[Event]] = {}
        for line in lines:
            request = msgspec.json.decode(line, type=Request)
            asked.setdefault(request.version, []).extend(decode(bytes(event)) for event in request.events)
        self._look_at_keys()
        for version, events in asked.items():
            messages = self._reader.read(events, self._rulebooks.of(version).policy).messages
            for event in events:
                message = messages.get(event.contact) if isinstance(event, ContactChecked) else None
                yield b"%s %d %s\n" % (event.id.encode(), version, _encoded(message))

    def _look_at_keys(self) -> None:
        """Keys are made and retired while a desk runs, whose own processes look once a second."""
        now = time.monotonic()
        if now < self._look_again:
            return
        with self._store.reading() as connection:
            self._keyring.replace(keys.secrets_of(connection, utc_now()))
        self._look_again = now + PULSE_SECONDS


def _encoded(message: Message | None) -> bytes:
    if message is None:
        return b""
    try:
        return encode_message(message)
    except (msgspec.MsgspecError, ValueError):
        return b""


def main(database: str, data: str) -> None:
    """Answer lines until there are no more."""
    answers = _take_output()
    _leave_core()
    answerer = Answerer(database, Path(data))
    answers.write(b"\n")
    answers.flush()
    begun = b""
    while select.select([0], [], [], IDLE_SECONDS)[0]:
        piece = os.read(0, INPUT_BYTES)
        if not piece:
            return
        *lines, begun = (begun + piece).split(b"\n")
        answers.writelines(answerer.answer(lines))
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
