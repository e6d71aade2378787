"""What a field of a rule can hold, and what a field is."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import msgspec

from config import choices
from config.types import Policy
from events.message import Trust

PRIORITIES = choices.PRIORITIES
"""A ticket's priorities, least first."""
STATUSES = ("new", "open", "pending", "on_hold", "solved", "closed")
"""A ticket's statuses, in the order of its life."""
TRUSTS = tuple(sorted(Trust, key=lambda trust: trust.rank))
"""The trust grades, least first."""

Fact = str | int | tuple[str, ...] | None
"""A field's value; ``None`` where nothing is known."""


class Type(enum.StrEnum):
    """What a field holds; it decides which operators there are."""

    TEXT = "text"
    """Words; compared in any case."""
    TEXTS = "texts"
    """Several texts, as of a header that is there twice; one of them is enough."""
    TAGS = "tags"
    """A set of tags."""
    CHOICE = "choice"
    """One of known words."""
    CHOICES = "choices"
    """A set of known words."""
    LEVEL = "level"
    """One of known words that have an order, least first."""
    NUMBER = "number"
    """A whole number from 0."""
    FLAG = "flag"
    """True or false."""
    DATE = "date"
    """A day, ``2026-12-24``; in a rule also ``12-24``, in every year."""
    CLOCK = "clock"
    """A time of day, ``09:30``."""
    DURATION = "duration"
    """How long, ``2h``."""
    SIZE = "size"
    """How many bytes, ``10 MB``."""


MANY = frozenset({Type.TEXTS, Type.TAGS, Type.CHOICES})
"""The types that hold several values."""


class Field(msgspec.Struct, frozen=True):
    """One field; ``choices`` gives the known words of a choice or a level, which may depend on the policy.

    ``of`` finds its value in what a rule sees (`handlers.rules.seen.Seen`).
    """

    name: str
    type: Type
    doc: str
    example: str
    of: Callable[[Any], Fact]
    choices: Callable[[Policy], tuple[str, ...]] | None = None
    usual: str | bool = ""
    """What a rule's test takes the field to hold where it does not say."""
    follows: str = ""
    """The field that it is made of: where a rule changes that one, this one is found anew."""


def always(words: tuple[str, ...]) -> Callable[[Policy], tuple[str, ...]]:
    """Choices that are the same whatever the policy says."""
    return lambda _policy: words
