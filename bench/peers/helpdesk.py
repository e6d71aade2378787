"""django-helpdesk's ``get_email`` on a folder of mails, in a process that is ready before it is timed."""

from __future__ import annotations

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bench.peers.interpreter import interpreter
from tests.servers.folder import server_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.mails import Mail

_PROGRAM = Path(__file__).with_name("helpdesk_program.py").absolute()


class Helpdesk:
    """A running installation."""

    def __init__(self, inbox: Path, orders: IO[str], answers: IO[str]) -> None:
        """``inbox`` is its folder of mails."""
        self._inbox = inbox
        self._orders = orders
        self._answers = answers

    def take(self, mails: Sequence[Mail]) -> float:
        """Mails a second that it makes tickets of, acknowledged; raises RuntimeError where one is missing."""
        for number, mail in enumerate(mails):
            (self._inbox / f"{number:06}.eml").write_bytes(mail.content)
        return self.fetch(len(mails))

    def fetch(self, count: int) -> float:
        """Mails a second that it makes tickets of, of ``count`` that lie there; raises as `take`."""
        self._orders.write("go\n")
        self._orders.flush()
        answer: dict[str, Any] = json.loads(self._answers.readline())
        if answer["tickets"] != count:
            raise RuntimeError(f"django-helpdesk made {answer['tickets']} tickets of {count} mails")
        return count / float(answer["seconds"])


@contextmanager
def helpdesk(relay_port: int, mailbox: Sequence[str] = (), *, database: str = "") -> Iterator[Helpdesk]:
    """An installation that sends to a relay, or to nobody with port 0; raises `AbsentError`.

    ``mailbox`` are the port, user and password of a mailbox on this machine, in the place of its folder;
    ``database`` is the URL of an empty PostgreSQL database, in the place of a SQLite file.
    """
    python = interpreter()
    with server_folder("helpdesk") as folder, (folder / "log").open("w") as log:
        (folder / "inbox").mkdir()
        process = subprocess.Popen(
            [python, "-I", "-W", "ignore", _PROGRAM, folder, str(relay_port), database, *mailbox],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if not process.stdout.readline():
                raise RuntimeError(f"django-helpdesk did not start:\n{(folder / 'log').read_text()[-2000:]}")
            yield Helpdesk(folder / "inbox", process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(30)
            process.stdout.close()
