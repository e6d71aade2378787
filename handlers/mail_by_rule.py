"""Mail that rules write: to whoever asks, and on to an address outside; automatic, never in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from events.message import Address, Message
from handlers.acknowledge import is_silent
from handlers.answerable import why_unanswerable
from handlers.compose import Draft, common_values, quotable, send
from handlers.limits import DAY
from handlers.restraint import Attempt, why_held
from handlers.withhold import withhold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from handlers.desk import Desk
    from handlers.restraint import Held
    from handlers.rules.doing import Doing
    from store.records import EntryRecord, TicketRecord

WRITTEN = "written"
"""The flag of the note that says that a rule has written to the requester."""
FORWARDED = "forwarded"
"""The flag of the note that says to whom a rule has sent it on."""


def write_to_requester(desk: Desk, doing: Doing, template: str, text: str) -> None:
    """Mail whoever asks, or write on the ticket why not; under the limits of acknowledgements."""
    ticket = desk.ticket(doing.ticket)
    said = _last_said(desk, doing)
    message = _message_of(desk, said)
    why_not = why_unanswerable(message, desk.policy) if message else "no mail of theirs is on the ticket"
    why_not = why_not or _why_enough(desk, ticket)
    words = Words(key=doing.key, rule=doing.rule, template=template, text=text)
    if message is not None and not why_not:
        held = why_held(desk, Attempt(ticket=ticket, message=message, address=ticket.requester))
        why_not = _withhold(desk, ticket, held, words, said) if held else ""
    if why_not:
        desk.note(ticket.id, f"The rule {doing.rule!r} did not write: {why_not}.", flag="not-written")
        return
    send_words(desk, ticket, words)


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule writes to whoever asks, and under which key."""

    key: str
    rule: str
    template: str
    text: str


def send_words(desk: Desk, ticket: TicketRecord, words: Words) -> None:
    """Queue what a rule writes, and say so on the ticket."""
    person = desk.person(ticket.requester)
    draft = Draft(
        template=words.template,
        language=ticket.language,
        effect_key=words.key,
        values=common_values(desk, ticket) | {"body": words.text},
        automatic=True,
    )
    send(desk, ticket, draft, Address(ticket.requester, person.name if person else ""))
    what = words.text or f"with the template {words.template!r}"
    desk.note(ticket.id, f"The rule {words.rule!r} wrote to {ticket.requester}: {what}", flag=WRITTEN)


def _withhold(desk: Desk, ticket: TicketRecord, held: Held, words: Words, said: EntryRecord | None) -> str:
    contact = said.contact if said is not None else None
    return withhold(
        desk, ticket, held, words.key, contact, template=words.template, body=words.text, rule=words.rule
    )


def _why_enough(desk: Desk, ticket: TicketRecord) -> str:
    """Why a ticket's requester had enough from rules in the last 24 hours, or an empty string.

    The acknowledgement of a ticket that was opened since then is one of them. It binds people, too, who are
    proved: an answer to each answer is what keeps two machines going.
    """
    most = desk.policy.desk.limits.ticket_per_day
    since = desk.now - DAY
    had = sum(entry.flag == WRITTEN and entry.at > since for entry in desk.entries(ticket.id))
    had += ticket.created_at > since and not is_silent(desk, ticket)
    return f"the limit ticket_per_day: {most} on a ticket in 24 hours is reached" if 0 < most <= had else ""


def forward(desk: Desk, doing: Doing, addresses: Iterable[str]) -> None:
    """Send on what was last written, to each address once; not back to where it came from.

    The mail is marked as every automatic mail of a desk is, so that one that comes back opens no ticket.
    """
    ticket = desk.ticket(doing.ticket)
    said = _last_said(desk, doing)
    message = _message_of(desk, said)
    for address in addresses:
        why_not = _why_not_on(desk, said, message, address) or _why_enough_on(desk, doing.ticket, address)
        if said is None or why_not:
            desk.note(ticket.id, f"Not forwarded to {address}: {why_not}.", flag="not-forwarded")
            continue
        files = [one.name for one in message.attachments if not one.inline] if message else []
        draft = Draft(
            template="forwarded",
            language=ticket.language,
            effect_key=f"{doing.key}:{address}",
            values=common_values(desk, ticket) | {"body": quotable(said), "files": files},
            automatic=True,
        )
        send(desk, ticket, draft, Address(address))
        desk.note(ticket.id, f"The rule {doing.rule!r} {_forwarded(address)}", flag=FORWARDED)


def _why_not_on(desk: Desk, said: EntryRecord | None, message: Message | None, address: str) -> str:
    if said is None:
        return "nobody has written anything"
    if desk.is_ours(address):
        return "it is a mailbox of the desk"
    if address in {said.author, desk.ticket(said.ticket).requester}:
        return "it came from there"
    # Read by its name: a mail that a desk sent on by itself, ours or another.
    marked = message is not None and any(name.lower() == "x-despacho-loop" for name, _ in message.headers)
    return "a desk sent it by itself" if marked else ""


def _why_enough_on(desk: Desk, ticket: int, address: str) -> str:
    """Why an address had enough of a ticket in the last 24 hours, or an empty string.

    Whoever gets it may answer from another address each time, which is forwarded, which is answered.
    """
    most = desk.policy.desk.limits.forwards_per_day
    since = desk.now - DAY
    had = sum(
        entry.flag == FORWARDED and entry.at > since and entry.text.endswith(_forwarded(address))
        for entry in desk.entries(ticket)
    )
    return f"the limit forwards_per_day: {most} in 24 hours is reached" if 0 < most <= had else ""


def _forwarded(address: str) -> str:
    return f"forwarded this to {address}."


def _last_said(desk: Desk, doing: Doing) -> EntryRecord | None:
    """What people wrote last, or what was just written."""
    said = [entry for entry in desk.entries(doing.ticket) if entry.kind == "message"]
    just = [entry for entry in said if doing.contact is not None and entry.contact == doing.contact]
    found = just or said
    return found[-1] if found else None


def _message_of(desk: Desk, said: EntryRecord | None) -> Message | None:
    return desk.message(said.contact) if said is not None and said.contact is not None else None
