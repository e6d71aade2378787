"""The drill itself: a short run is clean, a planted bug is seen, and the disk comes before the answer."""

from __future__ import annotations

import pytest

from tests.drills import tracing
from tests.drills.drill import Run, carry_out
from tests.drills.profiles import Profile, mutant_profile
from tests.drills.schedule import Plan
from tests.drills.stacks import SQLITE
from tests.drills.trace import trace

pytestmark = pytest.mark.slow


def test_a_desk_that_is_killed_loses_nothing() -> None:
    """Ten kills in eight seconds, with broken lines on both sides: every mail is there once."""
    lines = {"relay robbed of an answer": (4, (0.0, 0.0)), "clients robbed of an answer": (4, (0.0, 0.0))}
    run = carry_out(Run(SQLITE, seed=1), Profile(Plan(8.0, 10, lines)))
    assert run.report.faults() + run.unexpected_ends == []
    assert run.report.mails > 0
    assert run.done["kill -9"] > 0


def test_a_bug_is_seen() -> None:
    """A desk that says 250 before the commit does not pass."""
    run = carry_out(Run(SQLITE, seed=1, mutant="early_250"), mutant_profile())
    assert any(fault.endswith(" lost") for fault in run.report.faults())


def test_the_mail_is_on_the_disk_before_its_answer() -> None:
    """Each 250 comes after a sync of the log that holds the mail; without syncs the trace shows it."""
    if reason := tracing.why_not():
        pytest.skip(reason)
    assert trace().good
    assert trace(normal=True).early > 0
