"""One run: so many damaged mails, each from its own number, so that one that fails can be made again."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import msgspec

from tests.fuzz.judge import judge
from tests.fuzz.mutate import mutated

if TYPE_CHECKING:
    from collections.abc import Sequence


class Failure(msgspec.Struct, frozen=True):
    """A mail of which something did not hold."""

    number: int
    wrong: str


class Outcome(msgspec.Struct):
    """How many were read, the seconds of all and of the slowest, and what failed."""

    mails: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    slowest_number: int = 0
    failures: list[Failure] = []


def mail(number: int, seeds: Sequence[bytes], seed: int) -> bytes:
    """The mail of a number: the same for the same seeds and seed, on every machine."""
    chance = Random(f"{seed}:{number}")
    return mutated(chance.choice(seeds), chance.choice(seeds), chance)


def run(seeds: Sequence[bytes], *, seed: int, mails: int) -> Outcome:
    """Make and judge so many mails."""
    outcome = Outcome()
    for number in range(mails):
        verdict = judge(mail(number, seeds, seed))
        outcome.mails += 1
        outcome.seconds += verdict.seconds
        if verdict.seconds > outcome.slowest:
            outcome.slowest, outcome.slowest_number = verdict.seconds, number
        if verdict.wrong:
            outcome.failures.append(Failure(number, verdict.wrong))
    return outcome
