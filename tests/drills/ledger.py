"""A ledger: what somebody outside the desk saw, a JSON line each, written before anything follows from it."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


class Ledger:
    """A file that lines are appended to by one `write` each, so that a killed writer tears no line apart."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(self, **facts: Any) -> None:
        """Append one line, with the monotonic time at which it was written."""
        line = json.dumps({**facts, "at": round(time.monotonic(), 4)}, separators=(",", ":"))
        os.write(self._descriptor, line.encode() + b"\n")


class Pages:
    """A ledger as it is read: `more` gives the lines that are new since the last call."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def more(self) -> list[dict[str, Any]]:
        """The whole lines that came since; none where there is no file yet."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._offset)
            text = file.read()
        end = text.rfind(b"\n") + 1
        self._offset += end
        return [json.loads(line) for line in text[:end].splitlines()]
