"""``despacho outgoing``: the mails that this desk sends, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import App, Parameter
from cyclopts.validators import Number

from config.mistakes import listed, near
from runtime.cli import OK, WRONG, Trouble, app, settings
from runtime.legible import SHOWN, legible
from runtime.listing import ago, clock, say, say_bytes, say_fields, say_json, say_table
from runtime.open_desk import open_desk
from runtime.show.unsent import would_be
from runtime.wiring import utc_now
from store import letter as letters
from store import outgoing_views
from store.going_live import SHADOWED

if TYPE_CHECKING:
    from store.engine import Store

outgoing = App(name="outgoing", help="Look at the mails that this desk sends.")
app.command(outgoing)

Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))]


@outgoing.command(name="list")
def list_outgoing(
    *, state: str = "", ticket: int | None = None, limit: Limit = 50, json: bool = False
) -> int:
    """List the latest outgoing mails, the newest last, with the receiver's last answer.

    Examples: `despacho outgoing list` · `despacho outgoing list --state failed` ·
    `despacho outgoing list --ticket 7 --json`

    Parameters
    ----------
    state
        Only these: waiting, sending, sent, captured, failed, held, digest, digested, forgotten or
        shadowed.
    ticket
        Only mails about this ticket.
    limit
        How many at the most.
    json
        A list of mails without their content.
    """
    if state and state not in outgoing_views.STATES:
        meant = near(state, outgoing_views.STATES)
        hint = f" Did you mean {meant}?" if meant else ""
        raise Trouble(f"{state!r} is no state; there are {listed(outgoing_views.STATES)}.{hint}", WRONG)
    with open_desk(settings()) as store, store.reading() as connection:
        rows = outgoing_views.newest(connection, most=limit, state=state, ticket=ticket)
    if json:
        say_json([row._asdict() for row in rows])
    elif not rows:
        say("No such mail." if state or ticket is not None else "This desk has not sent any mail yet.")
    else:
        _table(rows)
    return OK


@outgoing.command
def show(mail: int, *, raw: bool = False, json: bool = False) -> int:
    """Show one outgoing mail as its reader sees it, and what became of it.

    Examples: `despacho outgoing show 12` · `despacho outgoing show 12 --raw > mail.eml`

    Parameters
    ----------
    mail
        Its number, as `despacho outgoing list` says it.
    raw
        The exact bytes that are sent, and nothing else.
    json
        One document: the row, its headers and text.
    """
    with open_desk(settings()) as store:
        with store.reading() as connection:
            row = outgoing_views.find(connection, mail)
        wire = _wire(store, row)
    if row is None:
        raise Trouble(f"There is no outgoing mail {mail}; `despacho outgoing list` shows them.")
    if raw:
        if wire is None:
            raise Trouble(f"Mail {mail} is {row.state}, and its bytes are not made yet.")
        say_bytes(wire)
    elif json:
        say_json(_as_json(row, wire))
    else:
        _show(row, wire)
    return OK


def _wire(store: Store, row: Any) -> bytes | None:
    """The bytes that are sent, or would have been; ``None`` where they are not made yet."""
    if row is None or row.bytes is not None:
        return None if row is None else bytes(row.bytes)
    return would_be(store, row) if row.state == SHADOWED else None


def _table(rows: Any) -> None:
    now = utc_now()
    lines = [
        (
            row.id,
            row.state,
            row.reason,
            row.recipient,
            row.ticket,
            row.attempts,
            ago(row.created_at, now),
            row.answer,
        )
        for row in rows
    ]
    names = ("mail", "state", "reason", "to", "ticket", "tries", "age", "answer")
    say_table(names, lines, right=("mail", "ticket", "tries"))


def _show(row: Any, wire: bytes | None) -> None:
    say_fields(
        (
            ("mail", row.id),
            ("state", row.state),
            ("reason", row.reason),
            ("ticket", row.ticket),
            ("to", row.recipient),
            ("envelope from", row.mail_from or "<>"),
            ("made", clock(row.created_at)),
            ("next try", clock(row.due_at) if row.state == "waiting" else ""),
            ("done", clock(row.done_at)),
            ("tries", row.attempts),
            ("answer", row.answer),
        )
    )
    say()
    if wire is None:
        _show_letter(row)
        return
    mail = legible(wire)
    known = dict(mail.headers)
    say_fields((name, known.get(name, "")) for name in SHOWN)
    say()
    say(mail.text.rstrip("\n"))


def _show_letter(row: Any) -> None:
    """What is known of a mail before its bytes are made: the frozen letter."""
    say("The sender has not made this mail yet; it is to say:")
    try:
        letter = letters.decode(row.letter)
    except msgspec.MsgspecError:
        say("(its letter cannot be read)")
        return
    values = [(name, value) for name, value in letter.values.items() if isinstance(value, str | int)]
    say_fields([("template", f"{letter.language}/{letter.template}"), ("Subject", letter.subject), *values])


def _as_json(row: Any, wire: bytes | None) -> dict[str, Any]:
    kept = {
        name: value
        for name, value in row._asdict().items()
        if name not in {"bytes", "letter", "lease", "until"}
    }
    mail = legible(wire) if wire is not None else None
    return {
        **kept,
        "headers": [list(pair) for pair in mail.headers] if mail else [],
        "text": mail.text if mail else "",
    }
