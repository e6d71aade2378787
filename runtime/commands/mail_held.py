"""``despacho mail held``, ``release``, ``drop``: automatic mail that was held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from runtime.cli import FAILED, OK, WRONG, Trouble, settings
from runtime.commands.mail import mail
from runtime.listing import ago, counted, say, say_json, say_table
from runtime.open_desk import open_desk
from runtime.releasing import Deed, Releasing
from runtime.wiring import utc_now
from store import withheld

if TYPE_CHECKING:
    from runtime.releasing import Fate

Limit = Annotated[int, Parameter(validator=Number(gte=1, lte=100_000))]
Flag = Annotated[bool, Parameter(negative="")]
Every = Annotated[bool, Parameter(name="--all", negative="")]


@mail.command
def held(*, limit: Limit = 50, json: Flag = False) -> int:
    """List automatic mail that was held back, the oldest first, and why; each ticket says it, too.

    Held back are acknowledgements and what rules write: while a mailbox is paused, where what an address
    writes is much the same each time, and above the limits. None of it is ever sent by itself.

    Examples: `despacho mail held` · `despacho mail held --json`

    Parameters
    ----------
    limit
        How many at the most.
    json
        One document: count, and mails with ticket, at, mail, rule, to, mailbox, status, because, why.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        count = withheld.count(connection)
        rows = withheld.waiting(connection, most=limit)
    if json:
        say_json({"count": count, "mails": [_as_json(row) for row in rows]})
    elif not rows:
        say("Nothing is held back.")
    else:
        now = utc_now()
        lines = [
            (row.ticket, ago(row.at, now), row.rule or row.template, row.requester, row.status, row.why)
            for row in rows
        ]
        say_table(("ticket", "age", "mail", "to", "status", "held back because"), lines, right=("ticket",))
        say(
            f"\n{counted(count, 'mail')} held back. `despacho mail release TICKET` sends what is held on one,"
        )
        say("`despacho mail release --all` what may go; `despacho mail drop TICKET` lets it go.")
    return OK


@mail.command
def release(*ticket: int, every: Every = False, json: Flag = False) -> int:
    """Send automatic mail that was held back, as of now; each once, however often it is said.

    Machines, blocked senders and addresses that bounce get nothing. The limits hold, and an address gets one
    such mail in an hour, whoever it is; the rest stays held. While its mailbox is paused nothing goes:
    `despacho mail resume` first. With --all nobody is answered who writes much the same each time: name their
    ticket to do so. What nobody needs any more, on tickets that are answered or solved, is dropped.

    Exit codes: 0 nothing of it is held any more, 1 some is, 2 wrong call.

    Examples: `despacho mail release 12` · `despacho mail release 12 13 14` · `despacho mail release --all`

    Parameters
    ----------
    ticket
        The tickets on which it is held, as `despacho mail held` says them.
    every
        On every ticket.
    json
        One document: mails, each with ticket, mail, became (sent, dropped, or empty) and why.
    """
    return _decide(ticket, Deed.RELEASE, every=every, json=json)


@mail.command
def drop(*ticket: int, every: Every = False, json: Flag = False) -> int:
    """Let automatic mail go that was held back: it is never sent, and its ticket says so.

    Exit codes: 0 nothing of it is held any more, 2 wrong call.

    Examples: `despacho mail drop 12` · `despacho mail drop --all`

    Parameters
    ----------
    ticket
        The tickets on which it is held, as `despacho mail held` says them.
    every
        On every ticket.
    json
        One document: mails, each with ticket, mail, became (sent, dropped, or empty) and why.
    """
    return _decide(ticket, Deed.DROP, every=every, json=json)


def _decide(numbers: tuple[int, ...], deed: Deed, *, every: bool, json: bool) -> int:
    if bool(numbers) == every:
        raise Trouble("Say which tickets, or --all; `despacho mail held` shows them.", WRONG)
    with open_desk(settings()) as store:
        releasing = Releasing(store, deed, by=settings().agent)
        fates = releasing.every() if every else releasing.these(numbers)
    if json:
        say_json({"mails": [msgspec.structs.asdict(one) for one in fates]})
    elif not fates:
        say("Nothing is held back.")
    else:
        _say(fates)
    return FAILED if any(one.is_held for one in fates) else OK


def _say(fates: list[Fate]) -> None:
    for one in fates:
        because = f": {one.why}" if one.why else ""
        if not one.mail:
            say(f"#{one.ticket}{because}.")
        elif one.is_held:
            say(f"#{one.ticket}: {one.mail} stays held{because}.", style="yellow")
        else:
            say(f"#{one.ticket}: {one.mail} is {one.became}{because}.")


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "ticket": row.ticket,
        "at": row.at,
        "mail": row.template,
        "rule": row.rule,
        "to": row.requester,
        "mailbox": row.mailbox,
        "status": row.status,
        "because": row.because,
        "why": row.why,
    }
