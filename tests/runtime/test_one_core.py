"""Threads that take turns for every mail stay on one core."""

from __future__ import annotations

import os
import threading

import pytest

from runtime.one_core import on_one_core

several = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="this machine gives us one core, or does not say",
)


def cores_of_a_new_thread() -> set[int]:
    """The cores on which a thread may run that is started here."""
    found: list[set[int]] = []
    thread = threading.Thread(target=lambda: found.append(os.sched_getaffinity(0)))
    thread.start()
    thread.join()
    return found[0]


@several
def test_threads_started_inside_share_one_core() -> None:
    """All of them are on the same core, which is one that we may use."""
    with on_one_core():
        first, second = cores_of_a_new_thread(), cores_of_a_new_thread()
    assert first == second
    assert len(first) == 1
    assert first < os.sched_getaffinity(0)


@several
def test_whoever_starts_them_is_free_again() -> None:
    """After the block, also one that raised, the caller and what it starts may run anywhere."""
    before = os.sched_getaffinity(0)
    with pytest.raises(OSError, match="port taken"), on_one_core():
        raise OSError("port taken")
    assert os.sched_getaffinity(0) == before == cores_of_a_new_thread()


def test_with_one_core_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is nothing to choose, nothing is asked of the system."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", None, raising=False)
    with on_one_core():
        pass


def test_where_it_may_not_be_done_everything_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service manager that forbids it costs time, and not the start."""

    def forbidden(_who: int, _cores: set[int]) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", forbidden, raising=False)
    entered = []
    with on_one_core():
        entered.append(True)
    assert entered
