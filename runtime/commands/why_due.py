"""``despacho why due``: when a ticket's deadlines are due, and how each time comes about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from config.loader import load_files
from handlers import ladder
from handlers.agreed import sla_for
from handlers.promise import pauses_of
from runtime.cli import OK, Trouble, settings
from runtime.commands.tickets import TicketNumber, no_ticket
from runtime.commands.why import why_app
from runtime.listing import say, say_json
from runtime.open_desk import open_desk
from runtime.show.decisions import body_of
from store import policies, promises, views

if TYPE_CHECKING:
    from config.sla import Sla
    from config.types import DeskText
    from store.records import DeadlineRecord, TicketRecord


@why_app.command
def due(ticket: TicketNumber, /, *, json: bool = False) -> int:
    """Say when a ticket's deadlines are due, and why then: start, pauses, calendar, amount, closing time.

    Exit codes: 0 it was told, 1 there is no such ticket.

    Examples: `despacho why due 12` · `despacho why due 12 --json`

    Parameters
    ----------
    ticket
        The ticket's number.
    json
        A list of deadline, sla, calendar, zone, amount, started_at, pauses, due_at, met_at, levels, timeline.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        view = views.ticket(connection, ticket)
        if view is None:
            raise no_ticket(ticket)
        stored = policies.fetch(connection, policies.current_version(connection))
        if stored is None:
            raise Trouble("No policy is in force. Put one to work: despacho policy apply")
        desk = load_files(stored.files).desk
        records = promises.of_ticket(connection, ticket)
    told = [_explained(desk, view.ticket, record, view.traces) for record in records]
    if json:
        say_json(told)
        return OK
    if not told:
        say("This ticket is under no SLA policy, so nothing is due by one.")
    for one in told:
        _tell(one)
    return OK


def _explained(desk: DeskText, ticket: TicketRecord, record: DeadlineRecord, traces: Any) -> dict[str, Any]:
    sla = sla_for(desk, ticket)
    found: dict[str, Any] = {
        "deadline": record.which,
        "round": record.round,
        "sla": record.sla,
        "started_at": record.started_at,
        "pauses": [{"from": began, "to": ended} for began, ended in pauses_of(record)],
        "paused_at": record.paused_at,
        "due_at": record.due_at,
        "met_at": record.met_at,
        "timeline": [
            {"at": trace.at, **body} for trace in traces if (body := _moved(trace, record.which)) is not None
        ],
    }
    if sla is not None and sla.name == record.sla and record.which in sla.amounts:
        found |= _counted(desk, ticket, sla, record)
    return found


def _moved(trace: Any, which: str) -> dict[str, Any] | None:
    body = body_of(trace)
    moved = body.get("deadline") == which and "due" in body
    return {name: body.get(name) for name in ("due", "because", "sla")} if moved else None


def _counted(desk: DeskText, ticket: TicketRecord, sla: Sla, record: DeadlineRecord) -> dict[str, Any]:
    calendar = ladder.calendar_of(desk, ticket, sla)
    closing = record.due_at is not None and not sla.elapsed and not calendar.is_open(record.due_at)
    amount = next(seconds for which, seconds in sla.amounts.items() if which == record.which)
    times = ladder.times(desk, ticket, sla, record)
    return {
        "amount": amount,
        "clock": "elapsed" if sla.elapsed else "business",
        "zone": calendar.plan.zone,
        "at_closing_time": closing,
        "levels": [{"level": level, "at": at} for level, at in sorted(times.items()) if level],
    }


def _tell(one: dict[str, Any]) -> None:
    zone = ZoneInfo(one.get("zone", "UTC"))
    due = "not while it is paused" if one["due_at"] is None else _clock(one["due_at"], zone)
    say(f"{one['deadline']} ({one['sla'] or 'no SLA policy any more'}): due {due}", "bold")
    if "amount" in one:
        kind = "staffed time" if one["clock"] == "business" else "time, nights too"
        say(f"  {timedelta(seconds=one['amount'])} of {kind}, on the calendar in {one['zone']}")
    say(
        f"  since {_clock(one['started_at'], zone)}" + (f", round {one['round']}" if one["round"] > 1 else "")
    )
    for pause in one["pauses"]:
        say(f"  paused from {_clock(pause['from'], zone)} to {_clock(pause['to'], zone)}")
    if one["paused_at"]:
        say(f"  paused since {_clock(one['paused_at'], zone)}")
    if one.get("at_closing_time"):
        say("  the time ends exactly as the desk closes: it is due then, not at the next opening")
    if one["met_at"]:
        late = one["due_at"] is not None and one["met_at"] > one["due_at"]
        say(f"  {'ended too late' if late else 'kept'} at {_clock(one['met_at'], zone)}")
    for level in one.get("levels", ()):
        say(f"  level {level['level']} at {_clock(level['at'], zone)}")
    for moved in one["timeline"]:
        say(f"  {_clock(moved['at'], zone)}: due {moved['due'] or 'not now'}, because {moved['because']}")


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"
