"""Reading on another core: a child process reads a batch's mails while this process works on the one before.

On SQLite all threads of a desk share one core, and reading is a third of what they do there. It needs nothing
of theirs: the child has the database open for itself, for looking. It is no part of any promise. What it does
not give, be it dead, slow or new, is read in this process as ever.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import msgspec
import structlog

from events.codec import decode_message, encode
from events.types import ContactChecked, Event
from runtime import children
from runtime.reading import Readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from config.types import Policy
    from events.message import Message
    from runtime.reading import Reader

log = structlog.get_logger(__name__)

FEWEST = 40
"""Mails of a batch from which the child is asked: a desk that has caught up needs none, and starts none.

For fewer it is not worth waiting for, and nothing but waiting is done meanwhile.
"""
FEWEST_AHEAD = 5
"""The same where another batch is worked on meanwhile."""
_WALL_SECONDS = 20.0
"""A third of a lease; the worst fifty mails that we know take as long."""
_PAUSE_SECONDS = 30.0
"""How long a child that failed is done without."""
_PIPE_BYTES = 1024 * 1024
"""Room for the answer to a batch of usual mails: the child need not wait until somebody takes it."""
_LONGEST_LINE = 64 * 1024 * 1024


class ReadingFailedError(Exception):
    """The child gave no answer; the text says how it failed."""


class ReaderBeside:
    """A `Reader` with a child process for large batches; one thread asks, any may `close`."""

    def __init__(self, reader: Reader, database: str, data: Path) -> None:
        """``database`` is the SQLite file, and ``data`` the desk's folder."""
        self._reader = reader
        self._command = [sys.executable, "-m", "runtime.reads_beside", database, str(data.absolute())]
        self._child: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._owing = False
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._closed = False

    def begin(
        self, events: Iterable[Event], policy: Policy, *, ahead: bool = False
    ) -> Callable[[], Readings]:
        """Have mails read, ``ahead`` of work on others; gives back how to come by what `Reader.read` gives.

        Whoever reads them, the messages are the same. What was begun before is given up by this.
        """
        checked = [event for event in events if isinstance(event, ContactChecked)]
        fewest = FEWEST_AHEAD if ahead else FEWEST
        child = self._asked(checked, policy.version) if len(checked) >= fewest else None

        def readings() -> Readings:
            found = self._answered(child) if child is not None else {}
            here = self._reader.read([event for event in checked if event.contact not in found], policy)
            return Readings(found | here.messages, here.faults)

        return readings

    @property
    def reads_elsewhere(self) -> bool:
        """Whether there is a child that reads, or could."""
        return self._ready

    def close(self) -> None:
        """End the child, whatever it does."""
        with self._lock:
            self._closed = True
        self._kill()

    def _asked(self, events: Sequence[ContactChecked], version: int) -> subprocess.Popen[bytes] | None:
        """The child, which has been asked; None where it is not ready, or fails."""
        request = {"version": version, "events": [msgspec.Raw(encode(event)) for event in events]}
        try:
            child = self._running()
            if child is None:
                return None
            for _ in self._answer_of(child) if self._owing else ():
                pass  # Nobody has asked for the answer before: its batch was given back.
            assert child.stdin is not None  # noqa: S101 - it is a pipe
            child.stdin.write(msgspec.json.encode(request) + b"\n")
            child.stdin.flush()
        except (OSError, ValueError, ReadingFailedError) as error:
            self._give_up(error)
            return None
        self._owing = True
        return child

    def _answered(self, child: subprocess.Popen[bytes]) -> dict[int, Message]:
        """The messages that the child has read; none where it fails, or something else was begun since."""
        if child is not self._child or not self._owing:
            return {}
        messages = {}
        try:
            for line in self._answer_of(child):
                contact, _, body = line.partition(b" ")
                messages[int(contact)] = decode_message(body)
        except (OSError, ValueError, ReadingFailedError) as error:
            self._give_up(error)
            return {}
        return messages

    def _answer_of(self, child: subprocess.Popen[bytes]) -> Iterator[bytes]:
        """The lines of the answer that the child owes, up to the empty one."""
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        for line in _lines(child.stdout.fileno()):
            if not line:
                break
            yield line
        self._owing = False

    def _give_up(self, error: Exception) -> None:
        log.warning("reading_beside_failed", error=type(error).__name__, reason=str(error))
        self._not_before = time.monotonic() + _PAUSE_SECONDS
        self._kill()

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The child, once it has said that it is ready; started where there is none."""
        if self._child is not None and self._child.poll() is not None:
            # It ended by itself after a while without work, or somebody ended it.
            self._kill()
        if self._child is None:
            self._start()
            return None
        if not self._ready:
            assert self._child.stdout is not None  # noqa: S101 - it is a pipe
            self._ready = children.says_something(self._child.stdout.fileno(), 0)
            if self._ready and next(_lines(self._child.stdout.fileno())):
                raise ReadingFailedError("it did not begin as it should")
        return self._child if self._ready else None

    def _start(self) -> None:
        if time.monotonic() < self._not_before or not _has_other_core():
            return
        path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109
        with self._lock:
            if self._closed:
                return
            # A session of its own: Ctrl-C is for this process, whose end the child notices by its input.
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
                start_new_session=True,
                pipesize=_PIPE_BYTES,
            )

    def _kill(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        self._ready = self._owing = False
        children.end(child)


def _lines(descriptor: int) -> Iterator[bytes]:
    """What comes, line by line; raises `ReadingFailedError` where it takes too long or ends."""
    deadline = time.monotonic() + _WALL_SECONDS
    begun = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not children.says_something(descriptor, left):
            raise ReadingFailedError("it took too long")
        piece = os.read(descriptor, 1024 * 1024)
        if not piece:
            raise ReadingFailedError("it ended")
        begun += piece
        if b"\n" in piece:
            *whole, rest = begun.split(b"\n")
            yield from map(bytes, whole)
            begun = rest
        if len(begun) > _LONGEST_LINE:
            raise ReadingFailedError("it said too much")


def _has_other_core() -> bool:
    """Whether this process's first thread, which is bound to no core, may run on several."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(os.getpid())) > 1
