"""Whether the database is there, keeps what it is given, and has this version's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding, guarded
from runtime.open_desk import sqlite_file
from store import schema
from store.engine import Store, StoreError

if TYPE_CHECKING:
    from runtime.settings import Settings

CHECK = "database"


def look_at_database(settings: Settings) -> tuple[Store | None, list[Finding]]:
    """The store, if it can be looked into, and what was found on the way; the caller closes it."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return None, [Finding(CHECK, "yellow", f"there is none yet at {file}", "`despacho run` makes it")]
    try:
        store = Store(settings.database_url, pool_size=2)
    except (StoreError, OSError) as error:
        return None, [Finding(CHECK, "red", str(error), "mend DESPACHO_DATABASE_URL")]
    found = guarded(CHECK, lambda: _examine(store, settings))
    if any(one.colour == "red" for one in found):
        store.close()
        return None, found
    return store, found


def _examine(store: Store, settings: Settings) -> list[Finding]:
    store.check_durable()
    try:
        schema.check(store)
    except StoreError as error:
        return [Finding(CHECK, "red", str(error), "`despacho migrate`")]
    shown, revision = settings.shown()["database_url"], schema.present(store)
    says = f"{shown} answers, keeps what it is given, has schema {revision}"
    return [Finding(CHECK, "green", says)]
