"""One run: a whole desk under load and faults, then healed, drained and judged."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from tests.drills import stacks
from tests.drills.check import Report, Seen, check, check_now
from tests.drills.clock import Clock
from tests.drills.doubts import Doubts
from tests.drills.draining import Draining, look_why
from tests.drills.ledger import Ledger, Pages
from tests.drills.machine import others_share
from tests.drills.nemesis import Nemesis
from tests.drills.policy import write_policy
from tests.drills.proxy import Proxy
from tests.drills.schedule import draw
from tests.drills.snapshot import Database
from tests.drills.supervisor import ROOT, Nursery, Process, Supervisor
from tests.servers.loopback import answers, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.drills.profiles import Profile

_LOOK_SECONDS = 1.0


@dataclass
class Run:
    """What one run was, did and found."""

    stack: str
    seed: int
    mutant: str = ""
    report: Report = field(default_factory=Report)
    done: Counter[str] = field(default_factory=Counter)
    client_tries: Counter[str] = field(default_factory=Counter)
    relay_faults: Counter[str] = field(default_factory=Counter)
    unexpected_ends: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    ready_seconds: dict[str, list[float]] = field(default_factory=dict)
    answer_seconds: list[float] = field(default_factory=list)
    senders_lost: int = 0
    replies_lost: int = 0
    in_doubt: int = 0
    drained_seconds: float = 0.0
    others_share: float = 0.0
    seconds: float = 0.0


class Drill:
    """A desk with everything around it, while it runs."""

    def __init__(self, run: Run, profile: Profile, folder: Path, parts: ExitStack) -> None:
        self._run = run
        self._profile = profile
        self._folder = folder
        self._stack = parts.enter_context(stacks.running(run.stack, folder))
        self._inbox, self._outbox = Pages(folder / "inbox.jsonl"), Pages(folder / "relay.jsonl")
        self._inbox_lines: list[dict[str, Any]] = []
        self._outbox_lines: list[dict[str, Any]] = []
        self._desk_port, sink_port = free_port(), free_port()
        self._clients = parts.enter_context(Proxy(self._desk_port))
        self._relay = parts.enter_context(Proxy(sink_port))
        parts.enter_context(self._program("sink", port=sink_port, ledger=folder / "relay.jsonl"))
        self._clock = Clock(folder / "clock") if run.stack == stacks.SMALL_DISK else None
        self._processes = self._make_processes(parts)
        self._supervisor = Supervisor(self._processes, self._ended)
        self._database = Database(self._stack.database_url)
        parts.callback(self._database.close)
        self._doubts = Doubts(self._database)
        self._nemesis = Nemesis(
            self._stack,
            self._processes,
            clients=self._clients,
            relay=self._relay,
            doubts=self._doubts,
            clock=self._clock,
            ledger=Ledger(folder / "nemesis.jsonl"),
        )
        self._red = threading.Event()
        self._over = threading.Event()

    def go(self) -> None:
        """Load and faults, healing, draining, judging."""
        self._supervisor.start()
        try:
            watcher = threading.Thread(target=self._watch)
            with self._program("sender", **self._load()) as sender:
                watcher.start()
                self._nemesis.run(self._schedule(), self._red.is_set)
                self._heal()
                healed = time.monotonic()
                self._finish(sender)
            drained = self._drain(healed)
            self._run.drained_seconds = time.monotonic() - healed
            self._over.set()
            watcher.join()
            self._judge(drained=drained)
        finally:
            self._over.set()
            self._supervisor.stop()

    def _schedule(self) -> Any:
        return draw(
            self._profile.plan,
            self._stack.processes,
            f"{self._run.seed}/{self._run.stack}/{self._run.mutant}",
        )

    def _load(self) -> dict[str, Any]:
        load = {"sessions": self._profile.sessions, "think": self._profile.think, "patience": 40}
        return {"port": self._clients.port, "ledger": self._folder / "inbox.jsonl", **load}

    @contextmanager
    def _program(self, name: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
        """A program of ours beside the desk, which ends when its standard input does."""
        words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        with (self._folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", f"tests.drills.{name}", "--seed", str(self._run.seed), *words],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        try:
            if name == "sink":
                _wait_for(lambda: answers(options["port"], b"", b"220"))
            yield process
        finally:
            process.kill()
            process.communicate()

    def _make_processes(self, parts: ExitStack) -> list[Process]:
        environment = {
            "DESPACHO_LOG": "warning",
            "DESPACHO_SMTP_PORT": str(self._desk_port),
            "DESPACHO_HTTP_PORT": "0",
            "DESPACHO_DATA": str(self._folder / "data"),
            "DESPACHO_POLICY": str(write_policy(self._folder / "policy")),
            "DESPACHO_RELAY_URL": f"smtp://127.0.0.1:{self._relay.port}",
            **self._stack.environment,
        }
        nursery = Nursery(self._folder / "nursery.log")
        parts.callback(nursery.close)
        clock_file = str(self._clock.file) if self._clock else ""
        place = {
            "folder": self._folder,
            "environment": environment,
            "mutant": self._run.mutant,
            "clock": clock_file,
        }
        return [Process(nursery, name, roles, **place) for name, roles in self._stack.processes.items()]

    def _ended(self, process: Process, code: int) -> None:
        if not self._nemesis.died(process, code):
            last = process.log.read_text(errors="replace").strip().rpartition("\n")[2]
            self._run.unexpected_ends.append(f"{process.name} ended with {code}: {last[:200]}")

    def _watch(self) -> None:
        """Once a second, see whether what must hold at every moment holds."""
        while not self._over.wait(_LOOK_SECONDS):
            try:
                report = self._look()
            except SQLAlchemyError:
                continue
            if self._run.mutant and report.faults():
                self._run.report = report
                self._red.set()
                return

    def _look(self) -> Report:
        # The ledgers first: whatever they say is older than the snapshot.
        seen = self._seen()
        return check_now(seen, self._database.snapshot())

    def _seen(self) -> Seen:
        self._inbox_lines += self._inbox.more()
        self._outbox_lines += self._outbox.more()
        return Seen(list(self._inbox_lines), list(self._outbox_lines))

    def _heal(self) -> None:
        self._nemesis.heal()
        if self._clock:
            self._doubts.look(events=1)
            self._clock.back()

    def _finish(self, sender: subprocess.Popen[bytes]) -> None:
        """Write nothing new, and wait for the last answers."""
        assert sender.stdin is not None
        sender.stdin.close()
        sender.stdin = None
        until = time.monotonic() + 45
        while sender.poll() is None and time.monotonic() < until and not self._red.is_set():
            time.sleep(0.05)

    def _drain(self, healed: float) -> bool:
        """Wait until nothing is left to do, or nothing is done any more; how long it took is judged later.

        First until nothing new is left, by a clock that went back: then that clock goes ahead, so that what
        waits for a time is due.
        """
        draining = Draining(self._database, healed=healed, mutant=bool(self._run.mutant), red=self._red)
        drained = not self._clock or draining.wait_while(self._database.new)
        if drained and self._clock:
            self._doubts.look(events=1)
            self._clock.end()
        drained = drained and draining.wait_while(self._database.undone)
        if not (drained or self._run.mutant):
            self._run.left = look_why(self._database, self._processes)
        return drained

    def _judge(self, *, drained: bool) -> None:
        run = self._run
        run.done = self._nemesis.done
        run.senders_lost, run.in_doubt = self._doubts.senders_lost, self._doubts.mails
        for process in self._processes:
            role = "all" if len(process.roles) > 1 else process.roles[0]
            run.ready_seconds.setdefault(role, []).extend(process.ready_seconds)
        if self._red.is_set():
            return
        time.sleep(0.3)  # the sink's last lines
        seen = self._seen()
        withheld = sum(line.get("withheld", False) for line in seen.relay)
        run.replies_lost = withheld + self._relay.answers_lost
        seen = Seen(seen.inbox, seen.relay, bound=run.replies_lost + run.in_doubt)
        integrity = [*self._database.broken_pages(), *_books(self._stack.database_url)]
        desk = self._database.snapshot()
        # What the relay has may be newer than what the desk says of it.
        seen = replace(seen, relay=self._seen().relay)
        run.report = check(seen, desk, drained=drained, integrity=integrity)
        run.client_tries = Counter(line["manner"] for line in seen.inbox if line["what"] == "invoke")
        run.relay_faults = Counter(line["fault"] for line in seen.relay if line["what"] == "fault")
        run.answer_seconds = [line["seconds"] for line in seen.inbox if line["what"] == "ok"]


def carry_out(run: Run, profile: Profile, *, keep: Path | None = None) -> Run:
    """Do one run, in a folder that is removed after it, or in ``keep``."""
    run.others_share = others_share()
    began = time.monotonic()
    with ExitStack() as parts:
        folder = keep or Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="despacho-drill-")))
        Drill(run, profile, folder, parts).go()
    run.seconds = time.monotonic() - began
    return run


def _books(url: str) -> list[str]:
    """What the desk's own books find that does not add up."""
    from store.books import read_books  # noqa: PLC0415
    from store.engine import Store  # noqa: PLC0415

    store = Store(url)
    try:
        with store.reading() as connection:
            return [f"{each.rule}: {each.count}" for each in read_books(connection).broken]
    finally:
        store.close()


def _wait_for(holds: Any) -> None:
    until = time.monotonic() + 20
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("what a drill needs did not start")
        time.sleep(0.02)
