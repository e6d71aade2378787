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


def draw(plan: Plan, processes: Mapping[str, Sequence[str]], seed: str) -> list[Fault]:
    """The faults of a plan in order; the same seed draws the same ones."""
    chance = random.Random(seed)
    faults = [_kill(plan, processes, number, chance) for number in range(plan.kills)]
    for kind, (count, (shortest, longest)) in plan.others.items():
        for number in range(count):
            # One in each part of the time, so that a short run has each kind early and late.
            part = (plan.seconds - _CALM - longest) / count
            at = _CALM + part * (number + chance.random())
            target = chance.choice(sorted(processes)) if kind == "process stopped" else ""
            faults.append(Fault(at, kind, target, seconds=chance.uniform(shortest, longest)))
    return sorted(faults, key=lambda fault: fault.at)


def _kill(plan: Plan, processes: Mapping[str, Sequence[str]], number: int, chance: random.Random) -> Fault:
    """Every process has its turn; often its next life ends at a failpoint."""
    names = sorted(processes)
    target = names[(number + chance.randrange(2)) % len(names)]
    at = plan.seconds * (number + chance.random()) / plan.kills
    points = [point for point in POINTS if _ROLE_OF_POINT[point.partition("_")[0]] in processes[target]]
    failpoint = ""
    if points and chance.random() < _ARMED_SHARE:
        failpoint = f"{chance.choice(points)}@{chance.randint(1, 5)}"
    return Fault(at, "kill -9", target, failpoint=failpoint)
