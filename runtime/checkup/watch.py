"""Who is at work on this desk, and whether the canary comes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.loader import load_files
from config.mistakes import PolicyError
from runtime.canary import state_of
from runtime.checkup.finding import Finding
from runtime.health import NEEDED
from runtime.listing import ago
from store import policies, presence

if TYPE_CHECKING:
    from datetime import datetime

    from store.engine import Store


def look_at_roles(store: Store, now: datetime) -> list[Finding]:
    """The roles on all hosts; a desk at rest is no fault, one that only half works is."""
    with store.reading() as connection:
        alive = presence.alive(connection, now)
    if not alive:
        return [Finding("roles", "green", "none is at work just now")]
    says = ", ".join(f"{count} {role}" for role, count in sorted(alive.items()))
    missing = [role for role in NEEDED if role not in alive]
    if not missing:
        return [Finding("roles", "green", f"at work: {says}")]
    advice = f"`despacho run {' '.join(missing)}` on any host; mail that came in waits meanwhile"
    return [Finding("roles", "red", f"at work: {says}; nobody runs {', '.join(missing)}", advice)]


def look_at_canary(store: Store, now: datetime) -> list[Finding]:
    """The canary, where the policy in force has one and somebody is at work to let it fly."""
    with store.reading() as connection:
        stored = policies.fetch(connection, policies.current_version(connection))
        alive = presence.alive(connection, now)
    try:
        desk = load_files(stored.files).desk if stored is not None else None
    except PolicyError:
        return []
    if desk is None or desk.canary is None or not desk.mailboxes or "timekeeper" not in alive:
        return []
    state = state_of(desk.canary, desk.mailboxes[0].address, store, now)
    last = (
        f"the last one came through {ago(state.done_at, now)} ago"
        if state.done_at
        else "none came through yet"
    )
    if state.late:
        advice = "the lines *work*, *outgoing* and *mail out* say where it is stuck"
        return [Finding("canary", "red", f"late; {last}", advice)]
    took = f" and took {state.took.total_seconds():.1f} s" if state.took is not None else ""
    return [Finding("canary", "green", f"{last}{took}")]
