"""Each who is to hear of a ticket without an owner hears of it once, whatever dies and clocks say."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.status import set_status
from handlers.unowned import CALLED, LED
from store import tables
from store.past import OVER
from tests.handlers.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Callable


class Killed(BaseException):
    """A worker ends in the middle."""


STEPS = st.lists(
    st.sampled_from(["give", "take", "urgent", "normal", "killed", "forward", "back", "solve", "open"]),
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_each_is_told_at_most_once_for_each_time_without_an_owner(steps: list[str]) -> None:
    """Workers are killed and clocks turned: in the end the lead was told, or the ticket has an owner."""
    with tempfile.TemporaryDirectory() as name:
        desk = Watched(f"sqlite:///{name}/desk.sqlite3", Path(name))
        try:
            _live(desk, steps)
        finally:
            desk.house.close()


def _live(desk: Watched, steps: list[str]) -> None:
    deeds: dict[str, Callable[[], object]] = {
        "give": lambda: desk.give("ana"),
        "take": lambda: desk.give(""),
        "urgent": lambda: desk.act(lambda hand: hand.change(1, priority="urgent")),
        "normal": lambda: desk.act(lambda hand: hand.change(1, priority="normal")),
        "solve": lambda: desk.act(lambda hand: set_status(hand, 1, "solved")),
        "open": lambda: desk.act(lambda hand: set_status(hand, 1, "open")),
        "forward": lambda: desk.later(hours=5),
        "back": lambda: desk.later(hours=-2),
        "killed": lambda: _kill_a_worker(desk),
    }
    desk.come("This is urgent")
    begun = 1
    for step in steps:
        before = _without(desk)
        deeds[step]()
        begun += not before and _without(desk)
    desk.later(days=4)
    desk.later(days=4)
    for flag, people in ((CALLED, 2), (LED, 1)):
        assert desk.flags().count(flag) <= begun
        assert sum(1 for row in _keys(desk) if row.startswith(f"notify:{flag}:")) <= begun * people
    if _without(desk):
        assert LED in desk.flags()


def _kill_a_worker(desk: Watched) -> None:
    """It dies after its chain and before its commit; another does the work when the lease has run out."""

    def die(_connection: object) -> None:
        raise Killed

    desk.act(lambda hand: hand.change(1, tags=f'["{uuid.uuid4().hex}"]'), work=False)
    worker = desk.house.worker()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runtime.transaction.Batch.flush", die)
        patch.setattr("runtime.transaction.Batch.write", lambda *_args: die(None))
        with pytest.raises(Killed):
            worker.round()
    desk.later(minutes=2)


def _without(desk: Watched) -> bool:
    [ticket] = desk.house.rows(tables.tickets)
    return not ticket.agent and ticket.status not in OVER


def _keys(desk: Watched) -> list[str]:
    keys = [row.effect_key for row in desk.house.rows(tables.outgoing) if row.reason == "unowned"]
    assert len(set(keys)) == len(keys)
    return keys
