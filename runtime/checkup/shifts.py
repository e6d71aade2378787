"""Whether the calendars that shifts come from can be read, and how far what was read reaches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from runtime.checkup.finding import Finding
from runtime.policy_in_force import policy_in_force
from runtime.shift_calendars.keeper import ask_of
from store import shift_calendars

if TYPE_CHECKING:
    from config.duty import Shift
    from runtime.settings import Settings
    from store.engine import Store
    from store.shift_calendars import Listed, State

CHECK = "shifts"
SOON = timedelta(days=14)
"""A calendar whose last shift ends so soon is worth a word."""
LATE = timedelta(hours=1)
"""One that was due so long ago is read by nobody."""
_READ_BY = "`despacho run errands` reads it; see its log for shift_calendar_unread"


def look_at_shifts(settings: Settings, store: Store, now: datetime) -> list[Finding]:
    """One line a calendar; none where the policy in force names none."""
    policy = policy_in_force(settings, store)
    wanted = [one for one in policy.desk.shifts if one.ics] if policy is not None else []
    if not wanted:
        return []
    with store.reading() as connection:
        states = shift_calendars.states(connection)
        listed = shift_calendars.listed(connection, [one.name for one in wanted])
    return [_one(one, states.get(one.name), listed[one.name], now) for one in wanted]


def _one(shift: Shift, state: State | None, version: Listed, now: datetime) -> Finding:
    name = f"shift {shift.name!r}"
    if state is None or (state.asked != ask_of(shift).asked and not state.read_at):
        return Finding(CHECK, "yellow", f"{name}: its calendar was not read yet", _READ_BY)
    if state.trouble:
        since = f"{state.trouble_since:%Y-%m-%d %H:%M} UTC"
        says = f"{name}: its calendar cannot be read since {since}: {state.trouble}"
        if state.read_at is None:
            return Finding(CHECK, "red", f"{says}; nobody is on this shift", f"mend {shift.ics}")
        kept = f"that of {state.read_at:%Y-%m-%d %H:%M} UTC stays in force"
        return Finding(CHECK, "yellow", f"{says}; {kept}", f"mend {shift.ics}")
    if state.due_at + LATE < now:
        return Finding(CHECK, "yellow", f"{name}: nobody reads its calendar", _READ_BY)
    last = datetime.fromtimestamp(max((one.end for one in version.times), default=0), UTC)
    if last < now + SOON:
        says = (
            f"{name}: its last shift ends on {last:%Y-%m-%d}"
            if version.times
            else f"{name}: it has no shifts"
        )
        return Finding(CHECK, "yellow", says, f"put shifts into {shift.ics}")
    return Finding(CHECK, "green", f"{name}: {len(version.times):,} times, the last until {last:%Y-%m-%d}")
