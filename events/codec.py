"""Events and messages as JSON, readable for ever: version 1 of each is pinned by a golden file."""

from __future__ import annotations

import msgspec

from events.message import Message
from events.types import (
    BounceReceived,
    ContactChecked,
    ContactReceived,
    ContactReleased,
    ContactSetAside,
    DeadlineReached,
    Event,
    MailFailed,
    ReplyAdded,
    TicketChanged,
    TicketEscalated,
    TicketOpened,
    TicketUnattended,
)

type_union = (
    ContactReceived
    | ContactChecked
    | ContactSetAside
    | ContactReleased
    | TicketOpened
    | ReplyAdded
    | TicketChanged
    | DeadlineReached
    | TicketEscalated
    | TicketUnattended
    | BounceReceived
    | MailFailed
)

_encoder = msgspec.json.Encoder(order="deterministic")
_event_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(type_union)
_message_decoder = msgspec.json.Decoder(Message)


class UnreadableEventError(ValueError):
    """Stored bytes are no event of this or an earlier version."""


def encode(event: Event) -> bytes:
    """The event as JSON, with its name in ``name``; keys sorted, so equal events give equal bytes."""
    return _encoder.encode(event)


def decode(data: bytes) -> Event:
    """The event in ``data``; raises `UnreadableEventError` when it is none."""
    try:
        return _event_decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableEventError(str(error)) from error


def encode_message(message: Message) -> bytes:
    """The message as JSON; what has its default value is left out."""
    return _encoder.encode(message)


def decode_message(data: bytes) -> Message:
    """The message in ``data``; raises `UnreadableEventError` when it is none."""
    try:
        return _message_decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableEventError(str(error)) from error
