"""Tell agents what needs them: a ticket of theirs, an answer, a mail that came back. Never a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from events.message import Address
from events.types import (
    BounceReceived,
    By,
    DeadlineReached,
    Event,
    MailFailed,
    ReplyAdded,
    TicketChanged,
    TicketEscalated,
    TicketOpened,
)
from handlers.compose import Draft, agent_language, common_values, quotable, send
from handlers.digest import DIGEST, postpone, send_digest
from handlers.due_words import due_words
from handlers.limits import HOUR, Window, allow
from handlers.on_call import addressee, name_of
from handlers.registry import Stage, handles
from handlers.steps import told
from handlers.suggest import values_alike, values_for_agent
from handlers.thanks import THANKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.types import Agent
    from events.message import Message
    from handlers.desk import Desk
    from handlers.rules.doing import Doing
    from store.records import OutgoingRecord, TicketRecord


UNDELIVERED = "undelivered"
"""The flag of a note that says that a mail of ours did not arrive."""


class Notice(msgspec.Struct, frozen=True):
    """What an agent is told: in which words, under which key only once, with which facts."""

    template: str
    key: str
    values: dict[str, Any]


@handles(TicketOpened, stage=Stage.REPLY, required=False)
def notify_opened(event: TicketOpened, desk: Desk) -> None:
    """Tell the agent who got a new ticket."""
    ticket = desk.ticket(event.ticket)
    message = desk.message(event.contact)
    if message.terms.notify:
        _tell_assigned(desk, ticket, event, message)


@handles(ReplyAdded, stage=Stage.REPLY, required=False)
def notify_reply(event: ReplyAdded, desk: Desk) -> None:
    """Tell the agent what the requester wrote, or that their own mail was held."""
    ticket = desk.ticket(event.ticket)
    entry = desk.entry(event.entry)
    if event.by is By.REQUESTER:
        agent = desk.policy.agent(ticket.agent)
        if agent is not None and entry.flag != THANKS:
            _tell(
                desk,
                ticket,
                agent,
                Notice("requester_replied", f"reply:{entry.id}", {"body": quotable(entry)}),
            )
    elif entry.flag in {"held", "unproven"}:
        agent = desk.policy.agent(entry.author)
        if agent is not None:
            notice = Notice(entry.flag, f"{entry.flag}:{entry.id}", {"body": quotable(entry)})
            _tell(desk, ticket, agent, notice)


@handles(TicketChanged, stage=Stage.REPLY, required=False)
def notify_change(event: TicketChanged, desk: Desk) -> None:
    """Tell an agent of a ticket that was handed to them by somebody else."""
    ticket = desk.ticket(event.ticket)
    if "agent" in event.changes and event.who != ticket.agent:
        _tell_assigned(desk, ticket, event)


@handles(TicketEscalated, stage=Stage.REPLY, required=False)
def notify_escalation(event: TicketEscalated, desk: Desk) -> None:
    """Tell whom the ladder names, else everyone in the group, of a ticket whose deadline is near or past."""
    ticket = desk.ticket(event.ticket)
    group = desk.policy.group(ticket.group_name)
    names = group.agents if group else (ticket.agent,)
    if event.sla_name:
        names = tuple(told(event, desk))
    facts = _facts(desk, ticket) | due_words(desk, ticket, event)
    for name in names:
        agent = desk.policy.agent(name)
        if agent is not None:
            _tell(desk, ticket, agent, Notice("escalated", f"{event.effect_key}:{agent.id}", facts))


@handles(DeadlineReached, stage=Stage.REPLY, required=False)
def notify_digest(event: DeadlineReached, desk: Desk) -> None:
    """Send the digest that stands for notifications over the hourly limit."""
    if event.which.startswith(DIGEST):
        agent = addressee(desk.policy, event.which.removeprefix(DIGEST))
        if agent is not None:
            send_digest(desk, desk.ticket(event.ticket), agent)


class GivenUp(msgspec.Struct, frozen=True):
    """What no chain could do on a ticket: ``undone`` as the template names it, told once under ``key``."""

    ticket: int
    undone: str
    key: str


def notify_given_up(given_up: GivenUp, desk: Desk) -> None:
    """Tell a ticket's agent, or everyone in its group where it has none, what a person has to look after."""
    ticket = desk.ticket(given_up.ticket)
    facts = {"undone": given_up.undone} | _facts(desk, ticket)
    for agent in _those_who_look(desk, ticket):
        _tell(desk, ticket, agent, Notice("given_up", f"given-up:{given_up.key}:{agent.id}", facts))


@handles(BounceReceived, stage=Stage.REPLY, required=False)
def notify_bounce(event: BounceReceived, desk: Desk) -> None:
    """Note on the ticket that a mail of ours came back, and tell its agent."""
    sent = desk.sent(event.outgoing)
    if sent is not None and event.permanent:
        _tell_undelivered(desk, sent, event.status or "it came back")


@handles(MailFailed, stage=Stage.REPLY, required=False)
def notify_failure(event: MailFailed, desk: Desk) -> None:
    """Note on the ticket that a mail of ours was refused, and tell its agent."""
    sent = desk.sent(event.outgoing)
    if sent is not None:
        _tell_undelivered(desk, sent, event.answer)


def _tell_undelivered(desk: Desk, sent: OutgoingRecord, why: str) -> None:
    """Once for each mail, however often it comes back.

    A notification that fails is noted and told to nobody: telling the same agent would fail again.
    """
    what = f"Our mail to {sent.recipient} was not delivered"
    if sent.ticket is None or _has_noted(desk, sent, what):
        return
    ticket = desk.ticket(sent.ticket)
    note = f"{what}: {why}"
    desk.add_entry(ticket.id, "system", "", note, flag=UNDELIVERED, message_id=sent.message_id)
    agent = desk.policy.agent(ticket.agent)
    if agent is not None and sent.recipient not in {one.address for one in desk.policy.desk.agents}:
        facts = {"recipient": sent.recipient, "answer": why}
        _tell(desk, ticket, agent, Notice("bounced", f"undelivered:{sent.id}", facts))


def notify_by_rule(desk: Desk, doing: Doing, names: Sequence[str]) -> None:
    """Tell agents, and everyone in groups, what a rule wants them to know; each once."""
    ticket = desk.ticket(doing.ticket)
    members: list[str] = []
    for name in names:
        group = desk.policy.group(name)
        members += group.agents if group else (name,)
    facts = {"rule": doing.rule} | _facts(desk, ticket)
    for name in dict.fromkeys(members):
        agent = desk.policy.agent(name)
        if agent is not None:
            _tell(desk, ticket, agent, Notice("noticed", f"{doing.key}:{agent.id}", facts))


def notify_unowned(
    desk: Desk, ticket: TicketRecord, told: Sequence[Agent], *, key: str, minutes: int = 0
) -> None:
    """Tell people of a ticket that nobody has, for so many minutes or at once; each once under ``key``."""
    facts = _facts(desk, ticket) | ({"minutes": str(minutes)} if minutes else {})
    for agent in told:
        _tell(desk, ticket, agent, Notice("unowned", f"{key}:{name_of(agent)}", facts))


def _those_who_look(desk: Desk, ticket: TicketRecord) -> list[Agent]:
    """The agent of a ticket, or its group's."""
    group = desk.policy.group(ticket.group_name)
    names = (ticket.agent,) if ticket.agent else group.agents if group else ()
    return [agent for name in names if (agent := desk.policy.agent(name)) is not None]


def _has_noted(desk: Desk, sent: OutgoingRecord, what: str) -> bool:
    """Whether a mail was noted already; its copies to others share its Message-ID, so the words count too."""
    return any(
        entry.flag == UNDELIVERED and entry.message_id == sent.message_id and entry.text.startswith(what)
        for entry in desk.entries(sent.ticket or 0)
    )


def _tell_assigned(desk: Desk, ticket: TicketRecord, event: Event, message: Message | None = None) -> None:
    agent = desk.policy.agent(ticket.agent)
    if agent is not None:
        facts = _facts(desk, ticket) | values_for_agent(desk, ticket)
        facts |= values_alike(desk, message) if message is not None else {}
        _tell(desk, ticket, agent, Notice("assigned", f"assigned:{event.id}", facts))


def _facts(desk: Desk, ticket: TicketRecord) -> dict[str, Any]:
    """What an agent wants to see first: group, priority, and the requester's latest words."""
    spoken = [entry for entry in desk.entries(ticket.id) if entry.kind == "message"]
    return {
        "group": ticket.group_name,
        "priority": ticket.priority,
        "body": quotable(spoken[-1]) if spoken else "",
    }


def _tell(desk: Desk, ticket: TicketRecord, agent: Agent, notice: Notice) -> None:
    """One mail to one agent; over the hourly limit it becomes a line of the next digest, and not nothing."""
    most = desk.policy.desk.limits.agent_notices_per_hour
    full = allow(desk, [Window("notice-hour", name_of(agent), HOUR, most)])
    draft = Draft(
        template=notice.template,
        language=agent_language(desk, agent),
        effect_key=f"notify:{notice.key}",
        values=common_values(desk, ticket) | {"agent_name": agent.name} | notice.values,
        automatic=True,
        agent=agent.id,
    )
    send(desk, ticket, draft, Address(agent.address, agent.name), state="digest" if full else "waiting")
    if full and desk.policy.is_live(ticket.mailbox):
        postpone(desk, ticket, agent)
