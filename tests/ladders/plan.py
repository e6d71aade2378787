"""What happens on simulated tickets, drawn from a seed, and which levels a walker expects of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from random import Random

    from tests.ladders.walker import Walk

ZONES = {"madrid": "Europe/Madrid", "oslo": "Europe/Oslo", "denver": "America/Denver"}
FIRST, NEXT, SOLVE = "first_response", "next_response", "resolution"
AMOUNTS = {FIRST: 240, NEXT: 360, SOLVE: 1680}
"""Staffed minutes: 4, 6 and 28 hours. 240 and 360 end at closing time more often than chance would."""
LEVELS = (
    (1, FIRST, -60, False, False),
    (2, FIRST, 0, False, False),
    (3, FIRST, 90, False, False),
    (4, FIRST, 600, True, False),
    (5, NEXT, -45, False, False),
    (6, NEXT, 30, False, False),
    (7, SOLVE, -240, False, False),
    (8, SOLVE, 0, False, False),
    (9, SOLVE, 480, False, False),
    (10, SOLVE, 900, True, True),
)
"""Number, deadline, minutes after it, whether those are elapsed, whether it is urgent."""
APART = 4
"""Minutes at least between two things on one ticket: a worker that died is noticed after one."""


class Act(msgspec.Struct, frozen=True, order=True):
    """Something that is done on a ticket at a minute."""

    minute: int
    ticket: int
    what: str


class Life(msgspec.Struct):
    """A ticket's acts in order; ``zone`` names its calendar."""

    ticket: int
    zone: str
    acts: list[Act]


def draw(random: Random, ticket: int, minutes: int) -> Life:
    """One ticket's life within the simulation."""
    zone = random.choice(list(ZONES))
    at = random.randrange(1, max(2, minutes - 2 * 1440))
    acts = [Act(at, ticket, "open")]
    status = "new"
    for _ in range(random.choice((0, 1, 2, 3, 4, 6))):
        at += APART + int(random.expovariate(1 / random.choice((30, 400, 1500))))
        what = random.choice(_possible(status))
        acts.append(Act(at, ticket, what))
        status = _status(status, what)
        if what == "solve":
            break
    return Life(ticket, zone, [act for act in acts if act.minute < minutes])


def _possible(status: str) -> tuple[str, ...]:
    if status in {"pending", "on_hold"}:
        return ("resume", "ask", "answer")
    return ("answer", "answer", "ask", "pend", "hold", "solve")


def _status(status: str, what: str) -> str:
    if what == "answer":
        return "open" if status == "new" else status
    if what == "ask":
        return "open" if status == "pending" else status
    return {"pend": "pending", "hold": "on_hold", "resume": "open", "solve": "solved"}[what]


def expected(walk: Walk, life: Life) -> dict[tuple[str, int, int], int]:
    """The minute of each level that is to come, by deadline, round and number."""
    found: dict[tuple[str, int, int], int] = {}
    pauses = _pauses(life, walk.minutes)
    for which, turn, began, ended in _promises(life, walk.minutes):
        mine = [(max(start, began), end) for start, end in pauses if end > began]
        for level in LEVELS:
            if level[1] == which:
                minute = _minute(walk, life.zone, level, began, mine)
                if minute is not None and began < minute <= ended and minute < walk.minutes:
                    found[which, turn, level[0]] = minute
    return found


def _minute(
    walk: Walk,
    zone: str,
    level: tuple[int, str, int, bool, bool],
    began: int,
    pauses: list[tuple[int, int]],
) -> int | None:
    _, which, offset, elapsed, urgent = level
    if not elapsed:
        return walk.due(zone, began, AMOUNTS[which] + offset, pauses, elapsed=False)
    base = walk.due(zone, began, AMOUNTS[which], pauses, elapsed=False)
    if base is None:
        return None
    minute = walk.due(zone, base, offset, pauses, elapsed=True)
    return minute if urgent else walk.quiet(zone, minute)


def _pauses(life: Life, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    status, since = "new", 0
    for act in life.acts[1:]:
        after = _status(status, act.what)
        if after in {"pending", "on_hold"} and status not in {"pending", "on_hold"}:
            since = act.minute
        elif status in {"pending", "on_hold"} and after not in {"pending", "on_hold"}:
            found.append((since, act.minute))
        status = after
    return found + ([(since, end + 1)] if status in {"pending", "on_hold"} else [])


def _promises(life: Life, end: int) -> list[tuple[str, int, int, int]]:
    """Deadline, round, first minute and the one in which it was met."""
    opened = life.acts[0].minute
    answers = [act.minute for act in life.acts if act.what == "answer"]
    solved = next((act.minute for act in life.acts if act.what == "solve"), end)
    first = min([*answers, solved])
    found = [(FIRST, 1, opened, first), (SOLVE, 1, opened, solved)]
    turn, since = 0, -1
    for act in life.acts:
        if act.what == "ask" and since < 0 and answers and act.minute > answers[0]:
            turn, since = turn + 1, act.minute
        elif act.what in {"answer", "solve"} and since >= 0:
            found.append((NEXT, turn, since, act.minute))
            since = -1
    return found + ([(NEXT, turn, since, end)] if since >= 0 else [])
