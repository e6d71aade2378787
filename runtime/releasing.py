"""Decide on automatic mail that was held back: ticket by ticket, each in a transaction of its own."""

from __future__ import annotations

import contextlib
import enum
from typing import TYPE_CHECKING

import msgspec

from handlers.release import Decided, drop, held_on, release
from runtime.by_hand import at_ticket
from runtime.rulebooks import Rulebooks
from store import withheld
from store.tallies import ContendedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.desk import Desk
    from store.engine import Store
    from store.withheld import WithheldRecord

_TRIES = 5
_BEFORE = {"": "nothing is held back on it", "sent": "it was sent before", "dropped": "it was dropped before"}


class Deed(enum.Enum):
    """What a person wants of mail that was held back."""

    RELEASE = "release"
    DROP = "drop"


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one mail, ``sent`` or ``dropped``; empty where it stays held, or there was none."""

    ticket: int
    mail: str
    became: str
    why: str

    @property
    def is_held(self) -> bool:
        """Whether it is held back still."""
        return bool(self.mail) and not self.became


class Releasing:
    """One call of a person."""

    def __init__(self, store: Store, deed: Deed, *, by: str) -> None:
        """``by`` is the id of the agent who acts, if it is known."""
        self._store = store
        self._deed = deed
        self._by = by
        self._rulebooks = Rulebooks(store)

    def every(self) -> list[Fate]:
        """Decide on everything that is held, the oldest first."""
        with self._store.reading() as connection:
            numbers = [row.ticket for row in withheld.waiting(connection)]
        return [fate for number in dict.fromkeys(numbers) for fate in self._at(number, named=False)]

    def these(self, numbers: Iterable[int]) -> list[Fate]:
        """Decide on what is held on these tickets; says of the others what became of theirs before."""
        fates: list[Fate] = []
        for number in dict.fromkeys(numbers):
            found = self._at(number, named=True)
            fates += found or [self._before(number)]
        return fates

    def _before(self, number: int) -> Fate:
        with self._store.reading() as connection:
            became = withheld.decided(connection, number)
        return Fate(ticket=number, mail="", became=became, why=_BEFORE[became])

    def _at(self, number: int, *, named: bool) -> list[Fate]:
        """One ticket, again where workers have just used up what a limit allows."""
        for _ in range(_TRIES):
            with contextlib.suppress(ContendedError):
                fates = []
                with at_ticket(self._store, number, self._rulebooks) as desk:
                    for one in held_on(desk, number):
                        decided = self._decide(desk, one, named=named)
                        fates.append(_fate(one, decided))
                return fates
        return [Fate(ticket=number, mail="all", became="", why="workers are faster; try again")]

    def _decide(self, desk: Desk, one: WithheldRecord, *, named: bool) -> Decided:
        if self._deed is Deed.DROP:
            return drop(desk, one, by=self._by)
        return release(desk, one, by=self._by, named=named)


def _fate(one: WithheldRecord, decided: Decided) -> Fate:
    return Fate(ticket=one.ticket, mail=one.rule or one.template, became=decided.became, why=decided.why)
