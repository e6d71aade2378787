"""Checks of single values in a rule, for conditions, actions and examples alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import listed, near
from config.table import in_words
from config.types import ActionText, ConditionText, Mistake, Place, Policy
from handlers.rules.fields import Field, Type

if TYPE_CHECKING:
    from collections.abc import Sequence


def place_of(text: ConditionText | ActionText, index: int | None = None) -> Place:
    """Where the value stands, or its element ``index``."""
    if index is not None and index < len(text.element_places):
        return text.element_places[index]
    return text.value_place or text.place


def several(value: object) -> list[Any]:
    """A value or a list of them, as a list."""
    return list(value) if isinstance(value, list | tuple) else [value]


def check_value(field: Field, value: object, place: Place, policy: Policy) -> Mistake | None:
    """What is wrong with one value for this field, if anything is."""
    if field.type is Type.NUMBER:
        good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return (
            None
            if good
            else Mistake(place, f"{field.name} is a number, this is {in_words(value)}", "a whole number")
        )
    if not isinstance(value, str) or not value.strip():
        expected = f'a text in quotes, like "{field.example}"'
        return Mistake(place, f"{field.name} is {_article(field.type)}, this is {in_words(value)}", expected)
    return check_choice(value, field.choices(policy), field.name, place) if field.choices else None


def check_choice(value: str, choices: Sequence[str], what: str, place: Place) -> Mistake | None:
    """A mistake where ``value`` is none of the known words."""
    if value in choices:
        return None
    return Mistake(place, f"unknown {what} {value!r}", f"one of {listed(choices)}", near(value, choices))


def _article(kind: Type) -> str:
    return {Type.TEXT: "a text", Type.TEXTS: "a text", Type.TAGS: "a set of tags"}.get(kind, "a word")
