"""Starts desks' processes in a tenth of a second: it has imported everything and forks for each of them.

``python -m tests.drills.launch`` reads orders from its standard input, a JSON line each, and answers each
with a line. Its children end with it. Only here are waits shortened, failpoints armed and bugs planted.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import runtime.cli
from ingest.mail import language
from store import failpoints
from tests.drills.clock import follow
from tests.drills.hurry import hurry
from tests.drills.mutants import plant

_DEATH_SIGNAL = 1
_LANGUAGES = ("en", "es", "nb")


def main() -> None:
    """Do what is asked until there is nobody left to ask."""
    runtime.cli.find_commands()
    import ingest.http  # noqa: F401, PLC0415 - so that no child has to

    language.detect("The bicycle has not come. La bicicleta no ha llegado.", _LANGUAGES)
    if len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208
        sys.exit("a process with threads must not fork")
    for line in sys.stdin:
        order = json.loads(line)
        answer = _start(order) if order["do"] == "start" else _reap(order["pid"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _start(order: dict[str, Any]) -> dict[str, Any]:
    child = os.fork()
    if child:
        return {"pid": child}
    try:
        _become(order)
        code = runtime.cli.call(["run", *order["roles"]])
    except BaseException:  # noqa: BLE001 - a child must never go on as its parent
        sys.excepthook(*sys.exc_info())
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _become(order: dict[str, Any]) -> None:
    """Be a process of its own: session, files, folder, environment; then what the drill changes."""
    os.setsid()
    ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    # Where it stands, for whoever asks a process that does nothing.
    faulthandler.register(signal.SIGUSR1, file=2)
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    hurry()
    if order["clock"]:
        follow(Path(order["clock"]))
    if order["mutant"]:
        plant(order["mutant"])
    if order["failpoint"]:
        _arm(order["failpoint"])


def _arm(text: str) -> None:
    """Let ``name@3`` end the process as kill -9 would when the point is reached for the third time."""
    name, _, count = text.partition("@")
    left = int(count)

    def hook(reached: str) -> None:
        nonlocal left
        if reached == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    failpoints.set_hook(hook)


def _reap(pid: int) -> dict[str, Any]:
    _, status = os.waitpid(pid, 0)
    return {"status": os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    main()
