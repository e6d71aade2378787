"""Rendering what operators wrote in a child process that can be killed (`runtime.caged`).

The child gets no environment of ours, so no password, and nothing but the template and the letter's values.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from runtime import children
from runtime.caged import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.library import Library

_WALL_SECONDS = 2.5
"""A ceiling for a machine that is busy; a template that loops is ended by its processor time before."""
_START_SECONDS = 20.0
"""How long the child may take to begin; that is no template's fault."""
_LONGEST_ANSWER = 4 * 1024 * 1024


class CageError(Exception):
    """The template gave no text; the message is the class of error, or what ended the child."""


class BusyError(CageError):
    """The clock ran out before the template's own time did: perhaps it was the machine's fault."""


class Cage:
    """One child process, started when it is needed and again after it was killed; any thread may ask."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def text(self, library: Library, language: str, name: str, values: Mapping[str, Any]) -> str:
        """The text of the library's template ``name``; raises `CageError`."""
        request = {"library": library.digest, "language": language, "name": name, "values": values}
        with self._lock:
            answer = self._asked(request)
            if answer.get("error") == UNKNOWN:
                # The child keeps a few libraries: a whole one is much to send with each mail.
                answer = self._asked(request | {"sources": library.json})
        if "text" not in answer:
            raise CageError(answer.get("error", "unknown"))
        return str(answer["text"])

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._kill()

    def _asked(self, request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._ask(json.dumps(request).encode() + b"\n"))
        return answer

    def _ask(self, request: bytes) -> bytes:
        try:
            child = self._running()
            stdin, stdout = child.stdin, child.stdout
            assert stdin is not None  # noqa: S101 - both are pipes
            assert stdout is not None  # noqa: S101 - both are pipes
            stdin.write(request)
            stdin.flush()
            return self._line(stdout.fileno(), _WALL_SECONDS)
        except OSError:
            self._kill()
            raise CageError("ended") from None
        except CageError:
            self._kill()
            raise

    @staticmethod
    def _line(descriptor: int, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        answer = bytearray()
        while not answer.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or not children.says_something(descriptor, left):
                raise BusyError("took too long")
            piece = os.read(descriptor, 65536)
            if not piece:
                raise CageError("ended")
            answer += piece
            if len(answer) > _LONGEST_ANSWER:
                raise CageError("answered too much")
        return bytes(answer)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._kill()
            path = os.pathsep.join(entry or str(os.getcwd()) for entry in sys.path)  # noqa: PTH109
            self._child = subprocess.Popen(
                [sys.executable, "-m", "runtime.caged"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
                start_new_session=True,
            )
            stdout = self._child.stdout
            assert stdout is not None  # noqa: S101 - it is a pipe
            self._line(stdout.fileno(), _START_SECONDS)
        return self._child

    def _kill(self) -> None:
        child, self._child = self._child, None
        children.end(child)
