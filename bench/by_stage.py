"""Processor microseconds a mail by stage, in one process without sockets: where the time goes."""

from __future__ import annotations

import gc
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bare import Bare, bare
from bench.mails import different_senders
from bench.stopwatch import watched
from runtime import transaction
from runtime.reading import Reader
from runtime.render import Renderer
from runtime.worker import Worker
from store import outbox, work
from store.batch import Batch

if TYPE_CHECKING:
    from bench.stacks import Stack

_WORKER: dict[str, tuple[object, str]] = {
    "lease": (work, "lease"),
    "load events": (work, "load"),
    "decode events": (Worker, "_order"),
    "read raw, parse": (Reader, "read"),
    "hold leases": (work, "still_held"),
    "foresee": (transaction, "foresee"),
    "chain": (transaction, "_run_one"),
    "tell": (Batch, "tell"),
    "flush": (Batch, "write"),
    "counts": (Batch, "count"),
    "finish": (work, "finish"),
}
_SENDER: dict[str, tuple[object, str]] = {
    "send: lease": (outbox, "lease"),
    "send: render": (Renderer, "render"),
    "send: render the HTML part": (Renderer, "_html"),
}
SIZE = 4096


def by_stage(servers: Stack, *, mails: int) -> dict[str, dict[str, float]]:
    """Microseconds a mail of this process, by stack and stage; a mail is two events and two mails out.

    The stages of one thread are told apart by that thread's time; "the rest" is what this process used beside
    them: commits, the sender's other threads. What PostgreSQL uses itself is not in here.
    """
    with tempfile.TemporaryDirectory(prefix="despacho-stages-") as name:
        found = {}
        for stack, url in (("sqlite", ""), ("postgresql", servers.fresh("stages")["DESPACHO_DATABASE_URL"])):
            folder = Path(name) / stack
            folder.mkdir()
            with bare(url or f"sqlite:///{folder}/desk.db", folder) as desk:
                _run(desk, 50)
                # As `despacho run` does once it is up: what is there stays, and is no garbage.
                gc.collect()
                gc.freeze()
                figures = _run(desk, mails)
            found[stack] = {stage: seconds / mails * 1e6 for stage, seconds in figures.items()}
        return found


def _run(desk: Bare, count: int) -> dict[str, float]:
    mails = list(different_senders(count, SIZE))
    began = time.process_time()
    desk.accept(mails)
    figures = {"accept: door": time.process_time() - began}
    began = time.process_time()
    with watched(_WORKER) as watch:
        desk.work()
    figures |= _with_rest(watch.seconds, "commit and the rest", time.process_time() - began)
    began = time.process_time()
    with watched(_SENDER) as watch:
        desk.send()
    return figures | _with_rest(watch.seconds, "send: the rest", time.process_time() - began)


def _with_rest(seconds: dict[str, float], name: str, whole: float) -> dict[str, float]:
    return seconds | {name: whole - sum(seconds.values())}
