"""Forgetting a person includes the search files: they hold the words in which tickets asked."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from store.search import epoch

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from store.engine import Store

FOLDER = "search"
"""Where the index lies, in the desk's folder of data."""


class SearchFiles:
    """The files of this host are thrown away; other hosts do so as soon as they are asked or catch up."""

    def forget(
        self,
        store: Store,
        data: Path,
        *,
        tickets: Collection[int],  # noqa: ARG002 - the files are made anew from all
        contacts: Collection[int],  # noqa: ARG002 - as above
    ) -> int:
        """Have the index made anew from the rows; gives 0 or 1."""
        with store.writing() as connection:
            epoch.begin(connection)
        there = (data / FOLDER).exists()
        shutil.rmtree(data / FOLDER, ignore_errors=True)
        return int(there)

    def tidy(self, store: Store, data: Path) -> None:
        """Have the index made anew where retention deleted tickets that articles had answered."""
        with store.writing() as connection:
            gone = epoch.begin_if_gone(connection)
        if gone:
            shutil.rmtree(data / FOLDER, ignore_errors=True)
