"""Whether runs were good, bad, or proved nothing."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.drills.profiles import ENOUGH, MAILS_LEAST, WIPES, WIPES_LEAST

if TYPE_CHECKING:
    from tests.drills.drill import Run
    from tests.drills.profiles import Profile

GREEN, RED, INCONCLUSIVE = "green", "red", "inconclusive"


def judge(run: Run, profile: Profile) -> tuple[str, list[str]]:
    """The verdict on a run, and why it is not green."""
    ends = [f"{count} times: {end}" for end, count in Counter(run.unexpected_ends).items()]
    faults = run.report.faults() + ends
    if run.mutant:
        return (RED, faults) if faults else (GREEN, ["the planted bug was not seen"])
    if faults:
        return RED, faults
    too_few = _too_few(run, profile)
    return (INCONCLUSIVE, too_few) if too_few else (GREEN, [])


def wipes(run: Run) -> int:
    """How often the broker was wiped."""
    return sum(run.done[kind] for kind in WIPES)


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
        "bound_of_design": run.replies_lost + run.senders_lost,
        "replies_lost": run.replies_lost,
        "senders_lost": run.senders_lost,
        "in_doubt": run.in_doubt,
        "undrained": report.undrained,
        "recovered": report.recovered,
        "rescued": report.rescued,
        "dead_letters": report.dead_letters,
        "drained_seconds": round(run.drained_seconds, 1),
        "ready_seconds_median": _middle(run.ready_seconds),
        "ready_seconds_most": round(max(run.ready_seconds, default=0.0), 2),
        "answer_seconds_median": _middle(run.answer_seconds),
        "faults": dict(sorted(run.done.items())),
        "clients": dict(sorted(run.client_tries.items())),
        "relay": dict(sorted(run.relay_faults.items())),
        "seconds": round(run.seconds, 1),
        "verdict": verdict,
        "why": why,
    }


def _middle(values: list[float]) -> float:
    return round(statistics.median(values), 3) if values else 0.0
