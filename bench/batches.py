"""What a mail costs its worker in batches of several sizes, and what reading beside takes off it."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bare import bare
from bench.mails import different_senders
from runtime.reading_beside import ReaderBeside
from tests.servers.postgres_server import running_postgres

if TYPE_CHECKING:
    from bench.bare import Bare

SIZES = (3, 10, 25, 50)
SIZE = 4096
READY_SECONDS = 120


def batches(*, rounds: int) -> dict[str, float]:
    """Processor microseconds a mail, medians of rounds by turns, without what PostgreSQL uses itself."""
    with tempfile.TemporaryDirectory(prefix="despacho-batches-") as name, running_postgres() as postgres:
        postgres.execute("CREATE DATABASE batches")
        found: dict[str, float] = {}
        for stack, url in (("sqlite", ""), ("postgresql", postgres.url("batches"))):
            folder = Path(name) / stack
            folder.mkdir()
            with bare(url or f"sqlite:///{folder}/desk.db", folder) as desk:
                desk.accept(list(different_senders(50, SIZE)))
                desk.work()
                found |= {f"{stack}, batches of {size}": cost for size, cost in _sizes(desk, rounds).items()}
                if stack == "sqlite":
                    found |= _reading(desk, folder, rounds)
        return found


def _sizes(desk: Bare, rounds: int) -> dict[int, float]:
    costs: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(rounds):
        for size in SIZES:
            costs[size].append(_work(desk, size, max(SIZES) // size * size))
    return {size: statistics.median(figures) for size, figures in costs.items()}


def _work(desk: Bare, size: int, mails: int) -> float:
    """Microseconds a mail of ``mails`` mails that are taken up by ``size``."""
    worker = desk.worker(size)
    desk.accept(list(different_senders(mails, SIZE)))
    began = time.process_time()
    while worker.round():
        pass
    return (time.process_time() - began) / mails * 1e6


def _reading(desk: Bare, folder: Path, rounds: int) -> dict[str, float]:
    """What reading fifty mails takes of the worker's thread, here and with a child that reads beside."""
    events = desk.accepted(list(different_senders(50, SIZE)))
    policy = desk.rulebooks.current().policy
    beside = ReaderBeside(desk.reader, str(desk.store.url.database), folder / "raw")
    try:
        until = time.monotonic() + READY_SECONDS
        while not beside.reads_elsewhere:
            if time.monotonic() > until:
                raise TimeoutError(f"the child was not ready in {READY_SECONDS} s")
            beside.begin(events, policy)()
            time.sleep(0.1)
        costs: dict[str, list[float]] = {"reading here": [], "reading beside": []}
        for _ in range(rounds):
            for what, reader in (("reading here", desk.reader), ("reading beside", beside)):
                began = time.thread_time()
                reader.begin(events, policy)()
                costs[what].append((time.thread_time() - began) / len(events) * 1e6)
    finally:
        beside.close()
    return {f"sqlite, {what}": statistics.median(figures) for what, figures in costs.items()}
