"""Checks of single values in a rule, for conditions, actions and examples alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import listed, near
from config.table import in_words
from config.types import ActionText, ConditionText, Mistake, Place, Policy
from handlers.rules import moments
from handlers.rules.fields import OWN, own_values
from handlers.rules.kinds import Field, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
    if field.type in _SHAPES:
        kind, expected, good = _SHAPES[field.type]
        what = f"{field.name} is {kind}, this is {in_words(value)}"
        return None if good(value) else Mistake(place, what, expected)
    if not isinstance(value, str) or not value.strip():
        expected = f'a text in quotes, like "{field.example}"'
        return Mistake(place, f"{field.name} is {_article(field.type)}, this is {in_words(value)}", expected)
    choices = field.choices(policy) if field.choices else own_values(field.name.removeprefix(OWN), policy)
    closed = bool(field.choices) or (field.name.startswith(OWN) and bool(choices))
    return check_choice(value, choices or (), field.name, place) if closed else None


def check_span(field: Field, value: object, place: Place) -> Mistake | None:
    """What is wrong with one span of days or of hours, if anything is."""
    days = field.type is Type.DATE
    read = moments.date_span if days else moments.clock_span
    if isinstance(value, str) and read(value) is not None:
        return None
    expected = '"12-20..01-06" or "2026-12-20..2027-01-06"' if days else '"22:00-06:00"'
    return Mistake(place, f"{in_words(value)} is no span of {'days' if days else 'hours'}", expected)


def check_choice(value: str, choices: Sequence[str], what: str, place: Place) -> Mistake | None:
    """A mistake where ``value`` is none of the known words."""
    if value in choices:
        return None
    return Mistake(place, f"unknown {what} {value!r}", f"one of {listed(choices)}", near(value, choices))


def _article(kind: Type) -> str:
    return {Type.TEXT: "a text", Type.TEXTS: "a text", Type.TAGS: "a set of tags"}.get(kind, "a word")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_measured(read: Callable[[str | int], int | None], value: object) -> bool:
    return _is_count(value) or (isinstance(value, str) and read(value) is not None)


_SHAPES: dict[Type, tuple[str, str, Callable[[object], bool]]] = {
    Type.NUMBER: ("a number", "a whole number", _is_count),
    Type.FLAG: ("true or false", "true or false", lambda value: isinstance(value, bool)),
    Type.DATE: (
        "a day",
        '"2026-12-24", or "12-24" for one of every year',
        lambda value: isinstance(value, str) and moments.is_date(value),
    ),
    Type.CLOCK: (
        "a time of day",
        'a time like "09:30"',
        lambda value: isinstance(value, str) and moments.is_clock(value),
    ),
    Type.DURATION: (
        "a duration",
        'a duration like "2h" or "1d"',
        lambda value: _is_measured(moments.seconds, value),
    ),
    Type.SIZE: ("a size", 'a size like "10 MB"', lambda value: _is_measured(moments.size, value)),
}
"""How a value of each of these types must look: what it is, what is expected, and the check."""
