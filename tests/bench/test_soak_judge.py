"""Whether a series is flat: both sides of each bound, and what is too little to say anything."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest

from bench.soak_faults import KILLED, plan
from bench.soak_judge import (
    FLAT,
    GROWS,
    TOLD,
    TOO_SHORT,
    Sample,
    judge_level,
    judge_peak,
    judge_ratio,
    judge_rest,
    judge_slope,
    points_of,
    worst,
)
from bench.soak_report import EXIT, Soaked, judge, log_bound
from bench.soak_trend import trend, windows
from bench.soak_watch import DESCRIPTORS, LATE, RESIDENT, SHARE, SIZE, THREADS, UNDONE, UNSENT, WAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.soak_judge import Finding, Points

RATE = 5
HALF_AN_HOUR = 1800


def run(value: Callable[[int], float], *, seconds: int = HALF_AN_HOUR, noise: float = 0.0) -> Points:
    """A series of a sample every five seconds; ``value`` is of the mails so far."""
    chance = random.Random(1)
    return [
        (float(at), float(at * RATE), value(at * RATE) + chance.gauss(0, noise))
        for at in range(0, seconds, 5)
    ]


def leaking(mib: float) -> Callable[[int], float]:
    """A process of 120 MiB that grows by so much with 10,000 mails."""
    return lambda mails: 120 + mib * mails / 10_000


@pytest.mark.parametrize(
    ("mib", "verdict"), [(0, FLAT), (4.5, FLAT), (-10, FLAT), (5.5, GROWS), (50, GROWS), (5.0, FLAT)]
)
def test_memory_is_judged_by_its_slope(mib: float, verdict: str) -> None:
    """At the bound a process is flat, above it it grows; two hours tell."""
    assert judge_slope("memory", run(leaking(mib), seconds=7200)).verdict == verdict


@pytest.mark.parametrize(("mib", "verdict"), [(0, FLAT), (20, GROWS)])
def test_noise_hides_neither_a_leak_nor_its_absence(mib: float, verdict: str) -> None:
    """One MiB up and down is the allocator's business."""
    assert judge_slope("memory", run(leaking(mib), noise=1.0)).verdict == verdict


def test_a_slope_near_its_bound_needs_a_longer_run() -> None:
    """Where the interval holds the bound nothing is said; in two hours a leak comes out."""
    points = run(leaking(5.2), seconds=600, noise=1.0)
    assert judge_slope("memory", points).verdict == TOO_SHORT
    assert judge_slope("memory", run(leaking(7), seconds=7200, noise=1.0)).verdict == GROWS


def test_one_step_is_no_leak() -> None:
    """What was taken once and kept, for one large mail, does not turn half an hour red."""
    assert judge_slope("memory", run(lambda mails: 120 + (mails > 7000) * 6)).verdict != GROWS


def test_a_short_run_may_grow_by_a_little() -> None:
    """A steep slope over few mails is no more than caches that fill; more than eight MiB are a leak."""
    assert judge_slope("memory", run(leaking(40), seconds=180)).verdict == TOO_SHORT
    assert judge_slope("memory", run(leaking(400), seconds=180)).verdict == GROWS


def test_a_handful_of_samples_says_nothing() -> None:
    """Fewer windows than the interval needs, or no mails at all, are too short."""
    assert judge_slope("memory", run(leaking(900), seconds=30)).verdict == TOO_SHORT
    assert judge_slope("memory", []).verdict == TOO_SHORT
    assert judge_slope("memory", [(at, 7.0, at) for at in map(float, range(100))]).verdict == TOO_SHORT


def test_counts_are_judged_by_their_last_quarter() -> None:
    """As many more as are allowed is flat, one more grows, and a peak between does not matter."""

    def rising(by: float) -> Finding:
        return judge_level("descriptors", run(lambda mails: 30 + (mails > 6000) * by), more=6)

    assert (rising(6).verdict, rising(7).verdict) == (FLAT, GROWS)
    peak = run(lambda mails: 300 if 4000 < mails < 5000 else 30)
    assert judge_level("descriptors", peak, more=6).verdict == FLAT
    assert judge_level("descriptors", peak[:3], more=6).verdict == TOO_SHORT


def test_a_log_is_judged_by_its_peak() -> None:
    """One moment above the bound is enough; the bound itself is not."""
    assert judge_peak("log", run(lambda mails: 64 if mails == 5000 else 4), bound=64).verdict == FLAT
    assert judge_peak("log", run(lambda mails: 64.1 if mails == 5000 else 4), bound=64).verdict == GROWS
    assert judge_peak("log", [], bound=64).verdict == TOO_SHORT


def test_a_log_has_to_shrink_again() -> None:
    """A peak is forgiven where the last quarter is below its bound; one that stays is not."""

    def held(until: int) -> Finding:
        return judge_rest("log", run(lambda mails: 90 if 4000 < mails < until else 16), bound=20)

    assert (held(until=6000).verdict, held(until=9000).verdict) == (FLAT, GROWS)
    assert judge_rest("log", run(lambda _: 20), bound=20).verdict == FLAT
    assert judge_rest("log", [], bound=20).verdict == TOO_SHORT


def test_a_mail_takes_the_same_room_all_along() -> None:
    """A database that grows evenly is flat; one that takes twice as much for a later mail is not."""
    assert judge_ratio("size", run(lambda mails: mails * 0.02)).verdict == FLAT
    assert judge_ratio("size", run(lambda mails: mails * 0.02 + max(0, mails - 4500) * 0.02)).verdict == GROWS
    assert judge_ratio("size", run(lambda _: 7.0)).verdict == TOO_SHORT


def test_only_the_longest_life_after_warm_up_is_judged() -> None:
    """A new process begins anew: what another life took is not in its series."""
    samples = [
        Sample(float(at), at, {"desk: resident MiB": 200.0 if at < 45 else 100.0}, {"desk": int(at >= 45)})
        for at in range(100)
    ]
    assert {value for *_, value in points_of(samples, "desk: resident MiB", "desk")} == {100.0}
    assert points_of(samples, "desk: resident MiB")[0][0] == pytest.approx(40, abs=1)


def test_a_trend_is_the_median_slope_with_its_interval() -> None:
    """Two wild points of twenty do not bend it, and a perfect line has no spread."""
    line = [(float(x), 3.0 * x) for x in range(20)]
    found = trend(line)
    assert found is not None
    assert found == pytest.approx((3.0, 3.0, 3.0))
    bent = trend([*line[:5], (5.0, 900.0), *line[6:15], (15.0, -900.0), *line[16:]])
    assert bent is not None
    assert bent.slope == pytest.approx(3.0)


def test_windows_are_medians_of_equal_spans() -> None:
    """Spans without a sample are left out."""
    points = [(0.0, 0.0, 1.0), (1.0, 1.0, 9.0), (2.0, 2.0, 2.0), (9.0, 9.0, 7.0)]
    assert windows(points, 3) == [(1.0, 2.0), (9.0, 7.0)]


def whole(**grown: float) -> list[Sample]:
    """Half an hour of a whole desk in which some series, by name, grow by so much a mail."""
    level = {"resident": 120.0, "pss": 100.0, "descriptors": 30.0, "threads": 20.0}
    names = {"resident": RESIDENT, "pss": SHARE, "descriptors": DESCRIPTORS, "threads": THREADS}
    store = {"wal": WAL, "size": SIZE, "undone": UNDONE, "late": LATE, "unsent": UNSENT}
    samples = []
    for at in range(0, HALF_AN_HOUR, 5):
        mails = at * RATE
        values = {f"desk: {names[key]}": base + grown.get(key, 0) * mails for key, base in level.items()}
        values |= {name: grown.get(key, 0) * mails for key, name in store.items()}
        values[SIZE] += 0.02 * mails
        samples.append(Sample(float(at), mails, values, {"desk": 0}))
    return samples


@pytest.mark.parametrize(
    "planted",
    [{"resident": 0.002}, {"descriptors": 0.01}, {"threads": 0.001}, {"unsent": 0.1}, {"late": 0.01}],
)
def test_each_leak_turns_a_run_red(planted: dict[str, float]) -> None:
    """Memory, descriptors, threads, lateness, mails that wait: the one that grows is red, and it alone."""
    healthy = Soaked("sqlite", {}, findings=judge("sqlite", whole(), ["desk"], []))
    assert EXIT[healthy.verdict] == 0
    ill = Soaked("sqlite", {}, findings=judge("sqlite", whole(**planted), ["desk"], []))
    assert EXIT[ill.verdict] == 1
    assert sum(finding.verdict == GROWS for finding in ill.findings) == 1


def test_what_went_wrong_is_red_whatever_is_flat() -> None:
    """A mail that was lost outweighs every flat line."""
    assert Soaked("sqlite", {}, wrong=["1 mail lost"]).verdict == GROWS


def test_the_worst_verdict_counts() -> None:
    """Red before too short, too short before flat; what is only told decides nothing."""
    assert worst([FLAT, TOO_SHORT, GROWS]) == GROWS
    assert worst([FLAT, TOO_SHORT, TOLD]) == TOO_SHORT
    assert worst([FLAT, TOLD]) == FLAT


def test_a_plan_has_every_fault_and_ends_calmly() -> None:
    """Each kind comes twice in half an hour and more often in a day, none in the last seventh of the run."""
    kinds = [KILLED, "relay down", "long reader"]
    faults = plan(kinds, HALF_AN_HOUR, once=[KILLED])
    assert [fault.kind for fault in faults].count("relay down") == 2
    assert [fault.kind for fault in faults].count(KILLED) == 1
    assert max(fault.at + fault.seconds for fault in faults) <= HALF_AN_HOUR * 0.86
    assert all(one.at + one.seconds < other.at for one, other in itertools.pairwise(faults))
    assert len(plan(kinds, 86_400.0)) == 3 * 96


@pytest.mark.parametrize(
    ("stack", "rate", "bound"),
    [("sqlite", 1, 128), ("sqlite", 5, 128), ("sqlite", 20, 512), ("rabbitmq", 60, 1024)],
)
def test_the_log_may_hold_what_is_written_while_somebody_reads(stack: str, rate: float, bound: float) -> None:
    """More mail in the same minute is a longer log of SQLite's; PostgreSQL bounds its own."""
    assert log_bound(stack, rate) == bound
