"""`despacho run` with all its roles under a clock that can be moved, and what plain SQL finds of it."""

from __future__ import annotations

import json
import smtplib
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tests.patience import patience
from tests.servers.false_clock import SLEEP, FalseClock
from tests.servers.loopback import HOST, free_port
from tests.servers.process import ServerProcess

if TYPE_CHECKING:
    from datetime import datetime

ROOT = Path(__file__).parents[2]
TICK = 0.05
"""Seconds from tick to tick, instead of one."""
_TICKS = 12
"""So many pass before it is said that nothing happens."""
_SECONDS = 180.0

_PROGRAM = (
    SLEEP
    + f"import runtime.timekeeper as keeper; keeper.TICK_SECONDS = {TICK}; "
    + "from runtime.cli import main; main()"
)


Step = tuple[str, int]
"""A deadline, and the level of it."""


class Climbed(msgspec.Struct, frozen=True, order=True):
    """One step up of one ticket: its levels in the order in which they were taken."""

    ticket: int
    levels: tuple[Step, ...]


class RunningDesk:
    """The process, with a policy of one file, and its clock."""

    def __init__(self, folder: Path, policy: str, begin: datetime) -> None:
        """Start it; as soon as it runs the clock shows ``begin``."""
        self.clock = FalseClock(folder)
        self.clock.go_to(begin)
        self._port = free_port()
        self._file = folder / "desk.db"
        rules = folder / "policy"
        rules.mkdir()
        (rules / "desk.toml").write_text(policy)
        (rules / "rules.toml").write_text("")
        log = folder / "log"
        log.touch()
        settings = {
            "DESPACHO_DATA": str(folder / "var"),
            "DESPACHO_DATABASE_URL": f"sqlite:///{self._file}",
            "DESPACHO_POLICY": str(rules),
            "DESPACHO_SMTP_PORT": str(self._port),
            "DESPACHO_HTTP_PORT": "0",
            "PYTHONPATH": str(ROOT),
        }
        self._process = ServerProcess(
            [sys.executable, "-c", _PROGRAM, "run"],
            ready=lambda: "Despacho runs" in log.read_text(errors="replace"),
            log=log,
            env=settings | self.clock.environment,
        )
        self._process.start()
        self.clock.go_to(begin)

    def close(self) -> None:
        """Stop it."""
        self._process.stop()

    def write(self, mailbox: str, number: int) -> None:
        """Let a customer write."""
        sender = f"customer-{number}@{mailbox}.example"
        head = f"From: {sender}\r\nTo: {mailbox}@acme.example\r\nSubject: Plan {number}\r\n"
        with smtplib.SMTP(HOST, self._port, timeout=30) as smtp:
            smtp.sendmail(sender, [f"{mailbox}@acme.example"], f"{head}Message-ID: <{sender}>\r\n\r\nHelp")

    def rest(self) -> None:
        """Wait until nothing is due and nothing is to be done, some ticks long; raises `TimeoutError`."""
        until = time.monotonic() + patience(_SECONDS)
        still = 0
        while still < _TICKS:
            if time.monotonic() > until:
                message = "the desk does not come to rest"
                raise TimeoutError(message)
            still = 0 if self._busy() else still + 1
            time.sleep(TICK)

    def _busy(self) -> bool:
        now = self.clock.now.strftime("%Y-%m-%d %H:%M:%S.%f")
        due = self.rows("SELECT id FROM timers WHERE due_at <= ? LIMIT 1", now)
        return bool(due or self.rows("SELECT event FROM work LIMIT 1"))

    def tickets(self) -> dict[int, str]:
        """The tickets' mailboxes, without their domain."""
        found = self.rows("SELECT id, mailbox FROM tickets")
        return {number: mailbox.partition("@")[0] for number, mailbox in found}

    def climbed(self) -> list[Climbed]:
        """Every step up so far, in order."""
        rows = self.rows("SELECT body FROM events WHERE name = 'TicketEscalated' ORDER BY id")
        found = [json.loads(body) for (body,) in rows]
        return [Climbed(one["ticket"], tuple(map(tuple, one["climbed"]))) for one in found]

    def notices(self) -> int:
        """How many notices of a step up were written."""
        return int(self.rows("SELECT count(*) FROM outgoing WHERE reason = 'escalated'")[0][0])

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What plain SQL finds."""
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(statement, values).fetchall()
