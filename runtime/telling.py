"""What became of a mail, in the words in which people are told: read out of what the handlers wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from store import letter

if TYPE_CHECKING:
    from config.types import Policy
    from store.fates import Fate, Mailed

BECAME = {
    "new": "not handled yet",
    "ticket": "a ticket",
    "reply": "a reply",
    "aside": "set aside",
    "dead": "a dead letter",
}
"""A contact's state in words."""


class Answer(msgspec.Struct, frozen=True):
    """One mail that the desk wrote: to whom, in which language, and how far it is."""

    to: str
    language: str
    state: str
    answer: str = ""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one mail.

    ``state`` is the contact's. ``threaded_by`` says what joined it to its ticket, ``lost`` which other
    tickets it pointed at and why it did not join them. ``acknowledgement`` is ``None`` where there is none;
    ``unacknowledged`` then says why. ``notices`` are mails to agents about this mail, ``answers`` the
    copies of an agent's public answer.
    """

    state: str
    reason: str = ""
    ticket: int | None = None
    subject: str = ""
    status: str = ""
    priority: str = ""
    language: str = ""
    group: str = ""
    agent: str = ""
    agent_name: str = ""
    threaded_by: str = ""
    lost: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    assigned_because: str = ""
    flag: str = ""
    acknowledgement: Answer | None = None
    unacknowledged: str = ""
    suggested: tuple[str, ...] = ()
    notices: tuple[Answer, ...] = ()
    answers: tuple[Answer, ...] = ()


def story(fate: Fate, policy: Policy) -> Story:
    """The story of one contact, and of its ticket where it has one."""
    contact = fate.contact
    told = Story(
        state=contact.state,
        reason=": ".join(part for part in (contact.reason, contact.detail) if part),
        unacknowledged=_unacknowledged(fate),
        **_found(fate),
    )
    if fate.ticket is None:
        return told
    ticket = fate.ticket
    agent = policy.agent(ticket.agent)
    return msgspec.structs.replace(
        told,
        ticket=ticket.id,
        subject=ticket.subject,
        status=ticket.status,
        priority=ticket.priority,
        language=ticket.language,
        group=ticket.group_name,
        agent=ticket.agent,
        agent_name=agent.name if agent else ticket.agent,
        flag=next((entry.flag for entry in fate.entries if entry.id == contact.entry), ""),
        rules=_rules(fate),
        assigned_because=str(_last(fate, "assign").get("because", "")),
        acknowledgement=_acknowledgement(fate),
        suggested=_suggested(fate),
        notices=tuple(
            _answer(mail) for mail in fate.mails if mail.effect_key == f"notify:reply:{contact.entry}"
        ),
        answers=tuple(
            _answer(mail) for mail in fate.mails if contact.entry is not None and mail.entry == contact.entry
        ),
    )


def _suggested(fate: Fate) -> tuple[str, ...]:
    """The titles of the articles that the requester was told of."""
    found = _last(fate, "suggest").get("suggested", [])
    return tuple(one["title"] for one in found if not one["why_not"])


def _found(fate: Fate) -> dict[str, Any]:
    """How the ticket was found."""
    mine = [one.body for one in fate.decided if one.handler == "converse" and one.contact == fate.contact.id]
    how = next((body for body in mine if "threaded_by" in body), {})
    lost = tuple(f"not #{one['ticket']} ({one['by']}): {one['why']}" for one in how.get("lost", []))
    return {"threaded_by": how.get("threaded_by", ""), "lost": lost}


def _rules(fate: Fate) -> tuple[str, ...]:
    """The rules that matched as the mail opened its ticket, and at what that led to."""
    if fate.contact.state != "ticket":
        return ()
    decisions = [one.body.get("rules", {}) for one in fate.decided if one.handler == "route"]
    matched = [one["rule"] for decision in decisions for one in decision.get("matched", [])]
    return tuple(dict.fromkeys(matched))


def _acknowledgement(fate: Fate) -> Answer | None:
    if fate.contact.state != "ticket":
        return None
    key = f"ack:{fate.contact.ticket}"
    return next((_answer(mail) for mail in fate.mails if mail.effect_key == key), None)


def _unacknowledged(fate: Fate) -> str:
    if fate.contact.state == "ticket":
        return str(_last(fate, "acknowledge").get("because", ""))
    return {
        "reply": "a reply is not acknowledged",
        "aside": "what is set aside is not answered",
    }.get(fate.contact.state, "")


def _mails(fate: Fate, effect_key: str) -> tuple[Answer, ...]:
    return tuple(_answer(mail) for mail in fate.mails if mail.effect_key == effect_key)


def _last(fate: Fate, handler: str) -> dict[str, Any]:
    """The last that a handler decided about the ticket."""
    return next((one.body for one in reversed(fate.decided) if one.handler == handler), {})


def _answer(mail: Mailed) -> Answer:
    return Answer(mail.recipient, letter.decode(mail.letter).language, mail.state, mail.answer)


def ticket_line(told: Story, *, again: bool = False) -> str:
    """Which ticket the mail is on and how it came there, or why it is on none."""
    known = "The desk had this very mail already and made nothing new: " if again else ""
    if told.ticket is None:
        reason = f" ({told.reason})" if told.reason else ""
        return f"{known}none, it is {BECAME.get(told.state, told.state)}{reason}"
    ticket = f"#{told.ticket} “{told.subject}”"
    if told.state == "reply":
        return f"{known}{ticket}, joined by its {told.threaded_by}"
    facts = [
        f"language {told.language}",
        f"group {told.group or '(none)'}",
        *([] if told.priority == "normal" else [told.priority]),
    ]
    return "; ".join([f"{known}{', '.join([ticket, *facts])}", *told.lost])


def agent_line(told: Story) -> str:
    """Who has the ticket and why."""
    if told.ticket is None:
        return "nobody needs to look at it" if told.state == "aside" else "nobody yet"
    if not told.agent:
        return f"nobody yet: {told.assigned_because}" if told.assigned_because else "nobody yet"
    if told.state == "reply":
        if told.answers:
            return f"{told.agent_name}, whose answer goes to {', '.join(mail.to for mail in told.answers)}"
        return f"{told.agent_name}, " + (
            f"told by mail: {told.notices[0].state}" if told.notices else "not told"
        )
    reasons = [told.assigned_because, *(f"rule “{rule}” matched" for rule in told.rules)]
    return f"{told.agent_name}: " + "; ".join(reason for reason in reasons if reason)


def acknowledgement_line(told: Story) -> str:
    """To whom the acknowledgement goes and how far it is, or why there is none."""
    mail = told.acknowledgement
    if mail is None:
        return f"none: {told.unacknowledged}" if told.unacknowledged else "none yet"
    return f"to {mail.to} in {mail.language}: {mail.state}" + (f" ({mail.answer})" if mail.answer else "")
