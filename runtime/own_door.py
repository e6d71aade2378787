"""The one door in a command's own process: what comes in by it is found by a running desk within a second."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ingest.accept import Bounds, Door
from store import counts, keys
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.settings import Settings
    from store.engine import Store


@contextlib.contextmanager
def own_door(chosen: Settings, store: Store) -> Iterator[Door]:
    """A door with the desk's bounds, closed at the end; raises `StoreError` where there is no key yet."""
    with store.reading() as connection:
        keyring = keys.keyring(connection)

    def undone() -> int:
        with store.reading() as connection:
            return counts.undone(connection)

    door = Door(
        store,
        RawFiles(chosen.data / "raw"),
        keyring,
        ring=lambda _events: None,
        bounds=Bounds(disk_floor=chosen.disk_floor, backlog=chosen.backlog, in_row=chosen.raw_in_row),
        undone=undone,
    )
    try:
        yield door
    finally:
        door.close()
