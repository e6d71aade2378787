"""``despacho next``: what an agent does next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from runtime.cli import app
from runtime.duty_view import duty_desk
from runtime.listing import say, say_json
from store.bookings import between, open_tickets

if TYPE_CHECKING:
    from datetime import datetime

    from store.bookings import Booking, Open

SOON = timedelta(minutes=15)
"""A booking that begins so soon comes before everything else."""
_LEVELS = ("urgent", "high", "normal", "low")


@app.command(name="next")
def next_one(agent_id: str, /, *, most: int = 5, json: bool = False) -> int:
    """Show what an agent does next, and why: what is booked now, then by what is due, priority and age.

    Exit codes: 0 there is something to do, 1 there is nothing.

    Examples: `despacho next ana` · `despacho next ana --json`

    Parameters
    ----------
    agent_id
        The agent's id in the policy.
    most
        How many tickets to show.
    json
        Print a list of ticket, subject, priority, due_at, why; times in UTC.
    """
    with duty_desk() as desk:
        agent = desk.agent(agent_id)
        with desk.store.reading() as connection:
            booked = between(connection, desk.now, desk.now + SOON, agent.id)
            found = in_order(open_tickets(connection, agent.id), booked, desk.now)[: max(most, 1)]
    if json:
        say_json(found)
        return 0 if found else 1
    if not found:
        say(f"{agent.id} has nothing to do. `despacho board` shows who has.")
    for index, one in enumerate(found):
        say(f"{'next' if not index else 'then':<5} #{one['ticket']} {one['subject']}: {one['why']}")
    return 0 if found else 1


def in_order(tickets: list[Open], booked: list[Booking], now: datetime) -> list[dict[str, Any]]:
    """Tickets in the order in which they are to be done, each with why; each once."""
    kept: dict[int, dict[str, Any]] = {}
    known = {one.id: one for one in tickets}
    for booking in booked:
        why = f"booked from {booking.starts_at:%H:%M} to {booking.ends_at:%H:%M} UTC"
        kept.setdefault(
            booking.ticket, _told(booking.ticket, booking.subject, known.get(booking.ticket), why)
        )
    for one in sorted(tickets, key=_rank):
        kept.setdefault(one.id, _told(one.id, one.subject, one, _why(one, now)))
    return list(kept.values())


def _rank(one: Open) -> tuple[bool, float, int, int]:
    due = one.due_at.timestamp() if one.due_at else 0.0
    level = _LEVELS.index(one.priority) if one.priority in _LEVELS else 2
    return one.due_at is None, due, level, one.id


def _why(one: Open, now: datetime) -> str:
    if one.due_at is None:
        return f"{one.priority}, open since {one.created_at:%Y-%m-%d %H:%M} UTC"
    return f"{'was due' if one.due_at < now else 'due'} {one.due_at:%Y-%m-%d %H:%M} UTC, {one.priority}"


def _told(number: int, subject: str, one: Open | None, why: str) -> dict[str, Any]:
    priority, due_at = (one.priority, one.due_at) if one else ("", None)
    return {"ticket": number, "subject": subject, "priority": priority, "due_at": due_at, "why": why}
