"""Reading on another core: a child process reads mails before this process works on them.

On SQLite all threads of a desk share one core, and reading is a third of what they do there. It needs nothing
of theirs: the child has the database open for itself, for looking. While much mail comes it is told of each
as soon as it is accepted; else of a batch when it is leased. It is no part of any promise. What it does not
give, be it dead, slow or new, is read in this process as ever.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

import structlog

from events.codec import decode_message
from events.types import ContactChecked, Event
from runtime.reading import Readings
from runtime.reading_child import ReadingChild, ReadingFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from config.types import Policy
    from events.message import Message
    from runtime.reading import Reader

log = structlog.get_logger(__name__)

FEWEST = 8
"""Mails of a batch from which the child is asked: a desk that has caught up needs none, and starts none."""
AHEAD_MOST = 100
"""Mails that are read, or being read, before a worker has leased them: two batches."""
_BUSY_SECONDS = 20.0
"""How long after a batch for the child it is told of what is accepted; then it may end for want of work."""
_KEPT_SECONDS = 10.0
"""How long what was read ahead is kept: another worker may have leased it, and articles change."""
_LEASED_SECONDS = 60.0
"""The same of a leased batch that nobody takes: it was given back."""
_WALL_SECONDS = 20.0
"""A third of a lease; the worst fifty mails that we know take as long."""
_PAUSE_SECONDS = 30.0
"""How long a child that failed is done without."""

_Key = tuple[str, int]
"""An event's id, and the version of the policy that its contact is read by."""


class ReaderBeside:
    """A `Reader` with a child process while much is to be read.

    One thread begins and asks for the messages; any may tell of what was accepted, or `close`.
    """

    def __init__(self, reader: Reader, database: str, data: Path) -> None:
        """``database`` is the SQLite file, and ``data`` the desk's folder."""
        self._reader = reader
        self._command = [sys.executable, "-m", "runtime.reads_beside", database, str(data.absolute())]
        self._child: ReadingChild | None = None
        self._asked: dict[_Key, float] = {}
        """Until when what the child was told of is waited for; on a monotonic clock."""
        self._read: dict[_Key, bytes] = {}
        """What it has answered of that."""
        self._busy_until = self._not_before = 0.0
        self._deaf = False
        self._lock = threading.Lock()
        self._closed = False

    def accepted(self, events: Iterable[Event], version: int) -> None:
        """Have these read ahead where much mail comes, by the policy of this version; never waits."""
        now = time.monotonic()
        if self._deaf or now > self._busy_until:
            return
        checked = [event for event in events if isinstance(event, ContactChecked)]
        try:
            self._ask(checked[: max(AHEAD_MOST - len(self._asked), 0)], version, until=now + _KEPT_SECONDS)
        except (OSError, ReadingFailedError):
            # The thread that listens to the child gives it up: under its eyes no pipe may be closed.
            self._deaf = True

    def begin(self, events: Iterable[Event], policy: Policy) -> Callable[[], Readings]:
        """Have mails read; gives back how to come by what `Reader.read` gives.

        Whoever reads them, the messages are the same.
        """
        checked = [event for event in events if isinstance(event, ContactChecked)]
        if len(checked) >= FEWEST:
            self._begin(checked, policy.version)

        def readings() -> Readings:
            found = self._answered(checked, policy.version)
            here = self._reader.read([event for event in checked if event.contact not in found], policy)
            return Readings(found | here.messages, here.faults)

        return readings

    @property
    def reads_elsewhere(self) -> bool:
        """Whether there is a child that reads."""
        child = self._child
        return child is not None and child.ready

    def close(self) -> None:
        """End the child, whatever it does."""
        with self._lock:
            self._closed = True
        self._kill()

    def _begin(self, events: Sequence[ContactChecked], version: int) -> None:
        """Have the child read them, once it is ready; it is started where there is none."""
        now = time.monotonic()
        self._busy_until = now + _BUSY_SECONDS
        self._drop([key for key, until in self._asked.copy().items() if until < now])
        try:
            if self._child is not None and self._child.has_ended():
                # After a while without work, or somebody ended it.
                self._kill()
            if self._child is None:
                self._start()
            else:
                self._child.look_whether_ready()
                self._ask(events, version, until=now + _LEASED_SECONDS)
        except (OSError, ValueError, ReadingFailedError) as error:
            self._give_up(error)

    def _ask(self, events: Iterable[ContactChecked], version: int, until: float) -> None:
        """Ask the child for those that it was not told of; raises as `ReadingChild.ask`."""
        with self._lock:
            if not self.reads_elsewhere:
                return
            keys = {(event.id, version): event for event in events}
            new = [event for key, event in keys.items() if key not in self._asked]
            if self._deaf:
                raise ReadingFailedError("it does not listen")
            if new:
                assert self._child is not None  # noqa: S101 - it reads elsewhere
                self._child.ask(new, version)
            self._asked.update(dict.fromkeys(keys, until))

    def _answered(self, events: Iterable[ContactChecked], version: int) -> dict[int, Message]:
        """The messages that the child has read, of those that it was asked for."""
        contacts = {(event.id, version): event.contact for event in events}
        messages: dict[int, Message] = {}
        try:
            for key, body in self._taken(contacts).items():
                messages[contacts[key]] = decode_message(body)
        except (OSError, ValueError, ReadingFailedError) as error:
            self._give_up(error)
        return messages

    def _taken(self, keys: Iterable[_Key]) -> dict[_Key, bytes]:
        """What it answered to these, the empty answers left out; raises where it does not come in time."""
        until = time.monotonic() + _WALL_SECONDS
        child, bodies = self._child, dict[_Key, bytes]()
        open_ = {key for key in keys if key in self._asked}
        while open_ and child is not None:
            come = open_ & self._read.keys()
            bodies |= {key: self._read[key] for key in come}
            open_ -= come
            if open_:
                left = until - time.monotonic()
                if left <= 0:
                    raise ReadingFailedError("it took too long")
                self._listen(child, left)
        self._drop(keys)
        return {key: body for key, body in bodies.items() if body}

    def _listen(self, child: ReadingChild, seconds: float) -> None:
        """Hear what it has to say, waited for so long; what nobody waits for any more is not kept."""
        answers = child.answers(seconds)
        with self._lock:
            for answer in answers:
                key = (answer.event, answer.version)
                if key in self._asked:
                    self._read[key] = answer.message

    def _drop(self, keys: Iterable[_Key]) -> None:
        with self._lock:
            for key in keys:
                self._asked.pop(key, None)
                self._read.pop(key, None)

    def _give_up(self, error: Exception) -> None:
        log.warning("reading_beside_failed", error=type(error).__name__, reason=str(error))
        self._not_before = time.monotonic() + _PAUSE_SECONDS
        self._kill()

    def _start(self) -> None:
        if time.monotonic() < self._not_before or not _has_other_core():
            return
        with self._lock:
            if not self._closed:
                self._child = ReadingChild(self._command)

    def _kill(self) -> None:
        with self._lock:
            child, self._child = self._child, None
            self._deaf = False
            self._asked.clear()
            self._read.clear()
            if child is not None:
                child.end()


def _has_other_core() -> bool:
    """Whether this process's first thread, which is bound to no core, may run on several."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(os.getpid())) > 1
