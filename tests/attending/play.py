"""Plays a world through the desk's own assignment: its handlers, its batch, its store (SQLite in a file)."""

from __future__ import annotations

import heapq
from datetime import timedelta
from typing import TYPE_CHECKING

from config.loader import load_files
from events.types import TicketUnattended
from handlers.assign import assign_ticket, assign_unattended
from handlers.desk import Desk, Rulebook
from handlers.rules.engine import compile_rules
from handlers.status import solve
from handlers.tags import encode_tags
from runtime.attending import Attending
from store import absences, kinds, tables
from store.absences import Absence
from store.batch import Batch
from store.numbers import numbers_for
from store.records import TicketRecord
from tests.attending.checker import Checker
from tests.attending.world import START

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from events.token import Keyring
    from events.types import Event
    from store.engine import Store
    from tests.attending.world import Arrival, World

STEP = timedelta(seconds=20)
"""How often the simulated desk looks; the real one does every five seconds."""


class Play:
    """One run; time moves in steps, and in each all happens in one order."""

    def __init__(self, world: World, store: Store, keyring: Keyring) -> None:
        """Put absences where commands would put them."""
        self._world, self._store, self._keyring = world, store, keyring
        policy = load_files({"desk.toml": world.desk})
        self._rulebook = Rulebook(policy, compile_rules(policy))
        self._numbers = numbers_for(store.dialect)
        self._rung: list[Event] = []
        self._now = START
        self._attending = Attending(store, lambda: policy, ring=self._rung.extend, now=lambda: self._now)
        self._arrivals = list(reversed(world.arrivals))
        self._done: list[tuple[datetime, int, str]] = []
        self._real: dict[int, int] = {}
        self.checker = Checker(world)
        with store.writing() as connection:
            for one in world.people.values():
                for since, until in one.absences:
                    absences.away(connection, one.id, Absence(since=since, until=until), START)

    def run(self, tell: Callable[[datetime], object] = lambda _at: None) -> Checker:
        """Play until the world's end."""
        while self._now < self._world.until:
            self._solve()
            self._open()
            if self._attending.look():
                self._in_batch(self._hand_out)
            self.checker.settled(self._now)
            tell(self._now)
            self._now += STEP
        return self.checker

    def _solve(self) -> None:
        due = []
        while self._done and self._done[0][0] <= self._now:
            _, number, agent = heapq.heappop(self._done)
            # Whoever has lost it meanwhile does not solve it.
            if self.checker.owner.get(number) == agent:
                due.append(number)
        if due:
            self._in_batch(lambda desk: self._solve_all(desk, due))
            for number in due:
                self.checker.solved(number)

    def _open(self) -> None:
        come = []
        while self._arrivals and self._arrivals[-1].at <= self._now:
            come.append(self._arrivals.pop())
        if come:
            self._in_batch(lambda desk: self._open_all(desk, come))

    def _solve_all(self, desk: Desk, numbers: list[int]) -> None:
        for number in numbers:
            solve(desk, self._real[number])

    def _open_all(self, desk: Desk, come: list[Arrival]) -> None:
        for arrival in come:
            self._one(desk, arrival)

    def _one(self, desk: Desk, arrival: Arrival) -> None:
        number = desk.batch.ticket_number()
        self._real[arrival.number] = number
        desk.batch.shelf(kinds.TICKETS).add(
            TicketRecord(
                id=number,
                subject=str(arrival.number),
                priority=arrival.priority,
                group_name=arrival.group,
                mailbox="support@acme.example",
                channel="smtp",
                language=arrival.language,
                requester=arrival.requester,
                trust="unverified",
                tags=encode_tags(f"skill:{name}:{level}" for name, level in arrival.skills),
                created_at=self._now,
                updated_at=self._now,
            )
        )
        assign_ticket(desk, number)
        self._see(desk, number)

    def _hand_out(self, desk: Desk) -> None:
        told, self._rung[:] = list(self._rung), []
        for event in told:
            if isinstance(event, TicketUnattended):
                assign_unattended(event, desk)
                self._see(desk, event.ticket)

    def _see(self, desk: Desk, number: int) -> None:
        """Tell the checker whose a ticket is."""
        ticket = desk.ticket(number)
        arrival = self._world.arrivals[int(ticket.subject) - 1]
        self.checker.moved(arrival.number, ticket.agent, self._now)
        if ticket.agent:
            heapq.heappush(self._done, (self._now + arrival.work, arrival.number, ticket.agent))

    def _in_batch(self, work: Callable[[Desk], object]) -> None:
        with self._store.writing() as connection:
            batch = Batch(connection, self._numbers)
            desk = Desk.by_hand(batch, now=self._now, rulebook=self._rulebook, keyring=self._keyring)
            work(desk)
            batch.flush()
            # What workers would do with the told events is done here at once.
            connection.execute(tables.work.delete())
