"""Ask the rules, before a ticket opens, whether it should: ``then.set_aside`` keeps a contact out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.outcome import Reason, SetAside
from handlers.seeing import facts_about
from handlers.unwanted import SPAM_TAG
from store.records import TicketRecord

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk


def keep_out_by_rule(message: Message, language: str, desk: Desk, *, spam: bool) -> None:
    """Set a contact aside where the rules, run as they would be on the ticket it would open, say so.

    Raises `SetAside`. A desk without such a rule pays nothing for it.
    """
    if not desk.rules.set_aside:
        return
    decision = desk.rules.run(
        "open", facts_about(desk, _would_be(message, language, desk, spam=spam), message)
    )
    if decision.outcome.set_aside:
        raise SetAside(Reason.RULE, f"the rule {decision.rule_of('set_aside')!r} says so")


def _would_be(message: Message, language: str, desk: Desk, *, spam: bool) -> TicketRecord:
    """The ticket that would open; its number is beyond all there are, so that all of them came before it."""
    mailbox = desk.policy.mailbox(message.mailbox)
    return TicketRecord(
        id=2**62,
        subject=message.subject,
        group_name=mailbox.group if mailbox else "",
        mailbox=mailbox.address if mailbox else message.mailbox,
        channel=message.channel,
        language=language,
        requester=message.sender.address,
        trust=message.trust.value,
        tags=f'["{SPAM_TAG}"]' if spam else "[]",
        created_at=desk.now,
        updated_at=desk.now,
    )
