"""Find the ticket that a message belongs to, and remember why the other candidates lost.

In order: our signed token (reply address, then Message-IDs), a stored foreign Message-ID from someone who
takes part and was not merely put in copy, a subject tag from someone who takes part. A stranger's mail never
joins by guessing: every desk that matched on the subject alone has let strangers in.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from config.choices import Drift
from config.types import SenderCheck
from events import subjects
from events.message import Message, Trust
from handlers import history
from handlers.drift import DRIFTED, has_drifted
from handlers.reopening import OVER_LONG, is_long_over
from store.pseudonym import is_pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterator

    from events.token import Token
    from handlers.desk import Desk
    from store.records import TicketRecord

_BY_ADDRESS = "signed reply address"
BY_THREAD = "the source's own thread"
THREAD_DAYS = 14
"""How long after it was solved a conversation by a service still goes on on the same ticket."""
ALERT_DAYS = 1
"""The same for an alert that fires again."""
MERGES_MOST = 10
"""How often a ticket is followed into the one that it was merged into."""
_TAG = re.compile(r"\[#([1-9][0-9]{0,17})\]")


class Lost(msgspec.Struct, frozen=True):
    """A ticket that a message pointed at and did not join."""

    ticket: int
    by: str
    why: str


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The ticket found (``None``: a new one), how, on whose copy, and the candidates that lost.

    ``signed`` says that a name of ours proved it; else it was found by what a stranger may know or guess. One
    that ``drifted`` joins although it is on quite another subject, because the desk wants it so.
    ``doubt`` says why the agent's mail is not taken for theirs without more; empty where it is. With
    ``asked`` it answers a question of the desk's own. ``follows`` is a ticket that was solved too long ago.
    """

    ticket: int | None = None
    by: str = ""
    agent: str = ""
    doubt: str = ""
    signed: bool = False
    takes_part: bool = False
    drifted: bool = False
    asked: bool = False
    follows: int | None = None
    lost: tuple[Lost, ...] = ()


class _Candidate(msgspec.Struct, frozen=True):
    ticket: int
    by: str
    agent: str = ""
    signed: bool = False


def find(message: Message, desk: Desk) -> Match:
    """The first candidate whose conditions hold wins."""
    lost: list[Lost] = []
    won: Match | None = None
    follows: int | None = None
    for pointed in _candidates(message, desk):
        candidate = _followed(pointed, desk)
        if won is not None:
            if candidate.ticket != won.ticket:
                lost.append(Lost(candidate.ticket, candidate.by, f"{won.by} comes first"))
            continue
        verdict = _judge(candidate, message, desk)
        if isinstance(verdict, Match):
            won = verdict
            continue
        lost.append(Lost(candidate.ticket, candidate.by, verdict))
        if verdict == OVER_LONG and follows is None:
            follows = candidate.ticket
    return msgspec.structs.replace(won or Match(follows=follows), lost=tuple(lost))


def _judge(candidate: _Candidate, message: Message, desk: Desk) -> Match | str:
    """The match that a candidate is, or why it is none."""
    why_not = _why_not(candidate, message, desk)
    if why_not:
        return why_not
    agent = _trusted_agent(candidate, message, desk)
    drifted = not agent and has_drifted(candidate.ticket, message, desk)
    if drifted and desk.policy.desk.drift is Drift.LINK:
        return DRIFTED
    if not agent and is_long_over(candidate.ticket, message, desk):
        return OVER_LONG
    return Match(
        ticket=candidate.ticket,
        by=candidate.by,
        agent=agent,
        doubt=_doubt(candidate, message, desk) if agent else "",
        signed=candidate.signed,
        takes_part=_takes_part(candidate.ticket, message, desk),
        drifted=drifted,
        asked=bool(agent) and answers_question(message, desk),
    )


def _followed(candidate: _Candidate, desk: Desk) -> _Candidate:
    """The candidate, on the ticket into which its own was merged."""
    for _ in range(MERGES_MOST):
        ticket = desk.known_ticket(candidate.ticket)
        if ticket is None or ticket.merged_into is None:
            break
        candidate = msgspec.structs.replace(candidate, ticket=ticket.merged_into)
    return candidate


def _candidates(message: Message, desk: Desk) -> Iterator[_Candidate]:
    for token in _reply_tokens(message, desk):
        yield _Candidate(token.ticket, _BY_ADDRESS, token.agent, signed=True)
    ids = (*message.in_reply_to, *reversed(message.references), *history.own_name(message))
    for message_id in dict.fromkeys(ids):
        signed = desk.keyring.read_message_id(message_id)
        if signed is not None:
            yield _Candidate(signed.ticket, "our signed Message-ID", signed.agent, signed=True)
    # Nobody but the source can name its conversations, and it has proven its request.
    threaded = desk.ticket_of_thread(message.channel, message.thread) if message.thread else None
    if threaded is not None:
        yield _Candidate(threaded, BY_THREAD)
    for message_id in dict.fromkeys(ids):
        for ticket in desk.tickets_of(message_id):
            yield _Candidate(ticket, "known Message-ID")
    # In past mail a tag is some other desk's number.
    for number in () if message.terms.past else _TAG.findall(message.subject):
        yield _Candidate(int(number), "subject tag")


def _reply_tokens(message: Message, desk: Desk) -> Iterator[Token]:
    for address in message.envelope.recipients:
        tag = address.rpartition("@")[0].partition("+")[2]
        token = desk.keyring.read_reply_tag(tag) if tag and desk.is_ours(address) else None
        if token is not None:
            yield token


def _why_not(candidate: _Candidate, message: Message, desk: Desk) -> str:
    """Why a candidate is not joined, or an empty string."""
    ticket = desk.known_ticket(candidate.ticket)
    if ticket is None:
        return "there is no such ticket"
    if is_pseudonym(ticket.requester):
        return "its requester was forgotten"
    if candidate.signed:
        return ""
    if candidate.by == BY_THREAD:
        return _why_no_thread(ticket, message, desk)
    mailbox = desk.policy.mailbox(message.mailbox)
    tag = candidate.by == "subject tag"
    ours = history.is_ours(message, desk)
    reasons = (
        (not tag and mailbox and ticket.mailbox != mailbox.address, "the ticket is another mailbox's"),
        (
            not ours and not _takes_part(candidate.ticket, message, desk),
            "the sender does not take part in it",
        ),
        (
            not (tag or ours) and not _has_a_say(candidate.ticket, message, desk),
            "the sender was only put in copy of it",
        ),
        (tag and message.trust is Trust.FAILED, "the sender failed authentication"),
        (tag and bool(message.brought), "another brought the mail"),
        (tag and subjects.is_forward(message.subject), "the mail is a forward"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _why_no_thread(ticket: TicketRecord, message: Message, desk: Desk) -> str:
    """Why a conversation does not go on on its ticket: a new concern is a new ticket."""
    days = timedelta(days=ALERT_DAYS if message.alert else THREAD_DAYS)
    if ticket.solved_at is not None and desk.now - ticket.solved_at > days:
        return "it was solved too long ago"
    mailbox = desk.policy.mailbox(message.mailbox)
    return "the ticket is another mailbox's" if mailbox and ticket.mailbox != mailbox.address else ""


def answers_question(message: Message, desk: Desk) -> bool:
    """Whether an agent answers a question of the desk's own, by its address or by the mail it answers to."""
    answered = map(desk.keyring.read_message_id, message.in_reply_to)
    return any(token is not None and token.asked for token in (*_reply_tokens(message, desk), *answered))


def _takes_part(ticket: int, message: Message, desk: Desk) -> bool:
    address = message.sender.address if message.sender_certain else ""
    return any(participant.address == address for participant in desk.participants(ticket))


def _has_a_say(ticket: int, message: Message, desk: Desk) -> bool:
    """Whether the sender, or somebody whom the mail names, opened the ticket or has written on it.

    A Message-ID that many people have can be written into any mail that puts them in copy. Their answers to
    what they really got do not name its author; an answer to all who were written to does.
    """
    asked = desk.ticket(ticket).requester
    people = (message.sender, *message.to, *message.cc)
    named = {person.address for person in people if person.address}
    return asked in named or any(entry.author in named for entry in desk.entries(ticket))


def _trusted_agent(candidate: _Candidate, message: Message, desk: Desk) -> str:
    """The agent whose signed copy was answered, if the mail also comes from that agent's address.

    The token alone is not enough: an agent who forwards a notification hands it to a stranger.
    """
    agent = desk.policy.agent(candidate.agent) if candidate.agent else None
    if agent is None or message.trust is Trust.FAILED or not message.sender_certain:
        return ""
    return agent.id if agent.address == message.sender.address else ""


def _doubt(candidate: _Candidate, message: Message, desk: Desk) -> str:
    """Why a mail with an agent's signed name and address may be another's, or an empty string.

    Message-IDs stand in every answer to all, for strangers to copy; the address only in the agent's own copy.
    """
    if message.trust.rank > Trust.UNVERIFIED.rank:
        return ""
    if desk.policy.sender_check(message.channel, message.mailbox) is not SenderCheck.OFF:
        return "nothing proves that the agent sent it"
    return "" if candidate.by == _BY_ADDRESS else "it did not come to the agent's signed address"
