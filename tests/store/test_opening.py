"""Several processes open a database that is new to all of them."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from store import engine


class Contended:
    """A connection whose file others are about to change for the first ``times``."""

    def __init__(self, times: int, code: int = sqlite3.SQLITE_BUSY) -> None:
        self.left = times
        self._code = code

    def execute(self, _: str) -> None:
        """Fail as the driver does, until it is our turn."""
        if self.left:
            self.left -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = self._code
            raise error


def _set(connection: Any) -> None:
    engine._set(connection, "journal_mode=WAL")


def test_whoever_comes_second_waits() -> None:
    """The pragma is set in the end."""
    contended = Contended(3)
    _set(contended)
    assert contended.left == 0


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that every writer waits, the error is told."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.02)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        _set(Contended(1000))


def test_another_error_is_told_at_once() -> None:
    """What waiting does not mend is not waited for."""
    broken = Contended(2, sqlite3.SQLITE_READONLY)
    with pytest.raises(sqlite3.OperationalError):
        _set(broken)
    assert broken.left == 1
