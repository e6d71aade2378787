"""End to end: from the first byte until the last ticket is assigned, and acknowledged in the outbox."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.desk import Desk, load_policy
from bench.mails import different_senders, smtp_source
from bench.peers.absent import AbsentError
from bench.peers.helpdesk import Helpdesk, helpdesk
from bench.peers.python_server import null_server
from bench.rounds import Series, alternate
from bench.stacks import STACKS, Sink
from bench.standing import check_all_there, wait_until_done
from bench.wire import hand_over
from tests.servers.rabbitmq_server import running_rabbitmq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.stacks import Stack
    from store.engine import Store

FEW = 200
SIZE = 4096
WARM_UP = 60
ALONE = [["smtp", "worker", "timekeeper"]]
"""SQLite: one process, as its operator runs it, but for the sender: what is measured ends at the outbox."""
SENDING = [["smtp", "worker", "timekeeper", "sender"]]
APART = [["smtp"], ["worker"], ["timekeeper"]]
TWO_WORKERS = [["smtp"], ["worker"], ["worker"], ["timekeeper"]]
"""PostgreSQL: one worker leaves a part of a core idle, as it waits for the database."""


class Runner:
    """A desk that is warm, and how fast it takes mails the whole way."""

    def __init__(self, desk: Desk, store: Store, *, sent: bool = False) -> None:
        """With ``sent`` the way ends where the relay has taken the mail."""
        self.desk = desk
        self.taken = 0
        self._store = store
        self._sent = sent

    def many(self, count: int) -> float:
        """Mails a second of ``count`` by smtp-source, over sessions that stay open."""
        return self._time(count, lambda: smtp_source(self.desk.port, count, size=SIZE, persistent=True))

    def few(self) -> float:
        """Mails a second of `FEW` mails, each from somebody else."""
        mails = list(different_senders(FEW, SIZE))
        return self._time(FEW, lambda: hand_over(self.desk.port, mails))

    def check(self) -> None:
        """Raise RuntimeError unless every mail became what it should."""
        check_all_there(self._store, self.taken)

    def _time(self, count: int, send: Callable[[], object]) -> float:
        began = time.monotonic()
        send()
        wait_until_done(self._store, mail=self._sent)
        self.taken += count
        return count / (time.monotonic() - began)


@contextmanager
def runner(
    environment: dict[str, str], roles: Sequence[Sequence[str]], *, sent: bool = False, rules: str = ""
) -> Iterator[Runner]:
    """A desk without limits on its mail and with more ``rules``, past its first mails; checked at the end."""
    with tempfile.TemporaryDirectory(prefix="despacho-whole-") as name, ExitStack() as running:
        folder = Path(name)
        environment = environment | {"DESPACHO_POLICY": str(load_policy(folder / "policy"))}
        with (folder / "policy" / "rules.toml").open("a", encoding="utf-8") as file:
            file.write(rules)
        if sent:
            sink = Sink(folder / "sink")
            running.callback(sink.stop)
            environment |= {"DESPACHO_RELAY_URL": f"smtp://127.0.0.1:{sink.port}"}
        desk = running.enter_context(Desk(folder, environment, roles))
        store = running.enter_context(desk.store())
        ready = Runner(desk, store, sent=sent)
        ready.many(WARM_UP)
        yield ready
        ready.check()


def whole_way(servers: Stack, *, mails: int, rounds: int, skipped: dict[str, str]) -> dict[str, Series]:
    """Mails a second of the desk on both stacks, of django-helpdesk, and of aiosmtpd alone, taking turns."""
    with ExitStack() as running:
        apart = running.enter_context(runner(servers.fresh("whole_way"), APART))
        # A broker of its own: workers of two desks would hear each other's bells.
        own = {"DESPACHO_BROKER_URL": running.enter_context(running_rabbitmq()).url}
        two = running.enter_context(runner(servers.fresh("two_workers") | own, TWO_WORKERS))
        alone = running.enter_context(runner({}, ALONE))
        sending = running.enter_context(runner({}, SENDING, sent=True))
        sides: dict[str, Callable[[], float]] = {
            "end to end sqlite": lambda: alone.many(mails),
            "end to end sqlite, sent": lambda: sending.many(mails),
            "end to end postgresql": lambda: apart.many(mails),
            "end to end postgresql, two workers": lambda: two.many(mails),
            "200 mails sqlite": alone.few,
            "200 mails postgresql": apart.few,
            "200 mails postgresql, two workers": two.few,
        }
        try:
            port = running.enter_context(null_server())
            sides["null beside"] = lambda: mails / smtp_source(port, mails, size=SIZE, persistent=True)
            for name, peer in _helpdesks(running, servers).items():
                sides[name] = _of_helpdesk(peer)
        except AbsentError as reason:
            skipped["django-helpdesk"] = str(reason)
        return alternate(sides, rounds)


def _helpdesks(running: ExitStack, servers: Stack) -> dict[str, Helpdesk]:
    """On either database, as it ships and sending nothing."""
    folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="despacho-helpdesk-")))
    sink = Sink(folder / "sink")
    running.callback(sink.stop)
    found: dict[str, Helpdesk] = {}
    for database in STACKS:
        for how, port in (("", sink.port), (" mute", 0)):
            url = ""
            if database == "postgresql":
                url = servers.fresh(f"helpdesk{len(found)}")["DESPACHO_DATABASE_URL"]
            peer = helpdesk(port, database=url.replace("+psycopg", ""))
            found[f"200 mails helpdesk {database}{how}"] = running.enter_context(peer)
    return found


def _of_helpdesk(peer: Helpdesk) -> Callable[[], float]:
    return lambda: peer.take(list(different_senders(FEW, SIZE)))
