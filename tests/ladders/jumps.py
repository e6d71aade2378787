"""A desk that runs while its clock jumps: `python -m tests.ladders.jumps --tickets 50`.

By libfaketime the system's clock, as `despacho run` sees it, goes over the end of summer time, three days
ahead and an hour back. Each level is to be taken once and in its order, what was missed in one step with one
notice, and nothing because a clock goes back. Only the timekeeper ticks faster than it does elsewhere.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.ladders.running import Climbed, RunningDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ladders.running import Step

BEGIN = datetime(2026, 10, 24, 22, 10, tzinfo=UTC)
"""Sunday, 00:10 in Madrid; at 01:00 UTC its clocks go back from three to two."""
FIRST, SOLVE = "first_response", "resolution"
NIGHT: list[Step] = [(FIRST, 1)]
"""Due after four hours of the night shift, at 02:10 UTC: the hour that comes twice counts twice."""
DAY: list[Step] = [(FIRST, 1), (FIRST, 2), (SOLVE, 4), (FIRST, 3), (SOLVE, 5)]
"""Due 2, 3, 4, 5 and 34 hours after the mail came, in this order."""

POLICY = """\
name = "Acme"
languages = ["en"]
agent = [{ id = "ana", name = "Ana", address = "ana@acme.example" }]
group = [{ name = "first-line", agents = ["ana"] }]
mailbox = [
  { address = "night@acme.example", group = "first-line" },
  { address = "day@acme.example", group = "first-line" },
]
limits = { agent_notices_per_hour = 0 }
lifecycle = { remind_after_days = 0 }
calendar = [{ name = "nights", zone = "Europe/Madrid", mon-fri = "00:00-06:00", sat-sun = "00:00-06:00" }]

[[sla]]
name = "night"
calendar = "nights"
match = { mailbox = ["night@acme.example"] }
first_response = "4h"
level = [{ of = "first_response", notify = ["agent"] }]

[[sla]]
name = "day"
clock = "elapsed"
match = { mailbox = ["day@acme.example"] }
first_response = "3h"
resolution = "4h"
level = [
  { of = "first_response", before = "60m", notify = ["agent"], urgent = true },
  { of = "first_response", notify = ["agent"], urgent = true },
  { of = "first_response", after = "2h", notify = ["agent"], urgent = true },
  { of = "resolution", notify = ["agent"], urgent = true },
  { of = "resolution", after = "30h", notify = ["agent"], urgent = true },
]
"""


class Jump(msgspec.Struct, frozen=True):
    """What the clock did, the steps up that came of it and their notices; ``good`` where all is right."""

    what: str
    climbed: list[Climbed]
    notices: int
    good: bool


def jumps(folder: Path, tickets: int) -> Iterator[Jump]:
    """Let so many customers write to each of two mailboxes, and one more by a wrong clock, and move it."""
    with closing(RunningDesk(folder, POLICY, BEGIN)) as desk:
        seen = _Seen(desk)
        for number in range(tickets):
            desk.write("night", number)
            desk.write("day", number)
        yield seen.after("mails come", {})
        desk.clock.go_to(BEGIN + timedelta(hours=3, minutes=55))
        yield seen.after("over the end of summer time, five minutes early", {"day": DAY[:2]})
        desk.clock.go_to(BEGIN + timedelta(hours=4, minutes=10))
        yield seen.after("a quarter of an hour on", {"night": NIGHT, "day": DAY[2:3]})
        desk.clock.move(timedelta(hours=-1))
        yield seen.after("an hour back", {})
        desk.clock.move(timedelta(days=3))
        yield seen.after("three days on", {"day": DAY[3:]})
        desk.clock.move(timedelta(hours=-1))
        desk.write("day", tickets)
        yield seen.after("an hour back, and a mail comes", {})
        desk.clock.move(timedelta(days=3))
        yield seen.after("three days on again", {"late": DAY})
        assert len(desk.tickets()) == 2 * tickets + 1


class _Seen:
    """What has come of the jumps until now."""

    def __init__(self, desk: RunningDesk) -> None:
        self._desk = desk
        self._climbed = 0
        self._notices = 0
        self._late = 0

    def after(self, what: str, wanted: dict[str, list[Step]]) -> Jump:
        """Let the desk come to rest, and compare: by mailbox the one step of each of its tickets."""
        self._desk.rest()
        known = self._desk.tickets()
        if "late" in wanted:
            known = {max(known): "late"}
        right = [Climbed(number, tuple(wanted[box])) for number, box in known.items() if box in wanted]
        climbed, notices = self._desk.climbed()[self._climbed :], self._desk.notices() - self._notices
        self._climbed += len(climbed)
        self._notices += notices
        good = sorted(climbed) == sorted(right) and notices == len(right)
        return Jump(what, climbed, notices, good)


def main() -> int:
    """0 where each jump led to what is right, 1 where one did not, 2 where there is no false clock."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--tickets", type=int, default=50, help="in each of the two mailboxes (50)")
    given = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="despacho-jumps-") as folder:
            good = [_told(jump) for jump in jumps(Path(folder), given.tickets)]
    except (pytest.skip.Exception, pytest.fail.Exception) as nothing:
        sys.stderr.write(f"{nothing}\n")
        return 2
    return 0 if all(good) else 1


def _told(jump: Jump) -> bool:
    """Say what came of a jump, and whether that is right."""
    told = f"{len(jump.climbed)} tickets went up, {jump.notices} notices"
    sys.stdout.write(f"{jump.what}: {told}: {'ok' if jump.good else 'WRONG'}\n")
    for one in [] if jump.good else jump.climbed[:5]:
        sys.stdout.write(f"  ticket {one.ticket}: {one.levels}\n")
    sys.stdout.flush()
    return jump.good


if __name__ == "__main__":
    sys.exit(main())
