"""The child process that reads mails, as its parent sees it: requests in, answers out, through pipes.

Nobody who asks waits: the pipes have room for all that is asked at once, and one that is full is a child that
does not work.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec

from events.codec import encode
from runtime import children

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from events.types import ContactChecked

_PIPE_BYTES = 1024 * 1024
"""Room for the answers to a batch of usual mails: the child need not wait until somebody takes them."""
_LONGEST_LINE = 64 * 1024 * 1024


class ReadingFailedError(Exception):
    """The child is of no use any more; the text says how it failed."""


class Answer(msgspec.Struct, frozen=True):
    """What became of one event: its ``message`` as JSON, empty where the child could not read it."""

    event: str
    version: int
    message: bytes


class ReadingChild:
    """One child. One thread at a time may ask, one may listen, and any may `end` it."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        """Start it; raises OSError where that cannot be done."""
        path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109
        # A session of its own: Ctrl-C is for this process, whose end the child notices by its input.
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
            pipesize=_PIPE_BYTES,
            bufsize=0,
        )
        assert self.process.stdin is not None  # noqa: S101 - they are pipes
        assert self.process.stdout is not None  # noqa: S101
        self._input = self.process.stdin.fileno()
        self._output = self.process.stdout.fileno()
        os.set_blocking(self._input, False)
        self._poll = select.poll()
        self._poll.register(self._output, select.POLLIN)
        self._begun = bytearray()
        self.ready = False
        """Whether it has said that it can be asked."""

    def has_ended(self) -> bool:
        """Whether it ended by itself, or somebody ended it."""
        return self.process.poll() is not None

    def look_whether_ready(self) -> None:
        """Set `ready` where it has said so; raises `ReadingFailedError` where it says something else."""
        if self.ready or not self._has_said_something(0):
            return
        if self._lines() != [b""]:
            raise ReadingFailedError("it did not begin as it should")
        self.ready = True

    def ask(self, events: Sequence[ContactChecked], version: int) -> None:
        """Have these events' contacts read as the policy of ``version`` wants it.

        Raises `ReadingFailedError` where it does not take that at once, and OSError where it has ended.
        """
        request = {"version": version, "events": [msgspec.Raw(encode(event)) for event in events]}
        line = msgspec.json.encode(request) + b"\n"
        if os.write(self._input, line) < len(line):
            raise ReadingFailedError("it does not listen")

    def answers(self, seconds: float) -> list[Answer]:
        """What it has answered since the last call, waited for so long; may be empty.

        Raises `ReadingFailedError` where it has ended, or says something else.
        """
        if not self._has_said_something(seconds):
            return []
        return [_answer(line) for line in self._lines()]

    def end(self) -> None:
        """Kill it, whatever it does."""
        children.end(self.process)

    def _has_said_something(self, seconds: float) -> bool:
        return bool(self._poll.poll(max(seconds, 0) * 1000))

    def _lines(self) -> list[bytes]:
        piece = os.read(self._output, _PIPE_BYTES)
        if not piece:
            raise ReadingFailedError("it ended")
        self._begun += piece
        if b"\n" not in piece:
            if len(self._begun) > _LONGEST_LINE:
                raise ReadingFailedError("it said too much")
            return []
        *whole, self._begun = self._begun.split(b"\n")
        return [bytes(line) for line in whole]


def _answer(line: bytes) -> Answer:
    event, version, message = line.split(b" ", 2)
    return Answer(event.decode(), int(version), message)
