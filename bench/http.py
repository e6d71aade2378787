"""What it costs to keep a request: the webhook route with the real door, beside a door that keeps nothing.

Both are answered by one server in one process, in turns; the client is a process of its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from bench.http_client import SECRET
from ingest.accept import Door, Receipt
from ingest.hooks.registry import source
from ingest.hooks.source import Hook, Keys
from ingest.http import HttpChannel, HttpSettings
from ingest.http.incoming import Incoming, incoming
from store import keys, tables
from store.rawfiles import RawFiles
from tests.store.house import count, ready_store

if TYPE_CHECKING:
    from ingest.accept import Delivery
    from store.engine import Store

MAILBOX = "support@acme.example"
BAR = 0.5


class _Doors:
    """The real door for one channel, and for the other one that says yes and keeps nothing."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.spool_folder = door.spool_folder

    def refusal(self) -> str | None:
        """As the real door says."""
        return self._door.refusal()

    def submit(self, delivery: Delivery) -> Future[Receipt]:
        """Keep it, or only say so."""
        if delivery.channel == "standard.kept":
            return self._door.submit(delivery)
        done: Future[Receipt] = Future()
        done.set_result(Receipt((1,), duplicate=False))
        return done


def http(*, requests: int = 3000, rounds: int = 5, connections: int = 32) -> dict[str, Any]:
    """Requests a second of both, by round, and the ratio of their medians."""
    found = source("standard")
    assert found is not None
    hooks = {
        name: Hook(source=found, channel=f"standard.{name}", mailbox=MAILBOX, keys=Keys(secrets=(SECRET,)))
        for name in ("kept", "null")
    }
    # As in production: without a line on the terminal for each request.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder:
        store = ready_store(f"sqlite:///{folder}/desk.sqlite3")
        rates = _measured(store, Path(folder), hooks, (requests, rounds, connections))
        kept = count(store, tables.contacts)
        store.close()
    medians = {name: statistics.median(each) for name, each in rates.items()}
    return {
        "requests a second": {name: [round(rate) for rate in each] for name, each in rates.items()},
        "ratio": round(medians["kept"] / medians["null"], 3),
        "bar": BAR,
        "kept": kept,
        "sent": requests * rounds,
    }


def _measured(
    store: Store, folder: Path, hooks: dict[str, Hook], size: tuple[int, int, int]
) -> dict[str, list[float]]:
    requests, rounds, connections = size
    with store.reading() as connection:
        keyring = keys.keyring(connection)
    door = Door(store, RawFiles(folder / "raw"), keyring, ring=lambda _events: None)
    needs = Incoming(door=_Doors(door), find=hooks.get, mailbox_of=lambda _address: None)
    channel = HttpChannel(HttpSettings(port=0, stop_seconds=1), {}, [incoming(needs)])
    channel.start()
    rates: dict[str, list[float]] = {"kept": [], "null": []}
    try:
        for turn in range(rounds + 1):
            for name in ("kept", "null"):
                rate = _ask(channel.port, name, requests if turn else requests // 4, connections)
                if turn:
                    rates[name].append(rate)
    finally:
        channel.stop()
        door.close()
    return rates


def _ask(port: int, name: str, requests: int, connections: int) -> float:
    words = [str(port), name, str(requests), str(connections)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.http_client", *words], capture_output=True, text=True, check=True
    )
    rate: float = json.loads(done.stdout)
    return rate
