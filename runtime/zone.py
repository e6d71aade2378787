"""The desk's own time zone: the one in which its opening hours are written."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.loader import load_files
from config.mistakes import PolicyError
from store import policies

if TYPE_CHECKING:
    from store.engine import Store


def zone_of_desk(store: Store) -> ZoneInfo:
    """The zone of the policy in force; UTC where there is none, or where this version cannot read it."""
    with store.reading() as connection:
        stored = policies.fetch(connection, policies.current_version(connection))
    try:
        return ZoneInfo(load_files(stored.files).desk.hours.zone) if stored is not None else ZoneInfo("UTC")
    except PolicyError:
        return ZoneInfo("UTC")
