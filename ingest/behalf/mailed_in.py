"""A contact that an agent mails in: ``#for kari@customer.example #phone`` above what was said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from config.address import is_address
from events.message import Address, Asked, Kind, Trust
from ingest.behalf.original import only_address
from ingest.by_hand import WAYS
from ingest.mail import automatic, language

if TYPE_CHECKING:
    from config.types import Agent, Policy
    from events.message import Message

_WHO: Final = re.compile(r"\s*#for(?=[\s:]|\Z):?([^#\n]{0,1000})", re.IGNORECASE)
_WAY: Final = re.compile(r"\s{0,200}#([A-Za-z][A-Za-z-]{0,40})(?=\s|\Z)")
_WAYS_MOST: Final = 20
_SHOWN: Final = 200


class Order(msgspec.Struct, frozen=True):
    """What stands at the top of a mail: whom it is ``of``, how it came, what was said."""

    of: str
    ways: tuple[str, ...]
    text: str


def find_order(text: str) -> Order | None:
    """The order that a mail begins with, or ``None`` where it begins otherwise."""
    who = _WHO.match(text)
    if who is None:
        return None
    at = who.end()
    ways: list[str] = []
    while len(ways) < _WAYS_MOST and (way := _WAY.match(text, at)):
        ways.append(way[1].lower())
        at = way.end()
    return Order(who[1].strip(), tuple(ways), text[at:].strip())


def mailed_in(message: Message, agent: Agent, policy: Policy) -> Message | None:
    """The message of whom an agent writes it down for; ``None`` where the mail does not begin so.

    Where the order has a mistake the message stays the agent's, with all that was understood and all that
    was not (`Asked`). An agent whom nobody has checked has it go unanswered, as with a forward.
    """
    words = message.new_words if message.cut_certain else message.text
    order = find_order(words)
    if order is None:
        return None
    person = only_address(order.of)
    wrong = _wrong(order, person, message, policy)
    how = order.ways[0] if order.ways else ""
    if wrong:
        asked = Asked(agent.id, person.shown or order.of[:_SHOWN], how, wrong)
        return msgspec.structs.replace(message, new_words=order.text, asked=asked)
    checked = message.trust.rank > Trust.UNVERIFIED.rank
    unchecked = "" if checked else f"{agent.name} wrote it down, and nobody has checked that they did"
    who = " ".join(one for one in (person.name, person.shown) if one)
    when = f"{message.sent_at or message.received_at:%Y-%m-%d %H:%M} UTC"
    return msgspec.structs.replace(
        message,
        channel=how,
        sender=person,
        sender_certain=True,
        trust=Trust.UNVERIFIED,
        trust_found=(f"written down by {agent.id} ({message.trust.value})", *message.trust_found),
        subject=message.subject or order.text.partition("\n")[0][:100],
        text=order.text,
        new_words=order.text,
        cut_certain=True,
        html="",
        language=language.detect(order.text, policy.desk.languages),
        kind=Kind.HUMAN,
        kind_because="",
        never_answer=automatic.never_answer_to(person) or unchecked,
        brought=f"{agent.name} wrote this down: {how}, {who}, {when}.",
    )


def _wrong(order: Order, person: Address, message: Message, policy: Policy) -> tuple[str, ...]:
    """All that is wrong with an order, by the names that the template ``not_written`` has for it."""
    found = (
        (not is_address(person.address), "who"),
        (policy.is_staff(person.address), "staff"),
        (not order.ways, "no_way"),
        (bool(order.ways) and order.ways[0] not in WAYS, "way"),
        (len(order.ways) > 1, "more"),
        (not order.text and not message.subject.strip(), "words"),
    )
    return tuple(name for holds, name in found if holds)
