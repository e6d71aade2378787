"""Forgetting a person includes the search files: they are copies of articles' words."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from store import articles

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from store.engine import Store

FOLDER = "search"
"""Where the index lies, in the desk's folder of data."""


class SearchFiles:
    """The files of this host are thrown away; those of others take every article in again."""

    def forget(
        self,
        store: Store,
        data: Path,
        *,
        tickets: Collection[int],  # noqa: ARG002 - articles are no one ticket's
        contacts: Collection[int],  # noqa: ARG002 - nor one contact's
    ) -> int:
        """Have the index made anew from the rows; gives 0 or 1."""
        with store.writing() as connection:
            articles.touch(connection)
        there = (data / FOLDER).exists()
        shutil.rmtree(data / FOLDER, ignore_errors=True)
        return int(there)

    def tidy(self, store: Store, data: Path) -> None:
        """Retention deletes no article: there is nothing to drop."""
