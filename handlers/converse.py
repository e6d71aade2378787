"""Make of a contact a ticket, a reply on one, or something set aside; and say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from events.message import Kind, Message, Trust
from events.outcome import Reason, SetAside
from events.types import By, ContactChecked, ContactReleased, TicketOpened
from handlers import history, service
from handlers.agent_mail import agent_wrote, tell_reply
from handlers.alerts import RESOLVED, alert_told
from handlers.drift import DRIFTED
from handlers.keep_out import keep_out_by_rule
from handlers.match import Match, find
from handlers.participants import join, keep_ids
from handlers.registry import Stage, handles
from handlers.reopening import OVER_LONG
from handlers.thanks import THANKS, is_bare_thanks
from handlers.unwanted import SPAM_TAG, is_tagged
from store import kinds
from store.records import TicketRecord

if TYPE_CHECKING:
    from handlers.desk import Desk

SUBJECT_MOST = 500
LOOP_MARK = "x-despacho-loop"
"""The header that every desk puts into its mail, in lower case."""


@handles(ContactChecked, ContactReleased, stage=Stage.CONVERSE)
def converse(event: ContactChecked, desk: Desk) -> None:
    """Join the ticket that the message belongs to, or open one."""
    message = desk.message(event.contact)
    match = find(message, desk)
    message = _with_token(message, match)
    desk.keep_message(event.contact, message)
    if message.alert and (match.ticket is not None or message.alert == RESOLVED):
        if match.ticket is not None:
            desk.trace(match.ticket, _explain(match, message), event.contact)
        alert_told(event, message, match.ticket, desk)
        return
    if match.ticket is None and not isinstance(event, ContactReleased):
        _keep_machines_out(message)
    if history.is_ours(message, desk):
        _we_wrote(event, message, match, desk)
        return
    if match.ticket is None:
        if not isinstance(event, ContactReleased):
            keep_out_by_rule(message, _language(message, desk), desk, spam=is_tagged(event, message, desk))
        # Written after the ticket is there, so that it stands on the ticket why its mail joined no other.
        desk.trace(open_ticket(event, message, match, desk), _explain(match, message), event.contact)
        return
    desk.trace(match.ticket, _explain(match, message), event.contact)
    if match.agent:
        agent_wrote(event, message, match.ticket, match, desk)
    else:
        _requester_wrote(event, message, match.ticket, match, desk)


def _we_wrote(event: ContactChecked, message: Message, match: Match, desk: Desk) -> None:
    """Keep what one of us wrote in the past; where it began a ticket, that is of whom it went to."""
    number, entry = match.ticket, None
    if number is None:
        number = open_ticket(event, history.asked_by(message, desk), match, desk)
        entry = desk.contact(event.contact).entry
    desk.trace(number, _explain(match, message), event.contact)
    wrote = history.claim(message, number, entry, event.contact, desk)
    if entry is None:
        desk.settle(event.contact, "reply", ticket=number, entry=wrote)


def _keep_machines_out(message: Message) -> None:
    """Set aside what would only lead to more automatic mail: answers to nothing, another desk's notices.

    A person's words are never set aside for the mark: two desks may well write to each other.
    """
    if message.kind is Kind.AUTO_REPLY:
        raise SetAside(Reason.AUTO_REPLY, message.kind_because)
    marked = any(name.lower() == LOOP_MARK for name, _ in message.headers)
    if marked and message.kind is not Kind.HUMAN:
        raise SetAside(Reason.LOOP, f"a desk sent it by itself ({message.kind_because})")


def _with_token(message: Message, match: Match) -> Message:
    """The message, graded by the signature of ours that it brought back; a failed sender stays failed."""
    if not match.signed or message.trust is Trust.FAILED:
        return message
    found = (f"it came back with {match.by}", *message.trust_found)
    return msgspec.structs.replace(message, trust=Trust.TOKEN, trust_found=found)


def _explain(match: Match, message: Message) -> dict[str, object]:
    told: dict[str, object] = {
        "threaded_by": match.by or "nothing: a new ticket",
        "lost": [msgspec.structs.asdict(lost) for lost in match.lost],
    }
    if match.drifted:
        told["drift"] = DRIFTED
    if message.spam:
        told["spam"] = message.spam
    if message.trust_found:
        told |= {"trust": message.trust.value, "trust_found": message.trust_found}
    return told


def open_ticket(event: ContactChecked, message: Message, match: Match, desk: Desk) -> int:
    """Open a ticket for a contact; gives back its number."""
    mailbox = desk.policy.mailbox(message.mailbox)
    number = desk.batch.ticket_number()
    desk.batch.shelf(kinds.TICKETS).add(
        TicketRecord(
            id=number,
            subject=subject_for(message),
            group_name=message.terms.group
            or _group_before(match, desk)
            or (mailbox.group if mailbox else ""),
            mailbox=mailbox.address if mailbox else message.mailbox,
            channel=message.channel,
            language=_language(message, desk),
            requester=message.sender.address,
            trust=message.trust.value,
            tags=f'["{SPAM_TAG}"]' if is_tagged(event, message, desk) else "[]",
            policy_version=desk.policy.version,
            **history.began(message, desk),
        )
    )
    entry = _append(event, message, number, desk)
    if message.thread:
        desk.keep_thread(message.channel, message.thread, number)
    join(number, message, desk, others=message.trust is not Trust.FAILED)
    if message.brought:
        desk.note(number, message.brought, flag="brought")
    _link_same_mail(number, message, desk)
    _link_before(number, match, desk)
    desk.settle(event.contact, "ticket", ticket=number, entry=entry)
    stream = f"ticket:{number}"
    desk.emit(
        TicketOpened, stream, f"opened:{event.contact}", ticket=number, entry=entry, contact=event.contact
    )
    return number


def _group_before(match: Match, desk: Desk) -> str:
    """The group of the ticket that this one follows, as long as there is such a group."""
    before = desk.known_ticket(match.follows) if match.follows is not None else None
    return before.group_name if before is not None and desk.policy.group(before.group_name) else ""


def _link_before(number: int, match: Match, desk: Desk) -> None:
    """Say on a new ticket which one it follows, and to which others its mail pointed."""
    if match.follows is not None:
        service.link(desk, number, match.follows, "follows")
        desk.note(number, f"It follows #{match.follows}, which {OVER_LONG[3:]}.", flag="related")
        desk.note(match.follows, f"It goes on as #{number}.", flag="related")
    for lost in {lost.ticket for lost in match.lost if desk.known_ticket(lost.ticket)} - {match.follows}:
        desk.note(number, f"Possibly related: #{lost}.", flag="related")


def _link_same_mail(number: int, message: Message, desk: Desk) -> None:
    """Note on both tickets that a mail to several mailboxes opened each of them.

    A Message-ID can be copied, so only a ticket of the same requester counts.
    """
    for other in desk.tickets_of(message.message_id) if message.message_id else ():
        known = desk.known_ticket(other)
        if known is None or known.mailbox == desk.ticket(number).mailbox:
            continue
        if known.requester == message.sender.address:
            desk.note(number, f"The same mail went to {known.mailbox}: #{other}.", flag="related")
            mailbox = desk.ticket(number).mailbox
            desk.note(other, f"The same mail went to {mailbox}: #{number}.", flag="related")


def subject_for(message: Message) -> str:
    """What a ticket that this message opens is called: the message's subject, on one line and cut."""
    return " ".join(message.subject.split())[:SUBJECT_MOST]


def _language(message: Message, desk: Desk) -> str:
    """The message's language, else the person's, else the mailbox's, else the desk's first."""
    spoken = desk.policy.desk.languages
    person = desk.person(message.sender.address) if message.sender_certain else None
    mailbox = desk.policy.mailbox(message.mailbox)
    wished = (message.language, person.language if person else "", mailbox.language if mailbox else "")
    return next((language for language in wished if language in spoken), spoken[0])


def _requester_wrote(event: ContactChecked, message: Message, ticket: int, match: Match, desk: Desk) -> None:
    """Append what a requester, a participant or a newcomer with a signed token wrote.

    Only a human's words are told to others: an out-of-office is kept on the ticket and wakes nobody.
    """
    entry = _append(event, message, ticket, desk, flag=_flag(message, match, desk))
    if match.takes_part:
        # A From can be forged, and what proves it covers neither To nor Cc: without our signature in hand a
        # mail must not bring strangers onto a ticket.
        join(ticket, message, desk, others=match.signed and message.trust is not Trust.FAILED)
    else:
        keep_ids(ticket, message, desk)
    desk.settle(event.contact, "reply", ticket=ticket, entry=entry)
    if message.terms.past:
        history.stretch(ticket, message, desk)
    elif message.kind is Kind.HUMAN:
        tell_reply(event, ticket, entry, By.REQUESTER, desk)


def _flag(message: Message, match: Match, desk: Desk) -> str:
    """What an agent has to know of a reply before its words; thanks alone wake nobody on a solved ticket."""
    if message.kind is not Kind.HUMAN:
        return message.kind.value
    if message.trust is Trust.FAILED:
        return "failed"
    if not match.takes_part:
        return "newcomer"
    over = match.ticket is not None and service.is_over(desk.ticket(match.ticket))
    return THANKS if over and is_bare_thanks(message, desk) else ""


def _append(event: ContactChecked, message: Message, ticket: int, desk: Desk, flag: str = "") -> int:
    return desk.add_entry(
        ticket,
        "message",
        message.sender.address,
        message.new_words or message.text,
        public=True,
        contact=event.contact,
        message_id=message.message_id,
        flag=flag,
        at=history.moment(message, desk),
    ).id
