"""``despacho events``: what happened, one fact a line, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number

from config.mistakes import listed, near
from events.types import type_of
from runtime.cli import OK, WRONG, Trouble, app, settings
from runtime.listing import ago, clock, say, say_fields, say_json, say_table
from runtime.open_desk import open_desk
from runtime.show.decisions import body_of
from runtime.wiring import utc_now
from store import event_views

if TYPE_CHECKING:
    from store.event_views import Decision, Told

events = App(name="events", help="Look at the event log: what happened, and what became of it.")
app.command(events)

Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))]


@events.command(name="list")
def list_events(*, ticket: int | None = None, name: str = "", limit: Limit = 50, json: bool = False) -> int:
    """List the latest events, the newest last.

    Examples: `despacho events list` · `despacho events list --ticket 7` ·
    `despacho events list --name MailFailed --limit 200 --json`

    Parameters
    ----------
    ticket
        Only what happened to this ticket, the mails that joined it included.
    name
        Only events of this type, such as TicketOpened.
    limit
        How many at the most.
    json
        A list of events; each has its body, and state, attempts and due_at of its work.
    """
    if name and name not in type_of:
        meant = near(name, type_of)
        hint = f" Did you mean {meant}?" if meant else ""
        raise Trouble(f"{name!r} is no event; there are {listed(type_of)}.{hint}", WRONG)
    with open_desk(settings()) as store, store.reading() as connection:
        found = event_views.newest(connection, most=limit, name=name, ticket=ticket)
    if json:
        say_json([_as_json(one) for one in found])
    elif not found:
        say(
            "Nothing of that kind has happened yet."
            if name or ticket is not None
            else "Nothing has happened yet."
        )
    else:
        now = utc_now()
        rows = [(clock(one.at), ago(one.at, now), one.name, one.stream, _state(one), one.id) for one in found]
        say_table(("at", "ago", "event", "stream", "state", "id"), rows)
    return OK


@events.command
def show(event: str, *, json: bool = False) -> int:
    """Show one event: its content, its work, what handlers recorded, and what went wrong.

    Examples: `despacho events show 01a20017866d76bca87db946f4dc8a7e` ·
    `despacho events show 01a20017866d --json`

    Parameters
    ----------
    event
        Its id, or as much of it as no other event begins with.
    json
        One document: the event with state, decisions, remarks.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        found = event_views.newest(
            connection, most=1, only=_only_one(event_views.matching(connection, event), event)
        )
        decisions = event_views.decisions(connection, found[0].id)
        remarks = event_views.remarks(connection, found[0].id)
    if json:
        made = [_decided(one) for one in decisions]
        say_json({**_as_json(found[0]), "decisions": made, "remarks": remarks})
        return OK
    _show_fields(found[0])
    for one in decisions:
        say(f"\n{one.handler} decided (policy version {one.policy_version}):")
        say(msgspec.json.format(msgspec.json.encode(_told(one)), indent=2).decode())
    for remark in remarks:
        where = f" in {remark.handler}" if remark.handler else ""
        say(f"\n{clock(remark.at)} {remark.what}{where}: {remark.reason} {remark.detail}".rstrip())
    return OK


def _show_fields(told: Told) -> None:
    fields = (
        ("event", told.name),
        ("id", told.id),
        ("at", clock(told.at)),
        ("stream", told.stream),
        ("effect", told.effect_key),
        ("state", _state(told)),
        ("due", clock(told.due_at)),
    )
    say_fields(fields)
    say()
    say(_indented(told.body))


def _only_one(ids: list[str], asked: str) -> str:
    if asked in ids or len(ids) == 1:
        return asked if asked in ids else ids[0]
    if not ids:
        raise Trouble(f"There is no event {asked!r}; `despacho events list` shows their ids.")
    raise Trouble(f"{asked!r} is the beginning of several events: {', '.join(ids)}.")


def _state(told: Told) -> str:
    return f"{told.state} after {told.attempts} attempts" if told.attempts else told.state


def _as_json(told: Told) -> dict[str, Any]:
    return {**msgspec.structs.asdict(told), "body": _value(told.body)}


def _decided(one: Decision) -> dict[str, Any]:
    return {key: value for key, value in msgspec.structs.asdict(one).items() if key != "legend"} | {
        "body": _told(one)
    }


def _told(one: Decision) -> Any:
    try:
        return body_of(one)
    except msgspec.MsgspecError:
        return one.body


def _value(body: str) -> Any:
    """What a row's JSON says; a row that is none is shown as it is."""
    try:
        return msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return body


def _indented(body: str) -> str:
    try:
        return msgspec.json.format(body, indent=2)
    except msgspec.MsgspecError:
        return body
