"""The faults of a soak, carried out on servers that only count."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

import pytest

from bench.soak_faults import Fault, Faults
from tests.store.house import ready_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.desk import DeskProcess
    from bench.stacks import Sink, Stack
    from tests.drills.proxy import Proxy


class Server:
    """Is stopped and started; with ``stuck`` it cannot be stopped."""

    def __init__(self, *, stuck: bool = False) -> None:
        self.stuck = stuck
        self.calls: list[str] = []

    def start(self) -> None:
        """Note it."""
        self.calls.append("start")

    def stop(self) -> None:
        """Note it, or fail."""
        if self.stuck:
            raise RuntimeError("stuck")
        self.calls.append("stop")


class Servers:
    """A stack with a broker that cannot be stopped, and no database server."""

    broker = Server(stuck=True)
    postgres = None


@pytest.fixture
def sink() -> Server:
    """The relay."""
    return Server()


@pytest.fixture
def faults(tmp_path: Path, sink: Server) -> Iterator[Faults]:
    """Faults on an empty desk's store."""
    store = ready_store(f"sqlite:///{tmp_path / 'desk.db'}")
    line, process = cast("Proxy", None), cast("DeskProcess", None)
    yield Faults(store, cast("Sink", sink), line, cast("Stack", Servers()), process)
    store.close()


def test_a_fault_that_fails_is_named_and_the_next_one_comes(faults: Faults, sink: Server) -> None:
    """A run never loses what it saw because something could not be broken."""
    faults.start([Fault(0.0, "broker restarted", 0.1), Fault(0.1, "relay down", 0.0)])
    until = time.monotonic() + 10
    while not faults.done and time.monotonic() < until:
        time.sleep(0.01)
    faults.stop()
    assert faults.failed == ["broker restarted: RuntimeError"]
    assert faults.done == {"relay down": 1}
    assert sink.calls == ["stop", "start"]


def test_a_fault_that_is_under_way_is_mended_at_once(faults: Faults, sink: Server) -> None:
    """An interrupt leaves nothing broken behind, and does not wait for a minute."""
    faults.start([Fault(0.0, "relay down", 600.0)])
    until = time.monotonic() + 10
    while sink.calls != ["stop"] and time.monotonic() < until:
        time.sleep(0.01)
    faults.stop()
    assert sink.calls == ["stop", "start"]
