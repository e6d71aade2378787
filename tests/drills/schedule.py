"""What is done to a desk and when: drawn from a seed before anything begins, so that it can be done again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.failpoints import POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROLE_OF_POINT = {
    "accept": "smtp",
    "lease": "worker",
    "batch": "worker",
    "sender": "sender",
    "timekeeper": "timekeeper",
}
_ARMED_SHARE = 0.45
_CALM = 1.5
"""Seconds at the beginning in which only processes are killed, so that there is something to break."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong at ``at`` seconds: to ``target``, for ``seconds``, or at a ``failpoint``."""

    at: float
    kind: str
    target: str = ""
    seconds: float = 0.0
    failpoint: str = ""


@dataclass(frozen=True)
class Plan:
    """How long, how many kills, and of every other kind how many faults of how many seconds each."""

    seconds: float
    kills: int
    others: Mapping[str, tuple[int, tuple[float, float]]]


def draw(
    plan: Plan, processes: Mapping[str, Sequence[str]], seed: str, points: Sequence[str] = POINTS
) -> list[Fault]:
    """The faults of a plan in order, with kills at ``points``; the same seed draws the same ones."""
    chance = random.Random(seed)
    faults = []
    for number in range(plan.kills):
        target, at = _victim(plan, processes, number, chance)
        failpoint = _failpoint(processes[target], points, chance)
        faults.append(Fault(at, "kill -9", target, failpoint=failpoint))
    for kind, (count, (shortest, longest)) in plan.others.items():
        for number in range(count):
            # One in each part of the time, so that a short run has each kind early and late.
            part = (plan.seconds - _CALM - longest) / count
            at = _CALM + part * (number + chance.random())
            target = chance.choice(sorted(processes)) if kind == "process stopped" else ""
            faults.append(Fault(at, kind, target, seconds=chance.uniform(shortest, longest)))
    return sorted(faults, key=lambda fault: fault.at)


def _victim(
    plan: Plan, processes: Mapping[str, Sequence[str]], number: int, chance: random.Random
) -> tuple[str, float]:
    """Who is killed and when: every process has its turn."""
    names = sorted(processes)
    target = names[(number + chance.randrange(2)) % len(names)]
    return target, plan.seconds * (number + chance.random()) / plan.kills


def _failpoint(roles: Sequence[str], points: Sequence[str], chance: random.Random) -> str:
    """Where the next life ends, or nothing: then it ends at random."""
    fitting = [point for point in points if _ROLE_OF_POINT[point.partition("_")[0]] in roles]
    if not fitting or chance.random() >= _ARMED_SHARE:
        return ""
    return f"{chance.choice(fitting)}@{chance.randint(1, 5)}"
