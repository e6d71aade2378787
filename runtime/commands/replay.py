"""``despacho replay``: read a contact's raw message again, and say what would become of it today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from runtime.cli import FAILED, OK, Trouble, app, settings
from runtime.listing import say, say_fields, say_json
from runtime.open_desk import open_desk
from runtime.reading import Reader
from runtime.rehearsal import RawGoneError, Rehearsal, Stage, rehearse
from runtime.rulebooks import Rulebooks
from runtime.show.decisions import sentences
from runtime.show.ticket_list import ticket_values
from runtime.wiring import utc_now
from store import keys
from store.rawbytes import with_raw
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from handlers.desk import Rulebook
    from runtime.settings import Settings
    from store.engine import Store

_BECAME = {
    "ticket": "would open a new ticket",
    "reply": "would be a reply on ticket #{joined}",
    "aside": "would be set aside: {reason} ({detail})",
    "fault": "could not be handled",
}


@app.command
def replay(contact: int, *, json: bool = False) -> int:
    """Read a contact's raw message with today's parser and policy, and report what would become of it.

    Nothing is written and nobody gets a mail. Useful after a change of rules, and for a mail that was
    misread. `despacho events list --ticket N` shows which contacts a ticket has.

    Exit codes: 0 it can be handled, 1 it cannot, or there is no such contact.

    Examples: `despacho replay 17` · `despacho replay 17 --json`

    Parameters
    ----------
    contact
        The contact's number, as events and traces name it.
    json
        One document: now, and what would be: message, became, joined, ticket, steps, events, mails, faults.
    """
    chosen = settings()
    with open_desk(chosen) as store:
        with store.reading() as connection:
            rows = with_raw(connection, [contact])
        if not rows:
            raise Trouble(f"There is no contact {contact}, or its raw message is not in the store.")
        try:
            played, rulebook = _play(contact, chosen, store, rows[0])
        except RawGoneError:
            raise Trouble(
                f"The raw file of contact {contact} is gone; `despacho doctor` looks for more."
            ) from None
    if json:
        say_json(_as_json(played, rows[0], rulebook))
    else:
        _tell(played, rows[0], rulebook)
    return FAILED if played.became == "fault" else OK


def _play(contact: int, chosen: Settings, store: Store, row: Any) -> tuple[Rehearsal, Rulebook]:
    with store.reading() as connection:
        keyring = keys.keyring(connection)
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    stage = Stage(
        store=store,
        reader=Reader(store, RawFiles(chosen.data / "raw"), keyring),
        rulebook=rulebooks.current(),
        keyring=keyring,
        now=utc_now(),
    )
    return rehearse(contact, stage, row), stage.rulebook


def _tell(played: Rehearsal, row: Any, rulebook: Rulebook) -> None:
    message, ticket = played.message, played.ticket
    version = rulebook.policy.version
    say(f"Contact {played.contact} is {_now(row)}. Read again under policy version {version}, it")
    became = _BECAME[played.became].format(joined=played.joined, reason=played.reason, detail=played.detail)
    say(f"{became}.\n", style="bold")
    say_fields(
        (
            ("from", f"{message.sender.name} <{message.sender.address}>".strip()),
            ("trust", message.trust.value),
            ("mailbox", message.mailbox),
            ("subject", message.subject),
            ("kind", f"{message.kind.value}{f' ({message.kind_because})' if message.kind_because else ''}"),
            ("language", message.language or "undecided"),
            ("attachments", ", ".join(one.name or one.type for one in message.attachments)),
            ("defects", ", ".join(message.defects)),
        )
    )
    if ticket is not None:
        say()
        names = ("status", "priority", "group_name", "agent", "language", "tags")
        say_fields((name.removesuffix("_name"), getattr(ticket, name)) for name in names)
    say(f"\nnew words{'' if message.cut_certain else ' (the cut is a guess)'}:")
    say("\n".join(f"  {line}" for line in message.new_words.strip().splitlines()) or "  (none)")
    _tell_decisions(played)


def _tell_decisions(played: Rehearsal) -> None:
    if played.steps:
        say("\nwhy:")
    for step in played.steps:
        for one in sentences(step.body):
            mark = {True: "+ ", False: "- ", None: ""}[one.good]
            say(f"  {'  ' * one.depth}{mark}{one.text}")
    for reason, recipient in played.mails:
        say(f"  mail: {reason} to {recipient}")
    for fault in played.faults:
        say(f"  fault: {fault}", style="red")


def _now(row: Any) -> str:
    if row.state == "aside":
        return f"set aside ({row.reason})"
    if row.ticket is not None:
        return f"{'the first mail' if row.state == 'ticket' else 'a reply'} of ticket #{row.ticket}"
    return "still to be worked on" if row.state == "new" else row.state


def _as_json(played: Rehearsal, row: Any, rulebook: Rulebook) -> dict[str, Any]:
    # The message's own JSON leaves out what has its default value; a document always has the same keys.
    message = msgspec.structs.asdict(played.message)
    del message["html"]
    ticket = ticket_values(played.ticket) if played.ticket is not None else None
    if ticket is not None and played.joined is None:
        # It has a number on paper only.
        ticket["number"] = None
    return {
        **msgspec.structs.asdict(played),
        "now": {"state": row.state, "ticket": row.ticket, "reason": row.reason, "detail": row.detail},
        "policy_version": rulebook.policy.version,
        "message": message,
        "ticket": ticket,
    }
