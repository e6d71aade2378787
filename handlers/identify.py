"""Know who wrote: keep the person, their name and their language; mark an address that bounces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.message import Kind, Trust
from events.types import BounceReceived, ContactChecked, ContactReleased
from handlers.registry import Stage, handles
from store import kinds
from store.records import PersonRecord

if TYPE_CHECKING:
    from events.message import Message
    from handlers.desk import Desk


@handles(ContactChecked, ContactReleased, stage=Stage.IDENTIFY)
def identify(event: ContactChecked, desk: Desk) -> None:
    """Keep the sender as a person, with the language they write.

    Machines and forged senders change nothing of what is known of somebody, and a sender who could be two
    people is neither.
    """
    message = desk.message(event.contact)
    address = message.sender.address
    if not address or not message.sender_certain:
        return
    people = desk.batch.shelf(kinds.PEOPLE)
    person = desk.person(address)
    if person is None:
        people.add(
            PersonRecord(
                address=address,
                name=message.sender.name,
                language=message.language,
                first_seen=desk.now,
            )
        )
        return
    news = _news(person, message)
    if news and not message.terms.past and message.kind is Kind.HUMAN and message.trust is not Trust.FAILED:
        people.change(person, **news)


def _news(person: PersonRecord, message: Message) -> dict[str, str]:
    """What this message tells of a person that was not known; what it leaves out is not forgotten."""
    news = {}
    if message.sender.name and message.sender.name != person.name:
        news["name"] = message.sender.name
    if message.language and message.language != person.language:
        news["language"] = message.language
    return news


@handles(BounceReceived, stage=Stage.IDENTIFY)
def mark_address(event: BounceReceived, desk: Desk) -> None:
    """Mark whoever a mail of ours did not reach for good.

    Only a report to the signed return path of that mail counts: anyone can write one about anyone.
    """
    sent = desk.sent(event.outgoing)
    person = desk.person(sent.recipient) if sent is not None and event.permanent else None
    if person is not None:
        status = event.status or "5.0.0"
        desk.batch.shelf(kinds.PEOPLE).change(person, bounced_at=desk.now, bounce_status=status)
