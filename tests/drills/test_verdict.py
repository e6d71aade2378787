"""Red is what the desk did wrong; what a slow machine leaves open is inconclusive, and says so."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.drills import verdict as verdicts
from tests.drills.check import Report
from tests.drills.drill import Run
from tests.drills.profiles import Profile
from tests.drills.schedule import Plan
from tests.drills.stacks import SQLITE
from tests.drills.verdict import GREEN, INCONCLUSIVE, RED, as_json, judge, judge_starts, p95

PROFILE = Profile(Plan(10.0, 10, {}), outside=False)
COUNTED_ON = {
    "seed",
    "stack",
    "mails",
    "kills",
    "wipes",
    "lost",
    "duplicate_tickets",
    "duplicate_acknowledgements",
    "extra_copies",
    "bound",
    "undrained",
}


def a_run(**changes: Any) -> Run:
    """A run in which all went well."""
    fields: dict[str, Any] = {"report": Report(mails=500), "done": Counter({"kill -9": 10})} | changes
    return Run(SQLITE, 7, **fields)


def test_a_run_in_which_all_went_well_is_green() -> None:
    """Enough kills, enough mails, nothing lost, done in time."""
    assert judge(a_run(drained_seconds=59.0), PROFILE) == (GREEN, [])


@pytest.mark.parametrize(
    "changes", [{"done": Counter({"kill -9": 5})}, {"report": Report(mails=49)}, {"drained_seconds": 61.0}]
)
def test_what_shows_nothing_is_inconclusive(changes: dict[str, Any]) -> None:
    """Too few kills, too few mails, or done too late, on a machine that may have had other things to do."""
    assert judge(a_run(**changes), PROFILE)[0] == INCONCLUSIVE


def test_a_bug_that_nothing_could_show_was_not_missed() -> None:
    """A bug is missed where there was enough to see it by; where hardly a mail came in, nothing is."""
    assert judge(a_run(mutant="early_250"), PROFILE)[0] == GREEN
    assert judge(a_run(mutant="early_250", report=Report(mails=20)), PROFILE)[0] == INCONCLUSIVE
    assert judge(a_run(mutant="early_250", report=Report(mails=20, lost=1)), PROFILE)[0] == RED


def test_a_slow_machine_is_named() -> None:
    """Whoever reads it sees how busy the machine was before."""
    why = judge(a_run(drained_seconds=75.0, others_share=0.8), PROFILE)[1]
    assert why == [
        "too slow: all was done only 75 s after the last fault",
        "others used 80% of the processors",
    ]


@pytest.mark.parametrize("report", [Report(mails=500, undrained=1), Report(mails=10, lost=1)])
def test_a_fault_is_red_however_slow_the_machine(report: Report) -> None:
    """What was lost, or stands still undone, no machine excuses."""
    assert judge(a_run(report=report, drained_seconds=240.0), PROFILE)[0] == RED


def test_long_starts_are_red_on_a_machine_that_does_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """95 % of a role's starts take a second, with HTTP two; on a busy machine longer ones show nothing."""
    monkeypatch.setattr(verdicts, "start_slowness", lambda: 1.0)
    starts = {"smtp": [0.5] * 19 + [3.0], "worker": [0.5] * 5, "http": [1.9] * 5}
    assert judge_starts(a_run(ready_seconds=starts)) == (GREEN, [])
    assert judge_starts(a_run(ready_seconds={"all": [2.1]}))[0] == RED
    starts["worker"] = [0.5, 1.2]
    assert judge_starts(a_run(ready_seconds=starts, others_share=0.1))[0] == RED
    verdict, why = judge_starts(a_run(ready_seconds=starts, others_share=0.6))
    assert (verdict, why[0]) == (INCONCLUSIVE, "worker: ready after 1.20 s")


def test_p95_leaves_out_one_of_twenty() -> None:
    """The worst of twenty is left out, the worst of fewer is not."""
    assert [p95([*map(float, range(count))]) for count in (0, 1, 19, 20, 100)] == [0.0, 0.0, 18.0, 18.0, 94.0]


def test_the_json_of_a_run_has_what_readers_count_on() -> None:
    """Every run says under the same names what it was, what was done and what was found."""
    facts = as_json(a_run(replies_lost=2, in_doubt=3), GREEN, [])
    assert facts.keys() >= COUNTED_ON
    assert (facts["seed"], facts["stack"], facts["mails"], facts["kills"]) == (7, SQLITE, 500, 10)
    assert facts["bound"] == 5
