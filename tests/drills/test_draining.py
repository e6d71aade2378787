"""How long a desk is waited for, and what is said of one that stands still."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from tests.drills import draining
from tests.drills.draining import Draining, look_why
from tests.drills.snapshot import Database
from tests.store.house import ready_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


class _Desk:
    """A database that says what is left by a list, and its last word for ever."""

    def __init__(self, says: Iterable[Any], *, waits: bool = False) -> None:
        self._says = list(says)
        self._waits = waits

    def undone(self) -> int:
        said = self._says.pop(0) if len(self._says) > 1 else self._says[0]
        if isinstance(said, Exception):
            raise said
        return int(said)

    def waits_for_a_time(self) -> bool:
        return self._waits


def _away() -> OperationalError:
    return OperationalError("SELECT", {}, Exception("away"))


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[_Desk], bool]:
    """Wait for a desk, with short patience."""
    monkeypatch.setattr(draining, "_STUCK_SECONDS", 0.5)
    monkeypatch.setattr(draining, "_DRAIN_MOST", 3.0)

    def waits(desk: _Desk) -> bool:
        healed = time.monotonic()
        return Draining(desk, healed=healed, mutant=False, red=threading.Event()).wait_while(desk.undone)  # type: ignore[arg-type]

    return waits


def test_it_waits_until_nothing_is_left(wait: Callable[[_Desk], bool]) -> None:
    """The usual end."""
    assert wait(_Desk([3, 2, 1, 0]))


def test_what_stands_still_is_given_up(wait: Callable[[_Desk], bool]) -> None:
    """And not before its patience is over."""
    began = time.monotonic()
    assert not wait(_Desk([3]))
    assert 0.5 < time.monotonic() - began < 2.5


def test_what_waits_for_a_time_does_not_stand_still(wait: Callable[[_Desk], bool]) -> None:
    """It is given up at the end of everything only."""
    began = time.monotonic()
    assert not wait(_Desk([3], waits=True))
    assert time.monotonic() - began >= 3.0


def test_nobody_is_blamed_for_a_database_that_is_away(wait: Callable[[_Desk], bool]) -> None:
    """Patience begins anew when it is back."""
    assert wait(_Desk([3, *[_away()] * 8, 3, 3, 0]))


def test_what_is_left_is_told_by_kind(desk_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On both databases."""
    monkeypatch.setattr(draining, "LOGS", tmp_path / "logs")
    ready_store(desk_url).close()
    database = Database(desk_url)
    try:
        found = look_why(database, [])
    finally:
        database.close()
    assert found[0].startswith("timers: ")
