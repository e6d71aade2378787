"""A desk with SLA policies through simulated weeks: real door, handlers, store and timekeeper, a moved clock.

Workers die at random: at failpoints between lease and commit, and after it, and the timekeeper after its own
commit. What died is taken up by another one when the lease has run out, a minute later.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from random import Random
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from events.codec import decode
from events.types import By, DeadlineReached, ReplyAdded, TicketEscalated
from handlers import manual
from handlers.desk import Desk
from handlers.status import set_status
from runtime.worker import Worker
from store import failpoints, tables
from store.batch import Batch
from store.numbers import numbers_for
from tests.ladders.plan import AMOUNTS, LEVELS, ZONES, Act, Life, draw, expected
from tests.ladders.walker import MINUTE, Walk, Week
from tests.scenarios.office import Office
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

POINTS = ("lease_after_commit", "batch_before_commit", "batch_after_commit", "timekeeper_after_fire")
HOURS = ((9 * 60, 14 * 60), (15 * 60, 18 * 60))
CLOSED = {"madrid": "2026-10-12", "oslo": "2026-10-20", "denver": "2026-11-03"}

LATEST_OPENING = 3
"""Minutes: three workers may die of one mail, each a minute after the other."""

Fired = dict[tuple[int, str, int, int], list[int]]


class Killed(BaseException):
    """A worker or the timekeeper dies here."""


class Found(msgspec.Struct, kw_only=True):
    """What came of a simulation; lists hold (ticket, deadline, round, level)."""

    tickets: int
    levels: int
    kills: int
    twice: list[tuple[int, str, int, int]]
    early: list[tuple[int, str, int, int]]
    late: list[tuple[int, str, int, int]]
    missed: list[tuple[int, str, int, int]]
    unexpected: list[tuple[int, str, int, int]]

    @property
    def good(self) -> bool:
        """Every level exactly once at its minute, and no other."""
        return not (self.twice or self.early or self.late or self.missed or self.unexpected)


def policy() -> dict[str, str]:
    """A mailbox, a calendar and an SLA policy for each zone."""
    parts = ['name = "Acme"', 'languages = ["en"]']
    parts += ['[[agent]]\nid = "ana"\nname = "Ana"\naddress = "ana@acme.example"\nsuperior = "bo"']
    parts += ['[[agent]]\nid = "bo"\nname = "Bo"\naddress = "bo@acme.example"']
    parts += [
        '[[group]]\nname = "first-line"\nagents = ["ana"]',
        '[[group]]\nname = "second"\nagents = ["bo"]',
    ]
    parts += ["[limits]\nagent_notices_per_hour = 0", "[lifecycle]\nremind_after_days = 0"]
    for name, zone in ZONES.items():
        parts.append(f'[[mailbox]]\naddress = "{name}@acme.example"\ngroup = "first-line"')
        parts.append(
            f'[[calendar]]\nname = "{name}"\nzone = "{zone}"\nmon-fri = ["09:00-14:00", "15:00-18:00"]'
        )
        parts.append(f'[calendar.dates]\n"{CLOSED[name]}" = "closed"')
        parts.append(
            f'[[sla]]\nname = "{name}"\ncalendar = "{name}"\nmatch = {{ mailbox = ["{name}@acme.example"] }}'
        )
        parts[-1] += "".join(f'\n{which} = "{minutes}m"' for which, minutes in AMOUNTS.items())
        parts += map(_level, LEVELS)
    return {"desk.toml": "\n".join(parts), "rules.toml": ""}


def _level(level: tuple[int, str, int, bool, bool]) -> str:
    number, which, offset, elapsed, urgent = level
    lines = [
        "[[sla.level]]",
        f'of = "{which}"',
        f'add_tags = ["level-{number}"]',
        f"urgent = {str(urgent).lower()}",
    ]
    if offset:
        lines.append(f'{"before" if offset < 0 else "after"} = "{abs(offset)}m"')
    lines += ['clock = "elapsed"'] if elapsed else []
    lines += ['group = "second"'] if number == 8 else []
    return "\n".join([*lines, 'notify = ["superior"]'] if number == 2 else lines)


class Weeks:
    """The simulation."""

    def __init__(self, url: str, folder: Path, *, seed: int, kills: float) -> None:
        """``kills`` is how likely each reached failpoint is the end of whoever reached it."""
        self.office = Office(url, folder, policy())
        self.random = Random(seed)
        self.kills = 0
        self._likely = kills
        self._begin = self.office.now
        self._numbers: dict[int, int] = {}
        self._highest = 0

    def run(self, tickets: int, begin: datetime, days: int, told: Callable[[int], None]) -> Found:
        """All of it; ``told`` hears of each minute."""
        self._begin = begin
        minutes = days * 1440
        lives = [draw(self.random, number, minutes) for number in range(1, tickets + 1)]
        by_minute: dict[int, list[Act]] = defaultdict(list)
        for life in lives:
            for act in life.acts:
                by_minute[act.minute].append(act)
        failpoints.set_hook(self._perhaps_die)
        try:
            for minute in range(minutes):
                self._minute(minute, sorted(by_minute.get(minute, ())), lives)
                told(minute)
        finally:
            failpoints.set_hook(None)
        # What the last ones died over is still to be done; what comes due meanwhile is past the end.
        for minute in range(minutes, minutes + 1 + LATEST_OPENING):
            self._minute(minute, (), lives)
        weeks = {
            name: Week(zone, dict.fromkeys(range(5), HOURS), (CLOSED[name],)) for name, zone in ZONES.items()
        }
        walk = Walk(begin, minutes, weeks)
        self._open_as_told(walk, lives)
        wanted = {(one.ticket, *key): at for one in lives for key, at in expected(walk, one).items()}
        return self._compared(wanted, self._fired(walk), tickets)

    def _minute(self, minute: int, acts: Iterable[Act], lives: list[Life]) -> None:
        self.office.now = self._begin + minute * MINUTE
        self._rest()
        todo = list(acts)
        opened = [act for act in todo if act.what == "open"]
        if opened:
            mails = [self._mail(act, lives[act.ticket - 1].zone) for act in opened]
            self.office.take(*map(self.office.posted, mails))
        for act in todo:
            if act.what != "open":
                self._act(act)
        if todo:
            self._rest()

    def _mail(self, act: Act, zone: str) -> Mail:
        sender = f"someone-{act.ticket}@customer-{act.ticket}.example"
        return Mail(sender=sender, to=f"{zone}@acme.example", subject=f"plan {act.ticket}", body="Help")

    def _rest(self) -> None:
        """Work until nothing is to be done; whoever dies is followed by another."""
        while True:
            try:
                self.office.work()
            except Killed:
                self.kills += 1
                self._replace()
            else:
                return

    def _replace(self) -> None:
        old = self.office.worker
        self.office.worker = Worker(
            self.office.store,
            old._reader,
            old._rulebooks,
            self.office.keyring,
            ring=lambda _events: None,
            now=lambda: self.office.now,
            seasoned_seconds=0,
        )

    def _perhaps_die(self, point: str) -> None:
        if point in POINTS and self.random.random() < self._likely:
            raise Killed(point)

    def _act(self, act: Act) -> None:
        number = self._number(act.ticket)
        rulebook = self.office.worker._rulebooks.current()
        with self.office.store.writing() as connection:
            batch = Batch(connection, numbers_for(self.office.store.dialect))
            desk = Desk.by_hand(batch, now=self.office.now, rulebook=rulebook, keyring=self.office.keyring)
            _done(desk, number, act.what)
            batch.flush()

    def _number(self, planned: int) -> int:
        if planned not in self._numbers:
            columns = tables.tickets.c
            fresh = select(columns.id, columns.subject).where(columns.id > self._highest)
            with self.office.store.reading() as connection:
                for row in connection.execute(fresh.order_by(columns.id)):
                    self._numbers[int(row.subject.split()[1])] = self._highest = row.id
        return self._numbers[planned]

    def _open_as_told(self, walk: Walk, lives: list[Life]) -> None:
        """A ticket whose worker died is opened by another when the lease is over: a minute later."""
        for row in self.office.rows(tables.tickets):
            life = lives[int(row.subject.split()[1]) - 1]
            opened = walk.index(row.created_at)
            assert life.acts[0].minute <= opened <= life.acts[0].minute + LATEST_OPENING
            life.acts[0] = Act(opened, life.ticket, "open")

    def _fired(self, walk: Walk) -> Fired:
        """When each level was taken: at the time of the deadline that it came of."""
        with contextlib.suppress(KeyError):
            self._number(-1)
        planned = {number: plan for plan, number in self._numbers.items()}
        told = [decode(row.body.encode()) for row in self.office.rows(tables.events) if row.name in NAMES]
        reached = {one.id: one.at for one in told if isinstance(one, DeadlineReached)}
        found: Fired = defaultdict(list)
        for one in told:
            if isinstance(one, TicketEscalated):
                turn = int(one.effect_key.split(":")[4])
                for which, level in one.steps:
                    key = (planned[one.ticket], which, turn, level)
                    minute = walk.index(reached[one.cause or ""])
                    if minute < walk.minutes:
                        found[key].append(minute)
        return found

    def _compared(self, wanted: dict[tuple[int, str, int, int], int], fired: Fired, tickets: int) -> Found:
        both = wanted.keys() & fired.keys()
        return Found(
            tickets=tickets,
            levels=len(wanted),
            kills=self.kills,
            twice=[key for key, minutes in fired.items() if len(minutes) > 1],
            early=[key for key in both if fired[key][0] < wanted[key]],
            late=[key for key in both if fired[key][0] > wanted[key]],
            missed=sorted(wanted.keys() - fired.keys()),
            unexpected=sorted(fired.keys() - wanted.keys()),
        )


NAMES = {"DeadlineReached", "TicketEscalated"}


def _done(desk: Desk, number: int, what: str) -> None:
    if what == "answer":
        manual.reply(desk, number, "Here you are.", "ana")
    elif what == "solve":
        manual.solve(desk, number, "ana", "Done.")
    elif what == "ask":
        author = desk.ticket(number).requester
        entry = desk.add_entry(number, "message", author, "And now?", public=True)
        stream, key = f"ticket:{number}", f"reply:{entry.id}"
        desk.emit(ReplyAdded, stream, key, ticket=number, entry=entry.id, by=By.REQUESTER)
    else:
        set_status(desk, number, {"pend": "pending", "hold": "on_hold", "resume": "open"}[what])
        desk.tell_changes(number, by=By.AGENT, who="ana")
