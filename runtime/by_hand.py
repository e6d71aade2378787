"""One transaction in which a person acts at the desk, beside a desk that runs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from handlers.desk import Desk
from runtime.rulebooks import Rulebooks
from runtime.wiring import utc_now
from store import keys, streams
from store.batch import Batch
from store.numbers import numbers_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store


@contextlib.contextmanager
def at_ticket(store: Store, number: int, rulebooks: Rulebooks | None = None) -> Iterator[Desk]:
    """A desk on which a person acts on one ticket; all that was done is committed as the block ends.

    Where the block raises, nothing was done. No bell is rung: running workers look every second. Raises
    `store.engine.StoreError` where the store has no key or no policy yet. Who acts on many tickets hands
    ``rulebooks`` in: making rules ready takes time.
    """
    rulebooks = rulebooks or Rulebooks(store)
    rulebooks.refresh()
    with store.reading() as connection:
        keyring = keys.keyring(connection)
    with store.writing() as connection:
        streams.hold(connection, f"ticket:{number}")
        batch = Batch(connection, numbers_for(store.dialect))
        yield Desk.by_hand(batch, now=utc_now(), rulebook=rulebooks.current(), keyring=keyring)
        batch.flush()
