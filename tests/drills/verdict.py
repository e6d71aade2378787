"""Whether runs were good, bad, or proved nothing."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.drills.profiles import (
    BUSY,
    DRAIN_SECONDS,
    ENOUGH,
    MAILS_LEAST,
    READY_SECONDS,
    WIPES,
    WIPES_LEAST,
    WITH_HTTP_SECONDS,
)
from tests.drills.starts import ALL
from tests.patience import start_slowness

if TYPE_CHECKING:
    from tests.drills.drill import Run
    from tests.drills.profiles import Profile

GREEN, RED, INCONCLUSIVE = "green", "red", "inconclusive"


def judge(run: Run, profile: Profile) -> tuple[str, list[str]]:
    """The verdict on a run, and why it is not green."""
    ends = [f"{count} times: {end}" for end, count in Counter(run.unexpected_ends).items()]
    faults = run.report.faults() + ends + [f"stood still: {one}" for one in run.left]
    if faults:
        return RED, faults
    if run.mutant:
        return _not_seen(run)
    nothing_shown = _too_slow(run) + _too_few(run, profile)
    return (INCONCLUSIVE, nothing_shown) if nothing_shown else (GREEN, [])


def _not_seen(run: Run) -> tuple[str, list[str]]:
    """A planted bug that nothing showed: that says something only where there was something to see."""
    if run.report.mails < MAILS_LEAST:
        return INCONCLUSIVE, [f"too slow: only {run.report.mails} mails", _busy(run)]
    return GREEN, ["the planted bug was not seen"]


def judge_starts(run: Run) -> tuple[str, list[str]]:
    """Whether starts are short enough; where others kept the machine busy, long ones show nothing."""
    p95s = {role: p95(times) for role, times in run.ready_seconds.items()}
    late = {role: seconds for role, seconds in p95s.items() if seconds > _ready_within(role)}
    if not late:
        return GREEN, []
    why = [*(f"{role}: ready after {seconds:.2f} s" for role, seconds in late.items()), _busy(run)]
    return (INCONCLUSIVE if run.others_share > BUSY else RED), why


def _ready_within(role: str) -> float:
    """Seconds; on a machine that does everything later, later."""
    return start_slowness() * (WITH_HTTP_SECONDS if role in {ALL, "http"} else READY_SECONDS)


def wipes(run: Run) -> int:
    """How often the broker was wiped."""
    return sum(run.done[kind] for kind in WIPES)


def _too_slow(run: Run) -> list[str]:
    """All was done in the end, and too late to say whether that is the desk's fault or the machine's."""
    if run.drained_seconds <= DRAIN_SECONDS:
        return []
    return [f"too slow: all was done only {run.drained_seconds:.0f} s after the last fault", _busy(run)]


def _busy(run: Run) -> str:
    return f"others used {run.others_share:.0%} of the processors"


def _too_few(run: Run, profile: Profile) -> list[str]:
    """What did not happen often enough to show anything."""
    planned = {"kill -9": profile.plan.kills} | {
        kind: count for kind, (count, _) in profile.plan.others.items()
    }
    found = [
        f"{kind}: {run.done[kind]} of {count}"
        for kind, count in planned.items()
        if run.done[kind] < max(1, count * ENOUGH)
    ]
    if run.report.mails < MAILS_LEAST:
        found.append(f"only {run.report.mails} mails")
    if any(kind in planned for kind in WIPES) and wipes(run) < WIPES_LEAST:
        found.append(f"the broker was wiped only {wipes(run)} times")
    if profile.outside:
        found += [f"no client that does it: {manner}" for manner in _MANNERS if not run.client_tries[manner]]
        found += [
            f"the relay never did it: {fault}" for fault in _RELAY_FAULTS if not run.relay_faults[fault]
        ]
    return found


_MANNERS = ("vanish", "vanish for good", "half-close", "slow")
_RELAY_FAULTS = ("451-rcpt", "451-dot", "550-rcpt", "554-dot", "drop-dot", "hang-dot", "drop-rcpt")


def as_json(run: Run, verdict: str, why: list[str]) -> dict[str, Any]:
    """One run for ``build/drill.json``."""
    report = run.report
    return {
        "seed": run.seed,
        "stack": run.stack,
        "mutant": run.mutant,
        "mails": report.mails,
        "kills": run.done["kill -9"],
        "wipes": wipes(run),
        "lost": report.lost,
        "duplicate_tickets": report.duplicate_tickets,
        "duplicate_acknowledgements": report.duplicate_acknowledgements,
        "extra_copies": report.extra_copies,
        "bound": run.replies_lost + run.in_doubt,
        "replies_lost": run.replies_lost,
        "senders_lost": run.senders_lost,
        "in_doubt": run.in_doubt,
        "undrained": report.undrained,
        "recovered": report.recovered,
        "dead_letters": report.dead_letters,
        "drained_seconds": round(run.drained_seconds, 1),
        "ready_seconds": {role: _spread(times) for role, times in run.ready_seconds.items() if times},
        "others_share": round(run.others_share, 2),
        "answer_seconds_median": _middle(run.answer_seconds),
        "faults": dict(sorted(run.done.items())),
        "clients": dict(sorted(run.client_tries.items())),
        "relay": dict(sorted(run.relay_faults.items())),
        "seconds": round(run.seconds, 1),
        "verdict": verdict,
        "why": why,
    }


def p95(values: list[float]) -> float:
    """What nineteen of twenty stay below, or reach; of less than twenty it is the largest."""
    return sorted(values)[-1 - len(values) // 20] if values else 0.0


def _spread(values: list[float]) -> dict[str, float]:
    return {"starts": len(values), "median": _middle(values), "p95": round(p95(values), 3)}


def _middle(values: list[float]) -> float:
    return round(statistics.median(values), 3) if values else 0.0
