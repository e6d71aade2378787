"""One ticket whole: its fields, what was said, what was sent, and why it is where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from rich.padding import Padding
from rich.text import Text

from runtime.cli import out
from runtime.listing import counted, one_line, safe, say, say_block, say_fields, say_table
from runtime.show.decisions import body_of, sentences
from runtime.show.files import print_files
from runtime.show.ticket_list import ticket_values
from runtime.show.worked import worked_fields, worked_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.show.times import Clock
    from runtime.ticket_files import TicketFile
    from store.message_views import MailView
    from store.records import EntryRecord
    from store.views import SentView, TicketView

_DID = {
    "message": "wrote",
    "reply": "answered",
    "resolution": "solved it and said",
    "note": "noted",
}
_FLAGS = {
    "newcomer": "does not take part in this ticket",
    "failed": "the sender failed authentication: perhaps it is not theirs",
    "held": "held back: this did not go out",
    "unproven": "held back: perhaps it is not this agent's",
    "solve": "solved with this",
    "misread": "held back: its commands were not understood",
    "thanks": "only thanks: it opened nothing",
    "documented": "said how it was solved",
    "merged": "came from a merged ticket",
}
_MARKS = {True: ("✓ ", "green"), False: ("· ", "dim"), None: ("  ", "dim")}


def print_ticket(
    view: TicketView, clock: Clock, mails: Sequence[MailView], files: Sequence[TicketFile]
) -> None:
    """Print a ticket with its thread, its files, what was sent, and the decisions about it."""
    say(f"#{view.ticket.id}  {one_line(view.ticket.subject) or '(no subject)'}", "bold")
    say_fields(_fields(view, clock))
    _heading(f"What was said ({clock.name()})")
    numbers = {mail.entry: at for at, mail in enumerate(mails, 1)}
    for entry in view.entries:
        _print_entry(entry, clock, numbers.get(entry.id))
    if files:
        _heading("What came with it")
        print_files(files)
    _heading("What was sent")
    _print_mails(view.outgoing, clock)
    print_why(view, clock)


def print_why(view: TicketView, clock: Clock) -> None:
    """Print only the decisions: what was decided, under which policy version, and why not otherwise."""
    _heading("Why")
    for trace in view.traces:
        first, *details = sentences(body_of(trace))
        version = f"  (policy {trace.policy_version})" if trace.policy_version else ""
        _print_line(
            (clock.show(trace.at), "dim"),
            (f"  {trace.handler}: ", "bold"),
            (one_line(first.text), ""),
            (version, "dim"),
        )
        for said in details:
            mark, style = _MARKS[said.good]
            _print_block(mark + one_line(said.text), style)
    if not view.traces:
        say("Nothing has been decided yet.", "dim")
    if view.undone:
        waiting = counted(view.undone, "event")
        say(f"{waiting} of this ticket not worked on yet; `despacho run` has a worker.", "yellow")


def ticket_json(view: TicketView) -> dict[str, Any]:
    """A ticket as ``tickets show --json`` prints it; ``decisions`` are in the handlers' own words."""
    name = view.requester.name if view.requester else ""
    return {
        "ticket": ticket_values(view.ticket) | {"requester_name": name},
        "participants": [_without(one, "ticket") for one in view.participants],
        "entries": [_without(entry, "ticket") for entry in view.entries],
        "outgoing": [_without(mail, "ticket", "letter", "domain", "effect_key") for mail in view.outgoing],
        "decisions": [
            _without(trace, "ticket", "body", "legend") | {"decision": body_of(trace)}
            for trace in view.traces
        ],
        "undone": view.undone,
        **worked_json(view),
    }


def _without(record: msgspec.Struct, *names: str) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(record).items() if name not in names}


def _fields(view: TicketView, clock: Clock) -> list[tuple[str, object]]:
    ticket = view.ticket
    name = view.requester.name if view.requester else ""
    requester = f"{name} <{ticket.requester}>" if name else ticket.requester or "(no address)"
    copies = [one.address for one in view.participants if one.role != "requester"]
    return [
        ("status", f"{ticket.status}, priority {ticket.priority}"),
        ("group", ticket.group_name or "(none)"),
        ("agent", ticket.agent or "(nobody yet)"),
        ("requester", f"{requester}, {ticket.trust}"),
        ("in copy", ", ".join(copies)),
        ("language", ticket.language),
        ("tags", ", ".join(msgspec.json.decode(ticket.tags))),
        ("came to", f"{ticket.mailbox} by {ticket.channel}"),
        ("opened", clock.show(ticket.created_at)),
        ("answered", clock.show(ticket.answered_at)),
        ("solved", clock.show(ticket.solved_at)),
        *worked_fields(view),
    ]


def _print_entry(entry: EntryRecord, clock: Clock, mail: int | None) -> None:
    """One entry; what customers can read and what they cannot are never to be mistaken for each other."""
    when = (clock.show(entry.at), "dim")
    if entry.kind == "system":
        _print_line(when, (f"  the desk noted: {one_line(entry.text)}", "dim"))
        return
    seen = ("  PUBLIC    ", "green") if entry.public else ("  INTERNAL  ", "bold yellow")
    who = one_line(entry.author) or "somebody without an address"
    told = _FLAGS.get(entry.flag, entry.flag)
    _print_line(
        when,
        seen,
        (f"{who} {_DID.get(entry.kind, entry.kind)}", ""),
        (f"  mail {mail}" if mail else "", "dim"),
        (f"  ({told})" if told else "", "dim"),
    )
    if entry.text:
        _print_block(safe(entry.text))


def _print_mails(mails: list[SentView], clock: Clock) -> None:
    if not mails:
        say("No mail was written.", "dim")
        return
    columns = ("#", "at", "why", "to", "state", "answer")
    rows = [
        (
            mail.id,
            clock.show(mail.done_at or mail.created_at),
            mail.reason,
            mail.recipient,
            f"{mail.state}, try {mail.attempts}" if mail.attempts > 1 else mail.state,
            mail.answer,
        )
        for mail in mails
    ]
    say_table(columns, rows, right=("#",))


def _heading(text: str) -> None:
    say()
    say(text, "bold underline")


def _print_line(*parts: tuple[str, str]) -> None:
    out.print(Text.assemble(*parts), soft_wrap=True)


def _print_block(text: str, style: str = "") -> None:
    """A text that is indented on all its lines, those that a narrow terminal makes too."""
    say_block(Padding(Text(text, style=style), (0, 0, 0, 4), expand=False))
