"""A desk whose tickets find no agent by themselves, with hands to act on them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from handlers.assign import hand_over
from handlers.desk import Desk
from handlers.unowned import CALLED, LED, WHICH
from store import absences, tables
from store.absences import Absence
from store.batch import Batch
from store.numbers import numbers_for
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
"""Eleven in Madrid: the desk is open until 14:00."""
DESK = """\
name = "Acme"
languages = ["en", "es"]
[unowned]
{unowned}
[[mailbox]]
address = "support@acme.example"
group = "first-line"
[[agent]]
id = "ana"
name = "Ana"
address = "ana@acme.example"
languages = ["es"]
{ana}
[[shift]]
name = "night"
mon-fri = "00:00-04:00"
[[agent]]
id = "carol"
name = "Carol"
address = "carol@acme.example"
[[group]]
name = "first-line"
agents = []
{group}
[hours]
zone = "Europe/Madrid"
mon-fri = ["09:00-14:00", "15:00-18:00"]
[limits]
agent_notices_per_hour = {notices}
"""
RULES = """\
[[rule]]
name = "urgent"
when.subject.contains = "urgent"
then.priority = "urgent"
"""
OWN = 'on_call = ["ana", "pager@else.example"]\nlead = "carol"'


class Watched:
    """A house with such a policy, and hands to act on its tickets."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        ana: str = "",
        unowned: str = "",
        group: str = OWN,
        notices: int = 60,
    ) -> None:
        """The group has no agents, so that nobody gets a ticket by itself; ``ana`` says more of her."""
        self.house = House(url, folder)
        desk = DESK.format(ana=ana, unowned=unowned, group=group, notices=notices)
        self.house.apply({"desk.toml": desk, "rules.toml": RULES})
        self.house.now = MONDAY
        self._mails = 0

    def come(self, subject: str) -> None:
        """Have a mail come in and be worked on."""
        self._mails += 1
        self.house.accept(mail(f"m{self._mails}", subject=subject), received_at=self.house.now)
        self.house.work()

    def later(self, **span: float) -> None:
        """Move the clock, fire what is due, and do the work."""
        self.house.pass_time(**span)
        self.house.timekeeper().tick()
        self.house.work()

    def act(self, do: Callable[[Desk], object], number: int = 1, *, work: bool = True) -> None:
        """Do something to a ticket by hand."""
        house = self.house
        with house.store.writing() as connection:
            batch = Batch(connection, numbers_for(house.store.dialect))
            book = house.rulebooks.current()
            desk = Desk.by_hand(batch, now=house.now, rulebook=book, keyring=house.keyring)
            do(desk)
            desk.tell_changes(number)
            batch.flush()
        if work:
            house.work()

    def give(self, agent: str, *, work: bool = True) -> None:
        """Hand ticket 1 to an agent, or take it from whoever has it."""
        found = self.house.rulebooks.current().policy.agent(agent)
        if found is None:
            self.act(lambda desk: desk.change(1, agent=""), work=work)
        else:
            self.act(lambda desk: hand_over(desk, desk.ticket(1), found), work=work)

    def away(self, agent: str) -> None:
        """Have an agent be away from now on."""
        with self.house.store.writing() as connection:
            absences.away(connection, agent, Absence(since=self.house.now), self.house.now)

    def told(self) -> list[str]:
        """Who was told that nobody has a ticket, in order."""
        return [row.recipient for row in self.house.rows(tables.outgoing) if row.reason == "unowned"]

    def flags(self) -> list[str]:
        """The flags of the notes about it."""
        return [row.flag for row in self.house.rows(tables.entries) if row.flag in {CALLED, LED}]

    def timers(self) -> list[Any]:
        """When leads are to be told."""
        return [row.due_at for row in self.house.rows(tables.timers) if row.which == WHICH]
