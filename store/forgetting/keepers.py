"""Who else keeps copies of what is in the rows, and so takes part in forgetting.

The one place to register: a part that keeps words elsewhere, such as a search index, adds a `Keeper` to
`KEEPERS` as it is imported by `store`. Each is called after the rows were emptied and before the forgetting
is told to be done; what raises there is tried again by the next ``despacho forget`` of the same person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from store.search.keeper import SearchFiles

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from store.engine import Store


class Keeper(Protocol):
    """A part that keeps copies of tickets' words."""

    def forget(self, store: Store, data: Path, *, tickets: Collection[int], contacts: Collection[int]) -> int:
        """Make its copies of these tickets and contacts what the rows are now; gives how many it changed.

        ``tickets`` are all on which anything was taken out, ``contacts`` those too; ``data`` is the desk's
        folder. Doing it twice changes nothing more.
        """

    def tidy(self, store: Store, data: Path) -> None:
        """Drop copies of tickets and contacts that are not there any more; called after retention deleted."""


KEEPERS: list[Keeper] = [SearchFiles()]
"""All of them, in the order in which they are asked."""
