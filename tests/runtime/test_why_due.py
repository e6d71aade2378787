"""`despacho why due`: a ticket that nobody answers, and how its times come about."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from runtime.cli import Trouble
from runtime.commands import why_due
from store.engine import Store
from tests.ladders.simulate import policy
from tests.scenarios.office import opened
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from pathlib import Path


def test_it_says_why_a_time_is_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Start, amount, zone and closing time; levels that were missed are one notice; no ticket is trouble."""
    url = f"sqlite:///{tmp_path}/desk.sqlite3"
    with opened(url, tmp_path, policy()) as office:
        office.receive(
            Mail(sender="kari@customer.example", to="madrid@acme.example", subject="x", body="Help")
        )
        office.wait(timedelta(days=3))
        assert [one.recipient for one in office.sent() if one.reason == "escalated"] == ["bo@acme.example"]
    monkeypatch.setattr(why_due, "settings", lambda: None)
    monkeypatch.setattr(why_due, "open_desk", lambda _settings: Store(url))
    monkeypatch.setattr(Store, "__enter__", lambda self: self, raising=False)
    monkeypatch.setattr(Store, "__exit__", lambda self, *_: self.close(), raising=False)
    assert why_due.due(1) == 0
    said = capsys.readouterr().out
    assert "due Mon 2026-03-02 14:00 CET" in said
    assert "exactly as the desk closes" in said
    assert why_due.due(1, json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["deadline"], one["amount"]) for one in told] == [
        ("first_response", 14400),
        ("resolution", 100800),
    ]
    with pytest.raises(Trouble):
        why_due.due(99)
