"""A seed is a schedule: the same one again, and another one for another seed."""

from __future__ import annotations

from tests.drills.mails import Writer
from tests.drills.profiles import profile, stacks
from tests.drills.schedule import draw
from tests.drills.stacks import STACKS

ROLES = {"desk": ("timekeeper", "sender", "worker", "smtp")}


def test_a_seed_repeats_its_schedule() -> None:
    """The faults of a seed are always the same, and those of two seeds differ."""
    plan = profile(STACKS[0], long=False).plan
    assert draw(plan, ROLES, "7") == draw(plan, ROLES, "7")
    assert draw(plan, ROLES, "7") != draw(plan, ROLES, "8")


def test_a_schedule_has_what_was_planned() -> None:
    """Every kind comes as often as planned, in order, and before the time is over."""
    for name in STACKS:
        for long in (False, True):
            plan = profile(name, long=long).plan
            faults = draw(plan, ROLES, "1")
            times = [fault.at for fault in faults]
            assert times == sorted(times)
            assert all(0 <= fault.at + fault.seconds <= plan.seconds for fault in faults)
            counted = {kind: sum(fault.kind == kind for fault in faults) for kind in plan.others}
            assert counted == {kind: count for kind, (count, _) in plan.others.items()}


def test_the_short_profile_kills_a_hundred_times() -> None:
    """A verdict stands on a hundred kills at least, and the long profile on all stacks and ten minutes."""
    short = [profile(name, long=False).plan for name in stacks(long=False)]
    assert sum(plan.kills for plan in short) >= 100
    assert set(stacks(long=True)) == set(STACKS)
    assert sum(profile(name, long=True).plan.seconds for name in stacks(long=True)) >= 600


def test_a_seed_repeats_its_mails() -> None:
    """The same seed writes the same bytes, and a follow-up names its whole thread."""
    first, again = Writer(3), Writer(3)
    mails = [first.write([]) for _ in range(20)]
    assert mails == [again.write([]) for _ in range(20)]
    follow_up = next(mail for mail in (first.write(mails) for _ in range(100)) if mail.follows)
    assert follow_up.thread[:-1] == (f"<3.{follow_up.follows}@drill.example>",)
    assert b"References:\r\n <3." in follow_up.content
