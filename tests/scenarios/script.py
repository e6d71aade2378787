"""Conversations as they are written down: what is given, what happens, and what then must be true.

A file in ``conversations/`` holds several. Everything that is not known here is refused, so that no
expectation is ever overlooked for being misspelt.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from tests.scenarios.post import Mail

FOLDER = Path(__file__).parent / "conversations"


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Refuses fields that it does not know."""


class Given(_Strict, frozen=True, kw_only=True):
    """The sample policy, with tables of its desk changed, or with other rules."""

    desk: dict[str, Any] = {}
    rules: str | None = None


class Came(_Strict, frozen=True, kw_only=True):
    """A letter of ours that comes back or is refused: of which reason, to whom, and what was said."""

    reason: str
    to: str
    status: str = "5.1.1"
    action: str = "failed"
    answer: str = "550 5.1.1 no such user"


class TicketThen(_Strict, frozen=True, kw_only=True):
    """A ticket as it must be; what is left out is not looked at.

    ``entries`` are all of them, one line each: ``kari@customer.example: the words``, with a flag in brackets
    behind the author, ``ana answered:``, ``ana noted:`` and ``desk:`` for what was not a requester's. A line
    that ends with ``…`` is only the beginning. ``why`` are words that the trace has, ``why_not`` words it
    lacks.
    """

    number: int
    status: str | None = None
    group: str | None = None
    agent: str | None = None
    language: str | None = None
    priority: str | None = None
    requester: str | None = None
    tags: list[str] | None = None
    people: list[str] | None = None
    entries: list[str] | None = None
    why: list[str] = []
    why_not: list[str] = []


class LetterThen(_Strict, frozen=True, kw_only=True):
    """One letter, the last of its ``reason`` to ``to``: what its headers and its words must be."""

    to: str
    reason: str
    language: str | None = None
    shows_from: str | None = None
    shows_to: list[str] | None = None
    shows_cc: list[str] | None = None
    subject: str | None = None
    return_path: str | None = None
    automatic: bool | None = None
    same_message_id_as: str | None = None
    answers: str | None = None
    headers: dict[str, str] = {}
    says: list[str] = []
    never_says: list[str] = []


class Then(_Strict, frozen=True, kw_only=True):
    """What must be true. ``letters`` are all there are, as ``reason in language to address``, in any order.

    After a step they are those that the step led to. ``letters_at_most`` is for floods.
    """

    tickets: int | None = None
    ticket: list[TicketThen] = []
    letters: list[str] | None = None
    letters_at_most: int | None = None
    letter: list[LetterThen] = []
    aside: list[str] | None = None
    bounced: list[str] | None = None


class When(_Strict, frozen=True, kw_only=True):
    """One step: a mail, a wait (``8h``, ``90s``), another policy, a bounce, a refusal by the relay."""

    mail: Mail | None = None
    wait: str = ""
    policy: Given | None = None
    bounce: Came | None = None
    refusal: Came | None = None
    then: Then = Then()


class Conversation(_Strict, frozen=True, kw_only=True):
    """One conversation; its title is the truth that it holds."""

    title: str
    databases: tuple[str, ...] = ("sqlite",)
    given: Given = Given()
    when: list[When]
    then: Then = Then()


class _Sheet(_Strict, frozen=True, kw_only=True):
    conversation: list[Conversation]


def conversations() -> dict[str, Conversation]:
    """Every conversation there is, by its file and its title."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        sheet = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Sheet)
        for conversation in sheet.conversation:
            name = f"{path.stem}: {conversation.title}"
            assert name not in found, f"told twice: {name}"
            found[name] = conversation
    return found
