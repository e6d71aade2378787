"""The store of a desk that exists already, for commands that look at it or act on it while it may run."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.cli import Trouble
from store import schema
from store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runtime.settings import Settings


@contextlib.contextmanager
def open_desk(settings: Settings) -> Iterator[Store]:
    """The store of these settings, closed at the end; nothing is made or migrated.

    Raises `Trouble` where no desk was ever started here, `StoreError` where its schema is not this version's.
    """
    require_database(settings)
    store = Store(settings.database_url)
    try:
        schema.check(store)
        yield store
    finally:
        store.close()


def require_database(settings: Settings) -> None:
    """Raise `Trouble` where the settings name an SQLite file that is not there: looking must not make one."""
    path = sqlite_file(settings)
    if path is not None and not path.exists():
        message = f"There is no desk here yet: {path} does not exist. `despacho run` starts one."
        raise Trouble(message)


def sqlite_file(settings: Settings) -> Path | None:
    """The file of an SQLite database; ``None`` for a server's."""
    before, mark, rest = str(settings.database_url).partition("sqlite:///")
    return Path(rest.partition("?")[0]) if mark and not before else None
