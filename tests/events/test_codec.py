"""Events and messages survive being stored, and nothing else is taken for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codec import UnreadableEventError, decode, decode_message, encode, encode_message
from events.message import Address, Attachment, Bounce, Envelope, Kind, Message, Trust
from events.types import By, ContactChecked, MailFailed, ReplyAdded, TicketChanged

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(answer=WORDS, recipient=WORDS, ticket=st.none() | st.integers(1, 2**62))
def test_an_event_comes_back_as_it_was(answer: str, recipient: str, ticket: int | None) -> None:
    """Whatever words and numbers an event holds, decoding gives an equal one."""
    event = MailFailed(
        at=NOON, stream="s", effect_key="k", outgoing=1, ticket=ticket, recipient=recipient, answer=answer
    )
    assert decode(encode(event)) == event


def test_changes_come_back_as_pairs() -> None:
    """What changed on a ticket keeps its order of before and after, and its nothing."""
    changes: dict[str, tuple[str | None, str | None]] = {"agent": ("", "ana"), "status": (None, "open")}
    event = TicketChanged(at=NOON, stream="s", effect_key="k", ticket=1, changes=changes, by=By.DESK)
    decoded = decode(encode(event))
    assert isinstance(decoded, TicketChanged)
    assert decoded.changes == changes


def test_equal_events_give_equal_bytes() -> None:
    """Keys are sorted, so bytes can be compared."""
    fields: dict[str, Any] = {"id": "x", "at": NOON, "stream": "s", "effect_key": "k", "contact": 1}
    assert encode(ContactChecked(**fields)) == encode(ContactChecked(**dict(reversed(fields.items()))))


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    """Times keep their moment through the store."""
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    event = ReplyAdded(at=there, stream="s", effect_key="k", ticket=1, entry=1, by=By.AGENT)
    assert decode(encode(event)).at == NOON


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"{}",
        b'{"name":"ContactChecked"}',
        b'{"name":"NoSuchEvent","at":"2026-11-21T12:00:00Z","stream":"s","effect_key":"k","contact":1}',
        b'{"name":"ContactChecked","at":"yesterday","stream":"s","effect_key":"k","contact":1}',
        b'{"name":"ContactChecked","at":"2026-11-21T12:00:00Z","stream":"s","effect_key":"k","contact":"1"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_event_is_unreadable(data: bytes) -> None:
    """Only one kind of error leaves the codec, whatever the bytes are."""
    with pytest.raises(UnreadableEventError):
        decode(data)
    with pytest.raises(UnreadableEventError):
        decode_message(data)


def test_fields_of_a_later_version_are_passed_over() -> None:
    """An older program reads what a newer one wrote, as long as it only added fields."""
    event = ContactChecked(at=NOON, stream="s", effect_key="k", contact=7)
    later = encode(event).replace(b'"contact":7', b'"contact":7,"colour":"blue"')
    assert decode(later) == event


def test_a_message_comes_back_as_it_was() -> None:
    """Everything that a contact can say survives, in any script."""
    message = Message(
        channel="smtp",
        source_key="k",
        mailbox="support@acme.example",
        received_at=NOON,
        raw="abc",
        envelope=Envelope(mail_from="kari@x.example", recipients=("support@acme.example",), encrypted=True),
        sender=Address("kari@x.example", "Kari Ørsted"),
        trust=Trust.ALIGNED,
        cc=(Address("josé@x.example", "José"),),
        subject="Fakturaen er feil 🚲",
        attachments=(Attachment("søknad.pdf", "application/pdf", 12, 3),),
        kind=Kind.BOUNCE,
        bounce=Bounce(recipients=("a@x.example",), status="5.1.1", outgoing=9),
        headers=(("Subject", "Fakturaen"),),
        sent_at=NOON,
    )
    assert decode_message(encode_message(message)) == message


def test_what_a_message_does_not_say_is_not_stored() -> None:
    """Defaults take no room."""
    message = Message(channel="smtp", source_key="k", mailbox="m", received_at=NOON, raw="r")
    stored = encode_message(message)
    assert b"attachments" not in stored
    assert decode_message(stored) == message
