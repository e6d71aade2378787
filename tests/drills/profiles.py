"""How long and how hard: what is done to each stack in each profile, and how much of it makes a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from tests.drills import tracing
from tests.drills.schedule import Plan
from tests.drills.stacks import RABBITMQ, REDIS, SMALL_DISK, SQLITE

Others = dict[str, tuple[int, tuple[float, float]]]
_AT_ONCE = (0.0, 0.0)
ENOUGH = 0.6
"""The share of the planned faults of each kind that has to have happened; with less, nothing was shown."""
DRAIN_SECONDS = 60.0
"""After the last fault all has to be done within this time; a slow machine takes longer and shows nothing."""
READY_SECONDS = 1.0
"""What 95 % of starts may take from ``despacho run`` until the desk says that it runs."""
WITH_HTTP_SECONDS = 2.0
"""The same where HTTP is among the roles: importing Litestar and uvicorn alone takes half a second."""
BUSY = 0.25
"""Where others use more of the processors, a long start is not the desk's fault alone."""
WIPES_LEAST = 5
MAILS_LEAST = 50
KILLS_LEAST = 100
"""Of all runs of a whole drill together."""
WIPES = ("queue purged", "queue deleted", "broker flushed")


@dataclass(frozen=True)
class Profile:
    """What one stack goes through: the plan, and how many clients write how often."""

    plan: Plan
    sessions: int = 12
    think: float = 0.3
    outside: bool = True  # whether the clients' and the relay's own faults have to have happened too


def _lines(times: int) -> Others:
    return {
        "clients cut off": (2 * times, _AT_ONCE),
        "clients in a hole": (times, (0.3, 1.0)),
        "clients robbed of an answer": (3 * times, _AT_ONCE),
        "clients delayed": (times, (0.3, 1.0)),
        "relay cut off": (2 * times, _AT_ONCE),
        "relay in a hole": (times, (0.3, 2.5)),
        "relay robbed of an answer": (3 * times, _AT_ONCE),
        "relay delayed": (times, (0.3, 1.0)),
    }


def _servers(times: int, *, redis: bool) -> Others:
    wipes: Others = {"queue purged": (5 * times, _AT_ONCE), "queue deleted": (5 * times, _AT_ONCE)}
    if redis:
        wipes = {"broker flushed": (10 * times, _AT_ONCE)}
    return {
        **wipes,
        "broker killed": (times, _AT_ONCE),
        "broker stopped": (times, (2.0, 4.0)),
        "database killed": (2 * times, _AT_ONCE),
        "database stopped": (times, (0.5, 2.0)),
    }


def profile(stack: str, *, long: bool) -> Profile:
    """The faults of a stack; a fault that this machine cannot make is left out, see `left_out`."""
    factor = 8 if long else 1
    if stack == SMALL_DISK:
        others: Others = {
            "disk full": (4 * factor, (0.4, 0.8)),
            "process stopped": (factor, (0.3, 1.0)),
            "clock jumped": (5 * factor, _AT_ONCE),
        }
        return Profile(Plan(12.0 * factor, 8 * factor, others), outside=False)
    others = {**_lines(2 * factor), "process stopped": (3 * factor, (0.3, 3.0))}
    if stack == SQLITE:
        if not tracing.why_not():
            others["fdatasync fails"] = (3 * factor, (0.6, 0.9))
        # One process is all roles: in a long run it has to live a second or so to get its work done.
        return Profile(Plan(30.0 * factor, 30 * factor if long else 45, others))
    others |= {"process stopped": (3 * factor, (2.0, 8.0)), **_servers(factor, redis=stack == REDIS)}
    return Profile(Plan(32.0 * factor, 55 * factor, others))


def mutant_profile() -> Profile:
    """What a planted bug goes through until it is seen; one that survives it all was not seen."""
    others: Others = {
        "relay robbed of an answer": (6, _AT_ONCE),
        "clients robbed of an answer": (6, _AT_ONCE),
    }
    return Profile(Plan(10.0, 22, others), sessions=16, think=0.1)


def left_out(stack: str) -> list[str]:
    """What this machine cannot do to a stack, and why."""
    found = []
    if stack == SQLITE and (reason := tracing.why_not()):
        found.append(f"failing fdatasync: {reason}")
    return found


def starts(*, long: bool) -> int:
    """How often each role is started to see how long that takes."""
    return 20 if long else 5


def stacks(*, long: bool) -> list[str]:
    """What a profile runs on, in order."""
    return [SQLITE, SMALL_DISK, RABBITMQ, *([REDIS] if long else [])]
