"""``python -m tests.drills.imap``: break an IMAP server in every way while two desks read one mailbox.

Mails arrive on the server's disk, also while it is down. Sessions and the server are killed, the line falls
into a black hole, the numbers of mails are lost, another client expunges, tokens end after 30 seconds. In the
end each mail has to be one contact and one ticket.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imapclient
from cyclopts import App
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from tests.drills.imap_plan import CHANNELS, Plan, Report, mail_of
from tests.drills.policy import write_policy
from tests.drills.proxy import Proxy
from tests.servers.dovecot_server import Dovecot, running_dovecot
from tests.servers.folder import server_folder
from tests.servers.postgres_server import running_postgres
from tests.servers.token_server import CLIENT, SECRET, running_tokens

if TYPE_CHECKING:
    from tests.servers.token_server import TokenServer

ROOT = Path(__file__).parents[2]
OUTPUT = Path("build") / "drill-imap.json"
USER = "drill"
_ID = re.compile(rb"(?m)^Message-ID: <(\d+)@drill\.example>")


class Drill:
    """Two desks and a worker on one database, a mailbox, and what breaks between them."""

    def __init__(self, plan: Plan, seed: int, parts: ExitStack) -> None:
        self._plan = plan
        self._random = random.Random(seed)
        self.report = Report(seed)
        self._tokens: TokenServer = parts.enter_context(running_tokens(USER))
        self._tokens.seconds, self._tokens.rotates = plan.token, False
        self._server: Dovecot = parts.enter_context(
            running_dovecot(introspection=self._tokens.introspection_url)
        )
        with self._server.client(USER):
            pass
        self._proxy = parts.enter_context(Proxy(self._server.port))
        self._url = parts.enter_context(running_postgres()).url()
        self._folder = parts.enter_context(server_folder("imap-drill"))
        self._engine = create_engine(self._url, pool_pre_ping=True)
        parts.callback(self._engine.dispose)
        self._desks: dict[str, subprocess.Popen[bytes]] = {}
        parts.callback(self._end)
        write_policy(self._folder / "policy")
        with (self._folder / "policy" / "channels.toml").open("a") as file:
            file.write(
                CHANNELS.format(
                    port=self._proxy.port, user=USER, client=CLIENT, token_url=self._tokens.token_url
                )
            )
        self._start("worker", "timekeeper")
        self._until(lambda: self._count("SELECT count(*) FROM policy_versions"))
        for _ in range(2):
            self._start("imap")
        self._until(lambda: self._count("SELECT count(*) FROM imap_folders"))
        self._sent = 0

    def go(self) -> None:
        """Mails and faults, in an order by the seed; then everything heals and drains."""
        plan = self._plan
        faults = (
            ["kill"] * plan.kills + ["reset"] * plan.resets + ["desk"] * plan.desk_kills + ["hole", "down"]
        )
        self._random.shuffle(faults)
        each = plan.mails // (len(faults) + 1)
        for fault in faults:
            self._deliver(each)
            self._expunge()
            getattr(self, f"_{fault}")()
            self.report.faults[fault] += 1
        self._deliver(plan.mails - self._sent)
        with suppress(AssertionError):
            self._until(lambda: self._contacts() >= self._sent, 120)
        self.report.undrained = self._contacts() < self._sent
        with suppress(AssertionError):
            self._until(lambda: self._count("SELECT count(*) FROM tickets") >= self._sent, 240)
        self._judge()

    def _kill(self) -> None:
        sessions = self._server.sessions()
        if sessions and self._random.random() < 0.6:
            for session in sessions:
                with suppress(ProcessLookupError):
                    os.kill(session, signal.SIGKILL)
        else:
            self._server.kill()
            self._server.start()
        # Now and then it is asked how soon the desk is back: each such question waits for the answer.
        if self._random.random() < 0.4:
            self._come_back()

    def _reset(self) -> None:
        self._server.stop()
        self._server.forget_numbers(USER)
        self._server.start()
        self._come_back()

    def _hole(self) -> None:
        self._proxy.hole(closed=True)
        self._deliver(3)
        time.sleep(self._plan.hole)
        self._proxy.hole(closed=False)
        self._come_back()

    def _down(self) -> None:
        """The server is gone for a while, and what those who wait for it cost is measured."""
        self._server.stop()
        self._proxy.cut()
        time.sleep(3)
        fetchers = [desk for name, desk in self._desks.items() if name.startswith("imap")]
        before, began = sum(map(_cpu, fetchers)), time.monotonic()
        time.sleep(self._plan.down)
        self.report.cpu_while_down = (sum(map(_cpu, fetchers)) - before) / (time.monotonic() - began)
        self._server.start()
        self._come_back()

    def _desk(self) -> None:
        """A desk dies as by a power cut; the other one takes over when the lease is out."""
        name = self._random.choice([one for one in self._desks if one.startswith("imap")])
        self._desks[name].kill()
        self._desks[name].wait()
        del self._desks[name]
        self._start("imap")

    def _come_back(self) -> None:
        began = time.monotonic()
        self._deliver(1)
        self._until(lambda: self._contacts() >= self._sent, 180)
        self.report.back.append(time.monotonic() - began)

    def _deliver(self, count: int) -> None:
        """As a delivery agent does it, whether the server runs or not."""
        box = self._server.folder / "mail" / USER
        for _ in range(count):
            name = f"{time.time():.6f}.M{self._sent}.drill"
            (box / "tmp" / name).write_bytes(mail_of(self._sent))
            self._server.own_file(box / "tmp" / name)
            (box / "tmp" / name).rename(box / "new" / name)
            self._sent += 1

    def _expunge(self) -> None:
        """Another client removes some of what the desk has marked."""
        with suppress(imapclient.exceptions.IMAPClientError, OSError), self._server.client(USER) as client:
            seen = client.search("SEEN")
            some = self._random.sample(seen, len(seen) // 4)
            if some:
                client.delete_messages(some)
                client.expunge(some)
                self.report.faults["expunged"] += len(some)

    def _judge(self) -> None:
        with self._engine.connect() as connection:
            raws = connection.execute(
                text("SELECT r.data FROM contacts c JOIN raw r ON r.key = c.raw")
            ).scalars()
            found = Counter(int(match[1]) for raw in raws if (match := _ID.search(bytes(raw))))
        report = self.report
        report.mails = self._sent
        report.lost = len(set(range(self._sent)) - found.keys())
        report.duplicates = found.total() - len(found)
        report.tickets = self._count("SELECT count(*) FROM tickets")
        report.generations = self._count("SELECT max(generation) FROM imap_folders")
        report.tokens = self._tokens.given

    def _contacts(self) -> int:
        return self._count("SELECT count(*) FROM contacts")

    def _count(self, question: str) -> int:
        with suppress(SQLAlchemyError), self._engine.connect() as connection:
            return int(connection.execute(text(question)).scalar() or 0)
        return 0

    def _start(self, *roles: str) -> None:
        environment = {
            "DESPACHO_DATABASE_URL": self._url,
            "DESPACHO_DATA": str(self._folder / "data"),
            "DESPACHO_POLICY": str(self._folder / "policy"),
            "DESPACHO_LOG": "info",
            "DRILL_SECRET": SECRET,
            "DRILL_REFRESH": "first-refresh",
            "PATH": "/usr/bin:/bin",
        }
        with (self._folder / f"{roles[0]}.log").open("ab") as log:
            self._desks[f"{roles[0]}-{time.monotonic()}"] = subprocess.Popen(
                [Path(sys.executable).with_name("despacho"), "run", *roles],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _end(self) -> None:
        for desk in self._desks.values():
            desk.kill()
            desk.wait()

    @staticmethod
    def _until(truth: Any, seconds: float = 120.0) -> None:
        until = time.monotonic() + seconds
        while not truth():
            assert time.monotonic() < until, "it did not come about in time"
            time.sleep(0.1)


def carry_out(plan: Plan, seed: int) -> Report:
    """One drill from nothing to its figures."""
    began = time.monotonic()
    with ExitStack() as parts:
        drill = Drill(plan, seed, parts)
        drill.go()
    drill.report.seconds = time.monotonic() - began
    return drill.report


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100.0


app = App(name="drill-imap", help="Break an IMAP server while two desks read it, and account for every mail.")


@app.default
def main(
    *, mails: int = Plan.mails, kills: int = Plan.kills, resets: int = Plan.resets, seed: int = 1
) -> int:
    """Run the drill; it ends with 0 where every bar is met, else with 1, and writes build/drill-imap.json."""
    report = carry_out(Plan(mails=mails, kills=kills, resets=resets), seed)
    figures = vars(report) | {"back": max(report.back, default=0.0), "asked_back": len(report.back)}
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))  # noqa: T201
    for what in report.wrong():
        print(f"red: {what}")  # noqa: T201
    return 1 if report.wrong() else 0


if __name__ == "__main__":
    sys.exit(app(result_action="return_value"))
