"""Whether the relay can be used: said once, tried now and then, and not fooled by one crowded line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from runtime.relay_health import RelayHealth
from tests.runtime.outbox_rows import NOON

if TYPE_CHECKING:
    from datetime import datetime


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.value = 100.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.value


def noon() -> datetime:
    """Always noon."""
    return NOON


@pytest.fixture
def now() -> Seconds:
    """A clock."""
    return Seconds()


@pytest.fixture
def health(now: Seconds) -> RelayHealth:
    """A relay that is up."""
    return RelayHealth(noon, now=now)


def test_an_outage_is_logged_once_and_its_end_once(health: RelayHealth, now: Seconds) -> None:
    """However many threads and tries fail, the log has two lines, and none of them the answer."""
    with capture_logs() as lines:
        for _ in range(20):
            health.failed("the answer of mx.example", began=now.value)
            now.value += 10
        health.worked()
        health.worked()
    assert [line["event"] for line in lines] == ["relay_unreachable", "relay_back"]
    assert "mx.example" not in str(lines)
    assert health.up


def test_the_relay_is_left_alone_for_longer_and_longer(health: RelayHealth, now: Seconds) -> None:
    """From about a second to about a minute; an answer starts over."""
    pauses = []
    for _ in range(10):
        health.failed("no", began=now.value)
        pauses.append(health.pause)
        now.value += health.pause
    assert pauses[0] == pytest.approx(1, rel=0.3)
    assert pauses[3] == pytest.approx(8, rel=0.3)
    assert pauses[9] == pytest.approx(60, rel=0.3)
    assert health.pause == 0
    health.worked()
    now.value += 1
    health.failed("no", began=now.value)
    assert health.pause == pytest.approx(1, rel=0.3)


def test_a_line_too_many_is_no_outage(health: RelayHealth, now: Seconds) -> None:
    """Where another thread's mail went through meanwhile, the relay is up."""
    began = now.value
    now.value += 1
    health.worked()
    health.failed("421 too many connections", began=began)
    assert health.up
    assert health.pause == 0


def test_the_operator_sees_why_and_since_when(health: RelayHealth, now: Seconds) -> None:
    """The last answer and the time are kept for `doctor`."""
    health.failed("535 no such user", began=now.value)
    assert (health.up, health.since, health.last_error) == (False, NOON, "535 no such user")
