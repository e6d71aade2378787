"""``python -m tests.runtime.killed N WHEN WORDS…``: a command, killed in its Nth write transaction.

``WHEN`` is ``before`` or ``after`` its commit. A command with fewer transactions ends by itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from runtime.cli import call, find_commands
from store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Connection


def killed(number: int, when: str, *words: str) -> bool:
    """Run a command line in a process of its own; gives whether it was killed, or else it has to end well."""
    command = [sys.executable, "-m", __name__, str(number), when, *words]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
    return ended.returncode != 0


def main() -> int:
    """Count the write transactions of this process, and end it as a power cut would."""
    at, when = int(sys.argv[1]), sys.argv[2]
    whole, begun = Store.writing, [0]

    @contextlib.contextmanager
    def writing(store: Store, *, urgent: bool = False) -> Iterator[Connection]:
        begun[0] += 1
        mine = begun[0] == at
        with whole(store, urgent=urgent) as connection:
            yield connection
            if mine and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(Store, "writing", writing)  # noqa: B010 - a method of another class
    find_commands()
    return call(sys.argv[3:])


if __name__ == "__main__":
    sys.exit(main())
