"""``despacho dead``: events that used up their attempts; why, and play them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from cyclopts import App

from events.codec import UnreadableEventError
from events.types import ContactChecked, ContactReceived, Event
from runtime.cli import FAILED, OK, WRONG, Trouble, app, settings
from runtime.listing import ago, clock, counted, say, say_fields, say_json, say_table
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import deadletters, work
from store.rawbytes import with_raw

if TYPE_CHECKING:
    from store.engine import Connection

dead = App(name="dead", help="Look at dead letters, events that were given up, and play them again.")
app.command(dead)


@dead.command(name="list")
def list_dead(*, json: bool = False) -> int:
    """List the dead letters that were not played again, the oldest first.

    Examples: `despacho dead list` · `despacho dead list --json`

    Parameters
    ----------
    json
        A list of letters with id, at, event, name, handler, reason, detail, attempts, deaths.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        letters = deadletters.waiting(connection)
        bodies = work.load(connection, [letter.event for letter in letters])
    if json:
        say_json([_as_json(letter, bodies) for letter in letters])
        return OK
    if not letters:
        say("No dead letters: nothing was given up.")
        return OK
    now = utc_now()
    rows = [
        (letter.id, ago(letter.at, now), _name(letter, bodies), letter.handler, letter.reason, letter.detail)
        for letter in letters
    ]
    say_table(("letter", "age", "event", "handler", "reason", "detail"), rows, right=("letter",))
    say("\nMend the cause, then `despacho dead replay ID` or `despacho dead replay --all`.")
    return OK


@dead.command
def show(letter: int, *, json: bool = False) -> int:
    """Show one dead letter with its event.

    Examples: `despacho dead show 3` · `despacho dead show 3 --json`

    Parameters
    ----------
    letter
        Its number, as `despacho dead list` says it.
    json
        One document: the letter, and its event as body.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        found = _find(connection, letter)
        bodies = work.load(connection, [found.event])
    if json:
        say_json(_as_json(found, bodies))
        return OK
    fields = (
        ("letter", found.id),
        ("given up", clock(found.at)),
        ("event", _name(found, bodies)),
        ("id", found.event),
        ("handler", found.handler),
        ("reason", found.reason),
        ("detail", found.detail),
        ("attempts", found.attempts),
        ("deaths", found.deaths),
        ("played again", clock(found.replayed_at)),
    )
    say_fields(fields)
    say()
    body = bodies.get(found.event)
    say(msgspec.json.format(body, indent=2) if body else "(its event is not in the store)")
    return OK


@dead.command
def replay(letter: int | None = None, *, all_: bool = False, json: bool = False) -> int:
    """Give a dead letter's event new work: it begins anew, with all its attempts.

    Mend the cause first. A contact that became a ticket all the same is not played again: it would open
    a second one.

    Exit codes: 0 all that was asked for is to be done again, 1 some of it cannot, 2 wrong call.

    Examples: `despacho dead replay 3` · `despacho dead replay --all`

    Parameters
    ----------
    letter
        Its number, as `despacho dead list` says it.
    all_
        Every letter that was not played again yet.
    json
        One document: replayed, the letters' numbers; skipped, each with why.
    """
    if (letter is None) is not all_:
        raise Trouble("Say one number, or --all.", WRONG)
    replayed: list[int] = []
    skipped: list[dict[str, Any]] = []
    with open_desk(settings()) as store, store.writing() as connection:
        letters = deadletters.waiting(connection) if letter is None else [_find(connection, letter)]
        for one in letters:
            why_not = _replay_one(connection, one)
            if why_not:
                skipped.append({"letter": one.id, "why": why_not})
            else:
                replayed.append(one.id)
    if json:
        say_json({"replayed": replayed, "skipped": skipped})
    else:
        _tell(replayed, skipped)
    return FAILED if skipped else OK


def _replay_one(connection: Connection, letter: Any) -> str:
    """Play one letter again; gives back why not, or an empty string."""
    if letter.replayed_at is not None:
        return f"it was played again at {clock(letter.replayed_at)} already"
    body = work.load(connection, [letter.event]).get(letter.event)
    if body is None:
        return "its event is not in the store"
    try:
        event = work.event_of(body)
    except UnreadableEventError:
        return "its event cannot be read by this version"
    why_not = _settled(connection, event)
    if not why_not:
        deadletters.replay(connection, letter, event, utc_now())
    return why_not


def _settled(connection: Connection, event: Event) -> str:
    """Why a contact's event must not run again: what nobody could handle became a ticket by another way."""
    if not isinstance(event, ContactChecked | ContactReceived):
        return ""
    rows = with_raw(connection, [event.contact])
    if not rows or rows[0].state == "new":
        return ""
    became = f"ticket #{rows[0].ticket}" if rows[0].ticket else f"set aside ({rows[0].reason})"
    return f"its contact {event.contact} is {became}; `despacho replay {event.contact}` reads it again"


def _tell(replayed: list[int], skipped: list[dict[str, Any]]) -> None:
    for one in skipped:
        say(f"Letter {one['letter']} is not played again: {one['why']}.", style="yellow")
    if replayed:
        say(f"{counted(len(replayed), 'event')} to be done again; a running desk begins within a second.")
    elif not skipped:
        say("No dead letters: nothing to play again.")


def _find(connection: Connection, number: int) -> Any:
    found = deadletters.find(connection, number)
    if found is None:
        raise Trouble(f"There is no dead letter {number}; `despacho dead list` shows them.")
    return found


def _name(letter: Any, bodies: dict[str, str]) -> str:
    value = _value(bodies.get(letter.event))
    return str(value.get("name", "")) if isinstance(value, dict) else ""


def _as_json(letter: Any, bodies: dict[str, str]) -> dict[str, Any]:
    body = _value(bodies.get(letter.event))
    return {**letter._asdict(), "name": _name(letter, bodies), "body": body}


def _value(body: str | None) -> Any:
    try:
        return None if body is None else msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return body
