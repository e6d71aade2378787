"""Send what an agent says in public to the requester and those in copy; nothing internal goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Address
from events.transport import transport_of
from events.types import By, ReplyAdded
from handlers.compose import Draft, Shown, answer_nonce, common_values, send
from handlers.registry import Stage, handles
from handlers.satisfaction import question

if TYPE_CHECKING:
    from handlers.desk import Desk
    from store.records import EntryRecord, TicketRecord


PART = 1400
"""Characters of an answer that go into one message of a service; a longer one is several, and says so."""


@handles(ReplyAdded, stage=Stage.REPLY)
def answer(event: ReplyAdded, desk: Desk) -> None:
    """Mail an agent's public answer to everyone who takes part; tell the requester of a silent solution."""
    if event.by is not By.AGENT:
        return
    ticket = desk.ticket(event.ticket)
    entry = desk.entry(event.entry)
    if entry.public and entry.kind == "reply":
        _answer_all(desk, ticket, entry)
    elif entry.flag == "solve" and ticket.requester:
        _say_solved(desk, ticket, entry)


def _answer_all(desk: Desk, ticket: TicketRecord, entry: EntryRecord) -> None:
    """One row an address, so that one refused copy holds up no other; all show the same To and Cc."""
    to, cc = _people(desk, ticket)
    agent = desk.policy.agent(entry.author)
    values = common_values(desk, ticket) | {"body": entry.text, "agent_name": agent.name if agent else ""}
    shown = Shown(to=to, cc=cc)
    vote = question(desk, ticket) if entry.flag == "solve" else {}
    for recipient in (*to, *cc):
        texts = in_parts(entry.text) if transport_of(recipient.address) else [entry.text]
        for at, text in enumerate(texts):
            draft = Draft(
                template="reply",
                language=ticket.language,
                effect_key=f"reply:{entry.id}:{recipient.address}{f':{at}' if at else ''}",
                nonce=answer_nonce(entry),
                values=values | {"body": text} | (vote if recipient.address == ticket.requester else {}),
                automatic=False,
                entry=entry.id,
            )
            send(desk, ticket, draft, recipient, shown)
    if not to and not cc:
        desk.note(
            ticket.id, "The answer went to nobody: no one who takes part has an address.", flag="unsent"
        )


def in_parts(text: str) -> list[str]:
    """The text in pieces of at most `PART` characters, cut between words where there are any."""
    pieces = []
    while len(text) > PART:
        cut = max(text.rfind(" ", 0, PART), text.rfind("\n", 0, PART))
        cut = cut if cut > PART // 2 else PART
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    pieces.append(text)
    return [f"({at}/{len(pieces)}) {one}" for at, one in enumerate(pieces, 1)] if len(pieces) > 1 else pieces


def _say_solved(desk: Desk, ticket: TicketRecord, entry: EntryRecord) -> None:
    draft = Draft(
        template="solved",
        language=ticket.language,
        effect_key=f"solved:{entry.id}",
        nonce=f"s{entry.id}",
        values=common_values(desk, ticket)
        | {"resolution": entry.text if entry.public else ""}
        | question(desk, ticket),
        automatic=True,
        entry=entry.id,
    )
    person = desk.person(ticket.requester)
    send(desk, ticket, draft, Address(ticket.requester, person.name if person else ""))


def _people(desk: Desk, ticket: TicketRecord) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """The requester for To, the others who take part for Cc."""
    people = [
        (participant.role, Address(participant.address, participant.name))
        for participant in desk.participants(ticket.id)
        if not desk.is_ours(participant.address) and transport_of(participant.address) in {"", ticket.channel}
    ]
    to = tuple(address for role, address in people if role == "requester")
    cc = tuple(address for role, address in people if role != "requester")
    return to, cc
