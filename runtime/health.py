"""How the whole desk is, in a few words for people and for whatever watches it: `/health`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from runtime.canary import canary_state
from runtime.paused import paused
from runtime.readiness import checks
from runtime.wiring import utc_now
from store import presence
from store.faults import DatabaseError

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.accept import Acceptor
    from runtime.wiring import Parts

NEEDED = ("worker", "sender", "timekeeper")
"""Roles without which a desk takes contacts and does nothing with them."""


class Sign(msgspec.Struct, frozen=True):
    """One line; ``well`` is None where it is only worth a look."""

    name: str
    well: bool | None
    says: str = ""


def signs(parts: Parts, door: Acceptor) -> list[Sign]:
    """Every sign, in the order in which a person would look; asks the database, and no other server."""
    found = [Sign(name, answer is None, answer or "") for name, answer in _asked(parts, door)]
    found.append(_broker(parts))
    if found[0].well:
        now = utc_now()
        try:
            found += [_roles(parts, now), *_canary(parts, now), *_paused(parts, now)]
        except DatabaseError:
            found.append(Sign("roles", well=None, says="not known"))
    return found


def _asked(parts: Parts, door: Acceptor) -> list[tuple[str, str | None]]:
    return [(name, check()) for name, check in checks(parts, door).items()]


def _broker(parts: Parts) -> Sign:
    if parts.settings.broker_url.startswith("memory:"):
        return Sign("broker", well=True)
    state = parts.bell.state()
    # Without it nothing is lost: workers look once a second.
    return Sign("broker", True if state.up else None, "" if state.up else f"away ({state.last_error})")


def _roles(parts: Parts, now: datetime) -> Sign:
    with parts.store.reading() as connection:
        alive = presence.alive(connection, now)
    missing = [role for role in NEEDED if not alive.get(role)]
    if missing:
        return Sign("roles", well=False, says=f"nobody runs: {', '.join(missing)}")
    return Sign(
        "roles", well=True, says=", ".join(f"{role} {count}" for role, count in sorted(alive.items()))
    )


def _canary(parts: Parts, now: datetime) -> list[Sign]:
    state = canary_state(parts.rulebooks, parts.store, now)
    if state is None:
        return []
    if state.late:
        return [Sign("canary", well=False, says="late")]
    return [Sign("canary", well=True, says=f"{state.took.total_seconds():.1f} s" if state.took else "")]


def _paused(parts: Parts, now: datetime) -> list[Sign]:
    """Worth a look and no illness: people's mail goes both ways all the same."""
    with parts.store.reading() as connection:
        found = paused(connection, parts.rulebooks, now)
    return [Sign("automatic mail", well=None, says=f"paused: {', '.join(sorted(found))}")] if found else []
