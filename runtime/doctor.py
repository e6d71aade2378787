"""A desk's health: every check in the order in which a person would look, while the desk runs or not."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from runtime.checkup.accounts import look_at_books, look_at_raw
from runtime.checkup.database import look_at_database
from runtime.checkup.days import look_at_days
from runtime.checkup.dkim import look_at_dkim
from runtime.checkup.finding import Finding, guarded
from runtime.checkup.imap import look_at_imap
from runtime.checkup.paused import look_at_paused
from runtime.checkup.privacy import look_at_privacy
from runtime.checkup.rules import look_at_policy
from runtime.checkup.senders import look_at_senders
from runtime.checkup.servers import look_at_broker, look_at_relay, look_at_smtp
from runtime.checkup.shadow import look_at_shadow
from runtime.checkup.shifts import look_at_shifts
from runtime.checkup.waiting import look_at_disk, look_at_waiting
from runtime.checkup.watch import look_at_canary, look_at_roles
from runtime.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from store.engine import Store

_BADNESS = ("green", "yellow", "red")


def examine(environ: Mapping[str, str], cwd: Path, *, deep: bool = False) -> list[Finding]:
    """All that can be found out now; ``deep`` reads every raw message. Raises nothing for what is wrong."""
    try:
        settings = load(environ, cwd)
    except SettingsError as error:
        return [
            Finding("settings", "red", str(mistake), "mend it, then ask again") for mistake in error.mistakes
        ]
    found = [Finding("settings", "green", "all can be read")]
    store, database = look_at_database(settings)
    try:
        found += database
        found += guarded("policy", partial(look_at_policy, settings, store))
        found += guarded("senders", partial(look_at_senders, settings, store))
        found += guarded("dkim", partial(look_at_dkim, settings, store))
        found += look_at_broker(settings)
        found += look_at_smtp(settings)
        found += look_at_relay(settings)
        found += guarded("disk", partial(look_at_disk, settings))
        if store is not None:
            found += _inside(settings, store, deep=deep)
    finally:
        if store is not None:
            store.close()
    return found


def worst(found: Sequence[Finding]) -> str:
    """The worst colour among findings."""
    return max((one.colour for one in found), key=_BADNESS.index, default="green")


def _inside(settings: Settings, store: Store, *, deep: bool) -> list[Finding]:
    return [
        *guarded("shadow", lambda: look_at_shadow(store)),
        *guarded("automatic mail", lambda: look_at_paused(store, datetime.now(UTC))),
        *guarded("imap", lambda: look_at_imap(settings, store, datetime.now(UTC))),
        *guarded("shifts", lambda: look_at_shifts(settings, store, datetime.now(UTC))),
        *guarded("work", lambda: look_at_waiting(settings, store, datetime.now(UTC))),
        *guarded("roles", lambda: look_at_roles(store, datetime.now(UTC))),
        *guarded("canary", lambda: look_at_canary(store, datetime.now(UTC))),
        *guarded("raw", lambda: look_at_raw(settings, store, deep=deep)),
        *guarded("forgetting", lambda: look_at_privacy(store)),
        *guarded("books", lambda: look_at_books(store)),
        *guarded("days", lambda: look_at_days(store, datetime.now(UTC))),
    ]
