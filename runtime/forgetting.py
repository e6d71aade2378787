"""Forget people: pass after pass until nothing of them is found, while the desk runs or not."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from runtime.listing import counted
from store import cleaning, pseudonym
from store.forgetting import record, scope
from store.forgetting.keepers import KEEPERS
from store.forgetting.once import Once
from store.forgetting.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from store.engine import Store
    from store.forgetting.scope import Scope
    from store.rawfiles import RawFiles

PASSES = 5
"""A running desk may write down once more what it had in hand; it has nothing in hand for so long."""
BUSY_SECONDS = 90.0
"""How long work on the person's tickets is waited for; a dead worker's lease runs out in 60."""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: what was taken out by kind, and what is not done yet, in words."""

    counts: dict[str, int]
    open: tuple[str, ...]


class Forgetting:
    """Forgets people of one desk."""

    def __init__(
        self,
        store: Store,
        files: RawFiles,
        data: Path,
        *,
        now: Callable[[], datetime],
    ) -> None:
        """``data`` is the desk's folder; ``tick``, which may be set, is called as it gets on."""
        self._store = store
        self._files = files
        self._data = data
        self._now = now
        self.tick: Callable[[], None] = lambda: None
        with store.reading() as connection:
            self._key = pseudonym.key_of(connection)

    def person(self, addresses: Sequence[str]) -> Person:
        """Somebody under all their addresses."""
        return Person(self._key, tuple(dict.fromkeys(one.lower() for one in addresses)))

    def look(self, person: Person) -> Scope:
        """What would be forgotten."""
        return scope.find(self._store, self._files, person, lambda _what: self.tick())

    def forget(self, person: Person) -> Forgotten:
        """Forget somebody. Told before it begins and after it is done, so that an interruption is seen."""
        record.write_down(self._data, person, self._now())
        cleaning.overwrite_deleted(self._store)
        with self._store.writing() as connection:
            record.begin(connection, person, self._now())
        total: Counter[str] = Counter()
        left: list[str] = []
        for _ in range(PASSES):
            found = self.look(person)
            busy = not self._is_still(found)
            once = self._pass(person, found)
            total.update(_by_kind(once.counted))
            left = _left(found, once, busy=busy)
            if not once.counted.total():
                break
        else:
            left.append("the desk wrote it down again while it was forgotten")
        with self._store.writing() as connection:
            if left:
                return Forgotten(counts=dict(total), open=tuple(left))
            record.finish(connection, person, total, self._now())
        return Forgotten(counts=dict(total), open=())

    def _pass(self, person: Person, found: Scope) -> Once:
        once = Once(self._store, self._files, person, now=self._now, tick=self.tick)
        once.run(found)
        for keeper in KEEPERS:
            keeper.forget(
                self._store,
                self._data,
                tickets=found.own | found.shared,
                contacts=found.theirs | found.named,
            )
        return once

    def _is_still(self, found: Scope) -> bool:
        """Wait until no worker has any of it in hand; false where that took too long."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            with self._store.reading() as connection:
                if not scope.is_busy(connection, found):
                    return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)


def counts_of(found: Scope) -> dict[str, int]:
    """What was found, for people."""
    return {
        "tickets of theirs, emptied and solved": len(found.own),
        "tickets of others, on which they are": len(found.shared),
        "messages that go whole": len(found.theirs),
        "messages of others that name them": len(found.named),
        "exact messages deleted": len(found.raws),
        "messages that no worker has looked at yet": len(found.waiting),
    }


def _by_kind(counted: Counter[tuple[str, str, str]]) -> Counter[str]:
    kinds: Counter[str] = Counter()
    for (kind, _, _), number in counted.items():
        kinds[kind] += number
    return kinds


def _left(found: Scope, once: Once, *, busy: bool) -> list[str]:
    left = []
    if found.waiting:
        left.append(
            f"{counted(len(found.waiting), 'message')} not read yet: let the desk run, then forget again"
        )
    if busy:
        left.append("a worker is still at one of the tickets: forget again in a minute")
    if once.kept_files:
        left.append(
            f"{counted(len(once.kept_files), 'file')} too new to be deleted: forget again in three minutes"
        )
    if once.stuck:
        left.append(f"the address is part of a key in {', '.join(sorted(set(once.stuck)))}")
    return left
