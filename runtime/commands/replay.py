"""``despacho replay``: read a contact's raw message again, and say what would become of it today."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from runtime import replaying
from runtime.cli import FAILED, OK, WRONG, Trouble, app, err, settings
from runtime.listing import counted, say, say_fields, say_json, say_json_line
from runtime.named_mailbox import mailbox_named, policy_of
from runtime.named_moment import moment_of
from runtime.open_desk import open_desk
from runtime.reading import Reader
from runtime.rehearsal import RawGoneError, Rehearsal, Stage, rehearse
from runtime.rulebooks import Rulebooks
from runtime.show.decisions import sentences
from runtime.show.ticket_list import ticket_values
from runtime.suggesting import Suggester
from runtime.wiring import utc_now
from store import contact_pages, keys
from store.contact_pages import Chosen
from store.rawbytes import with_raw
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.desk import Rulebook
    from runtime.replaying import Outcome
    from runtime.settings import Settings
    from store.engine import Store

State = Literal["new", "ticket", "reply", "aside", "dead"]
_BECAME = {
    "ticket": "would open a new ticket",
    "reply": "would be a reply on ticket #{joined}",
    "aside": "would be set aside: {reason} ({detail})",
    "fault": "could not be handled",
}


@app.command
def replay(
    *contact: int,
    day: str = "",
    since: str = "",
    until: str = "",
    mailbox: str = "",
    state: State | None = None,
    apply: bool = False,
    json: bool = False,
) -> int:
    """Read contacts' raw messages with today's parser and policy, and report what would become of them.

    Without --apply nothing is written and nobody gets a mail. Useful after a change of rules, and for mail
    that was misread. `despacho events list --ticket N` shows which contacts a ticket has.

    With --apply what was set aside and would be a ticket or a reply now is let in, what died is given new
    work, and what is on a ticket is read again: its words change, its ticket, its agent and its
    acknowledgement stay. A second time changes nothing.

    Exit codes: 0 all can be handled, 1 one cannot, or there is no such contact, 2 wrong call.

    Examples: `despacho replay 17` · `despacho replay 17 --json` · `despacho replay --day 2026-11-27` ·
    `despacho replay --mailbox billing@acme.example --since 2026-11-01 --json` ·
    `despacho replay --state aside --apply`

    Parameters
    ----------
    contact
        Contacts' numbers, as events and traces name them.
    day
        All that came in on this day (UTC), such as 2026-11-27.
    since
        All from this day or moment on.
    until
        All from before this day or moment.
    mailbox
        All that came to this mailbox.
    state
        All that are now new, ticket, reply, aside or dead.
    apply
        Make it so.
    json
        Of one contact one document: now, and what would be: message, became, joined, ticket, steps, events,
        mails, faults. Of several a line each: contact, was, would, differs, applied.
    """
    alone = len(contact) == 1 and not (day or since or until or mailbox or state or apply)
    if alone:
        return _report(contact[0], json=json)
    if not (contact or day or since or until or mailbox or state):
        raise Trouble("Say which contacts, such as: despacho replay 17, or --day, --mailbox, --state", WRONG)
    begin, end = _span(day, since, until)
    with open_desk(settings()) as store:
        box = mailbox_named(policy_of(store), mailbox)
        chosen = Chosen(ids=contact, mailbox=box, state=state or "", since=begin, until=end)
        return _many(store, chosen, apply=apply, json=json)


def _report(contact: int, *, json: bool) -> int:
    """One contact in full."""
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


def _many(store: Store, chosen: Chosen, *, apply: bool, json: bool) -> int:
    """Many contacts, a line each for those that differ; holds one page of them at a time."""
    with store.reading() as connection:
        total = contact_pages.count(connection, chosen)
    if not total:
        raise Trouble("There is no such contact.")
    stage = _stage(settings(), store)
    tally: Counter[str] = Counter()
    columns = (TextColumn("reading again"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        for row in bar.track(contact_pages.walk(store, chosen), total=total):
            outcome = replaying.replay(stage, row, apply=apply)
            _count(outcome, tally)
            if json:
                say_json_line(outcome)
            elif outcome.differs or outcome.applied or outcome.is_fault:
                done = f"  [{outcome.applied}]" if outcome.applied else ""
                what = "; ".join(outcome.differs) or outcome.would
                say(f"{outcome.contact}  {outcome.was}: {what}{done}")
    if not json:
        named = ", ".join(f"{tally[name]:,} {name}" for name in ("alike", "other", "faulty", "applied"))
        say(f"{counted(total, 'contact')}: {named}.", style="bold")
        if not apply and tally["other"]:
            say("Nothing was changed; --apply makes it so.")
    return FAILED if tally["faulty"] else OK


def _count(outcome: Outcome, tally: Counter[str]) -> None:
    tally["faulty" if outcome.is_fault else "other" if outcome.differs else "alike"] += 1
    tally["applied"] += bool(outcome.applied)


def _span(day: str, since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """The time that is meant, in UTC."""
    if day and (since or until):
        raise Trouble("Say either --day or --since and --until.", WRONG)
    if not day:
        return moment_of("--since", since), moment_of("--until", until)
    begin = moment_of("--day", day)
    return begin, begin and begin + timedelta(days=1)


def _play(contact: int, chosen: Settings, store: Store, row: Any) -> tuple[Rehearsal, Rulebook]:
    stage = _stage(chosen, store)
    return rehearse(contact, stage, row), stage.rulebook


def _stage(chosen: Settings, store: Store) -> Stage:
    with store.reading() as connection:
        keyring = keys.keyring(connection)
    rulebooks = Rulebooks(store)
    rulebooks.refresh()
    return Stage(
        store=store,
        reader=Reader(store, RawFiles(chosen.data / "raw"), keyring, Suggester(store, chosen.data)),
        rulebook=rulebooks.current(),
        keyring=keyring,
        now=utc_now(),
    )


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
