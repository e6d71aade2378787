"""``despacho aside``: mail that was kept without becoming a ticket; why, and how it becomes one after all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from cyclopts import App

from config.duration import seconds_of
from runtime.cli import FAILED, OK, WRONG, Trouble, app, settings
from runtime.listing import ago, clock, counted, say, say_fields, say_json, say_table
from runtime.open_desk import open_desk
from runtime.wiring import utc_now
from store import aside as kept
from store.rawbytes import with_raw

if TYPE_CHECKING:
    from store.aside import Kept
    from store.engine import Connection

aside = App(name="aside", help="Look at mail that was set aside, and release what should be a ticket.")
app.command(aside)

_LISTED_MOST = 1000


@aside.command(name="list")
def list_aside(*, since: str = "7d", json: bool = False) -> int:
    """List what was set aside, the newest last, with the reason.

    At most the latest 1,000 are listed; the count of each reason is of all.

    Examples: `despacho aside list` · `despacho aside list --since 1h` · `despacho aside list --json`

    Parameters
    ----------
    since
        How far to look back, such as 12h, 7d or 4w.
    json
        One document: counts by reason, and contacts with contact, at, mailbox, reason, detail, sender,
        subject.
    """
    seconds = seconds_of(since)
    if seconds is None:
        raise Trouble(f"{since!r} is no length of time; say something like 12h or 7d.", WRONG)
    now = utc_now()
    begin, end = now - timedelta(seconds=seconds), now + timedelta(days=1)
    with open_desk(settings()) as store, store.reading() as connection:
        counts = kept.counts(connection, begin, end)
        found = kept.latest(connection, begin, end, most=_LISTED_MOST)
    if json:
        say_json({"counts": counts, "contacts": [_as_json(one) for one in found]})
    elif not found:
        say(f"Nothing was set aside in the last {since}.")
    else:
        rows = [
            (one.contact, ago(one.at, now), one.reason, one.detail, one.sender.shown, one.subject)
            for one in found
        ]
        say_table(("contact", "age", "reason", "because", "from", "subject"), rows, right=("contact",))
        say("\n" + ", ".join(f"{reason} {number:,}" for reason, number in counts.items()))
        say("`despacho aside release CONTACT` makes a ticket or a reply of one.")
    return OK


@aside.command
def show(contact: int, *, json: bool = False) -> int:
    """Show one contact that was set aside, and why; `despacho replay CONTACT` shows its words.

    Examples: `despacho aside show 17` · `despacho aside show 17 --json`

    Parameters
    ----------
    contact
        Its number, as `despacho aside list` says it.
    json
        One document: contact, at, mailbox, reason, detail, sender, subject.
    """
    with open_desk(settings()) as store, store.reading() as connection:
        found = kept.find(connection, contact)
        became = "" if found else _became(connection, contact)
    if found is None:
        raise Trouble(became)
    if json:
        say_json(_as_json(found))
        return OK
    say_fields(
        (
            ("contact", found.contact),
            ("set aside", clock(found.at)),
            ("reason", found.reason),
            ("because", found.detail),
            ("mailbox", found.mailbox),
            ("from", f"{found.sender.name} <{found.sender.shown}>".strip()),
            ("subject", found.subject),
        )
    )
    return OK


@aside.command
def release(*contacts: int, json: bool = False) -> int:
    """Let contacts run their chain as if they had not been set aside: a ticket, or a reply on one.

    A person who opens a ticket so is acknowledged. A second release changes nothing.

    Exit codes: 0 all of them are released, now or before, 1 one is not there, or its
    bytes were deleted, 2 wrong call.

    Examples: `despacho aside release 17` · `despacho aside release 17 18 19`

    Parameters
    ----------
    contacts
        Their numbers, as `despacho aside list` says them.
    json
        One document: released, and others each with why.
    """
    if not contacts:
        raise Trouble("Say which contacts; `despacho aside list` shows their numbers.", WRONG)
    released: list[int] = []
    others: dict[int, str] = {}
    with open_desk(settings()) as store, store.writing() as connection:
        known = {row.id for row in with_raw(connection, contacts)}
        emptied = {contact for contact in contacts if kept.is_emptied(connection, contact)}
        for contact in dict.fromkeys(contacts):
            if contact not in emptied and kept.release(connection, contact, utc_now()):
                released.append(contact)
            else:
                others[contact] = (
                    _GONE.format(contact) if contact in emptied else _became(connection, contact)
                )
    if json:
        say_json({"released": released, "others": [{"contact": one, "why": others[one]} for one in others]})
    else:
        for why in others.values():
            say(why, style="yellow")
        if released:
            say(f"{counted(len(released), 'contact')} released; a running desk begins within a second.")
    return FAILED if emptied or others.keys() - known else OK


_GONE = (
    "Contact {} cannot be released: its exact bytes were deleted by retention or forget, and a ticket is made"
    " of them. Ask its sender to write again."
)


def _became(connection: Connection, contact: int) -> str:
    rows = with_raw(connection, [contact])
    if not rows:
        return f"There is no contact {contact}; `despacho aside list` shows those that were set aside."
    if rows[0].ticket is not None:
        return f"Contact {contact} is not set aside: it is on ticket #{rows[0].ticket}."
    return f"Contact {contact} is not set aside: it is still to be worked on."


def _as_json(one: Kept) -> dict[str, Any]:
    return {**msgspec.structs.asdict(one), "sender": one.sender.address}
