"""What an outgoing mail will say, frozen when it is decided: plain values, rendered later by the sender."""

from __future__ import annotations

import msgspec

from events.message import Address


class Letter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything the sender needs to render one mail.

    ``template`` names ``templates/<language>/<template>.txt``; ``values`` are the only things it can read.
    ``body`` is an agent's own words, used as they are in place of the template's where it is given.
    ``automatic`` mails carry the headers of RFC 3834 and a null envelope sender. ``to`` and ``cc`` are what
    the header shows; the envelope's one recipient stands in the outgoing row. ``thread`` names the
    conversation where the letter goes out by a service (`events.transport`), in the template's short form.
    ``traceparent`` is that of the event which led to it. ``scopes`` are the folders in which an operator's
    templates for this mail may lie, the weightier first; ``fallback`` is the language to use where a template
    is missing in the letter's own.
    """

    template: str
    language: str
    subject: str
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    reply_to: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    ticket: int | None = None
    automatic: bool = False
    marker: bool = True
    values: dict[str, str | int | bool | list[str | dict[str, str]] | None] = {}
    policy_version: int | None = None
    thread: str = ""
    traceparent: str = ""
    scopes: tuple[str, ...] = ()
    fallback: str = ""


def encode(letter: Letter) -> str:
    """The letter as JSON."""
    return msgspec.json.encode(letter).decode()


def decode(text: str) -> Letter:
    """The letter in a row; raises `msgspec.MsgspecError` when it is none."""
    return msgspec.json.decode(text, type=Letter)


class _Traced(msgspec.Struct):
    traceparent: str = ""


def traceparent_of(text: str) -> str:
    """Only what the letter in a row continues; empty for none, and for what is no letter."""
    try:
        return msgspec.json.decode(text, type=_Traced).traceparent
    except msgspec.MsgspecError:
        return ""
