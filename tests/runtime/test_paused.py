"""A paused mailbox shows wherever the desk is watched, and one command ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from handlers.breaker import pause_key
from runtime import health, wiring
from runtime.cli import settings
from runtime.metrics import Metrics
from runtime.wiring import utc_now
from store.tables import throttles
from tests.runtime.desk_at_hand import MAILBOX, DeskAtHand
from tests.runtime.test_readiness import FixedDoor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.wiring import Parts


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk without mail."""
    return DeskAtHand(tmp_path, monkeypatch, capsys)


@pytest.fixture
def parts(desk: DeskAtHand) -> Iterator[Parts]:
    """Its parts, without any role."""
    parts = wiring.connect(settings(), desk.store())
    parts.rulebooks.refresh()
    yield parts
    parts.close()


def pause(parts: Parts) -> None:
    """Pause the mailbox, as the breaker does, for this hour and the next: the test may meet the change."""
    now = utc_now()
    keys = [pause_key(MAILBOX, now + timedelta(hours=later)) for later in (0, 1)]
    with parts.store.writing() as connection:
        rows = [{"key": key, "until": now + timedelta(hours=2), "count": 1} for key in keys]
        connection.execute(insert(throttles), rows)


def shown(parts: Parts) -> tuple[list[bool | None], str]:
    """What `/health` and `/metrics` say of it."""
    signs = [one.well for one in health.signs(parts, FixedDoor()) if one.name == "automatic mail"]
    text = Metrics(parts, utc_now).text().decode()
    return signs, next(line for line in text.splitlines() if line.startswith("despacho_mailboxes_paused"))


def test_it_shows_and_ends(desk: DeskAtHand, parts: Parts) -> None:
    """`/health` names it and stays well, `/metrics` counts it, the doctor is red; a resume ends all three."""
    assert shown(parts) == ([], "despacho_mailboxes_paused 0.0")
    pause(parts)
    assert shown(parts) == ([None], "despacho_mailboxes_paused 1.0")
    lines = {one["check"]: one for one in desk.run("doctor", "--json").json()["findings"]}
    assert lines["automatic mail"]["colour"] == "red"
    assert f"despacho mail resume {MAILBOX}" in lines["automatic mail"]["advice"]
    resumed = {"mailbox": MAILBOX, "was_paused": True, "held": 0}
    assert desk.run("mail", "resume", MAILBOX, "--json").json() == resumed
    assert desk.run("mail", "resume", MAILBOX).out == f"{MAILBOX} is not paused.\n"
    assert shown(parts) == ([], "despacho_mailboxes_paused 0.0")


def test_no_such_mailbox(desk: DeskAtHand) -> None:
    """A name that the desk does not have is a wrong call, with what there is."""
    desk.store().close()
    said = desk.run("mail", "resume", "suport@acme.example")
    assert (said.code, "Did you mean support@acme.example?" in said.err) == (2, True)
