"""`[lifecycle]` and `[satisfaction]` of `desk.toml`: what is usual, both sides of each bound, mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from config.lifecycle import DAY, Documented, Lifecycle, Satisfaction
from config.loader import load_files
from config.mistakes import PolicyError
from tests.scenarios.policies import sample


def _read(**tables: Any) -> Any:
    return load_files(sample(tables)).desk


def _mistakes(**tables: Any) -> str:
    with pytest.raises(PolicyError) as refused:
        _read(**tables)
    return str(refused.value)


def test_without_tables_a_desk_waits_a_week_and_asks_nobody() -> None:
    """What a desk does that says nothing."""
    desk = _read()
    assert desk.lifecycle == Lifecycle(
        remind_after_days=3,
        close_pending_after_days=0,
        progress_after_days=0,
        close_solved_after=7 * DAY,
        reopen_within=14 * DAY,
        resolution=Documented.WORDS,
    )
    assert desk.satisfaction is None
    assert not any(group.time_required for group in desk.groups)


@pytest.mark.parametrize("days", [0, 1, 100])
def test_days_within_their_bounds(days: int) -> None:
    """None, one, and the most."""
    assert _read(lifecycle={"remind_after_days": days}).lifecycle.remind_after_days == days


@pytest.mark.parametrize("days", [-1, 101, "3", True])
def test_days_outside_their_bounds(days: Any) -> None:
    """The mistake names the line and what was expected."""
    assert "a whole number from 0 to 100" in _mistakes(lifecycle={"remind_after_days": days})


@pytest.mark.parametrize("days", [0, 3, 100])
def test_progress_within_its_bounds(days: int) -> None:
    """Never, and as often as it may be."""
    assert _read(lifecycle={"progress_after_days": days}).lifecycle.progress_after_days == days


@pytest.mark.parametrize("days", [1, 2])
def test_progress_is_not_said_too_often(days: int) -> None:
    """More often than every three business days is refused, with what may be."""
    said = _mistakes(lifecycle={"progress_after_days": days})
    assert "that is too often; expected 3 to 100, or 0: never" in said


def test_durations_may_be_off() -> None:
    """Never closed, and opened again for ever."""
    found = _read(lifecycle={"close_solved_after": "off", "reopen_within": "off"}).lifecycle
    assert (found.close_solved_after, found.reopen_within) == (0, 0)


def test_nobody_is_closed_unwarned() -> None:
    """A requester is reminded before the desk closes their ticket."""
    said = _mistakes(lifecycle={"remind_after_days": 0, "close_pending_after_days": 1})
    assert "without its requester having been reminded" in said
    assert "Did you mean 'words'?" in _mistakes(lifecycle={"resolution": "word"})
    assert "unknown key 'remind'" in _mistakes(lifecycle={"remind": 3})


def test_the_question_needs_an_origin() -> None:
    """And is not asked more often than once a day."""
    good = {"url": "https://Desk.acme.example/", "again_after": "1d"}
    assert _read(satisfaction=good).satisfaction == Satisfaction(
        url="https://desk.acme.example", again_after=DAY
    )
    assert "url is missing" in _mistakes(satisfaction={"again_after": "30d"})
    assert "is no origin" in _mistakes(satisfaction={"url": "https://desk.acme.example/path"})
    assert "shorter than a day" in _mistakes(satisfaction=good | {"again_after": "23h"})


def test_a_group_may_want_time() -> None:
    """True or false, and nothing else."""
    groups: list[dict[str, Any]] = [
        {"name": "first-line", "agents": ["ana"], "time_required": True},
        {"name": "billing"},
    ]
    assert [group.time_required for group in _read(group=groups).groups] == [True, False]
    groups[0]["time_required"] = "yes"
    assert "expected true or false" in _mistakes(group=groups)
