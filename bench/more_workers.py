"""What a second worker brings: a backlog is accepted first, then worked off by one, or by two."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from bench.desk import Desk, load_policy
from bench.mails import smtp_source
from bench.rounds import Series, alternate
from bench.standing import undone, wait_until_done
from runtime.bell import Bell
from runtime.broker import BELLS_IN_A_LOOK
from store.tables import events, work

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.stacks import Stack
    from store.engine import Store

WARM_UP = 100
_LATER = timedelta(days=1)


def more_workers(servers: Stack, *, mails: int, rounds: int) -> dict[str, Series]:
    """Events a second of one worker and of two, with PostgreSQL and RabbitMQ, nothing coming in meanwhile."""
    number = iter(range(1000))

    def side(workers: int) -> Callable[[], float]:
        return lambda: _work_off(servers.fresh(f"workers{next(number)}"), workers, mails)

    return alternate({"1 worker": side(1), "2 workers": side(2)}, rounds)


def _work_off(environment: dict[str, str], workers: int, mails: int) -> float:
    with tempfile.TemporaryDirectory(prefix="despacho-workers-") as name, ExitStack() as running:
        folder = Path(name)
        environment = environment | {"DESPACHO_POLICY": str(load_policy(folder / "policy"))}
        intake = running.enter_context(Desk(folder, environment, [["smtp"]]))
        store = running.enter_context(intake.store())
        smtp_source(intake.port, mails, persistent=True)
        _put(store, _LATER)
        running.enter_context(Desk(folder, environment, [["worker"]] * workers))
        smtp_source(intake.port, WARM_UP, persistent=True)
        while undone(store) > mails:
            time.sleep(0.05)
        intake.stop()
        bell = Bell(environment["DESPACHO_BROKER_URL"])
        running.callback(bell.close)
        return _time(store, bell, workers)


def _time(store: Store, bell: Bell, workers: int) -> float:
    before = _told(store)
    waiting = undone(store)
    _put(store, -_LATER)
    began = time.monotonic()
    bell.ring([("ContactChecked", f"bench-{n}", None) for n in range(8 * workers * BELLS_IN_A_LOOK)])
    wait_until_done(store, look=0.02)
    took = time.monotonic() - began
    return (waiting + _told(store) - before) / took


def _told(store: Store) -> int:
    with store.reading() as connection:
        told: int = connection.execute(select(func.count()).select_from(events)).scalar_one()
        return told


def _put(store: Store, span: timedelta) -> None:
    """Let everything that waits be due at ``span`` from now."""
    with store.writing() as connection:
        connection.execute(update(work).values(due_at=datetime.now(UTC) + span))
