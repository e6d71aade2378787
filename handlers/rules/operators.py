"""The operators of each type of field: what they compare with, how they test, how they are put into words."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.rules.fields import Type
from handlers.rules.patterns import compile_pattern
from handlers.rules.words import fold, has_word

if TYPE_CHECKING:
    from handlers.rules.facts import Fact

Holds = Callable[[Any], bool]
"""Whether a fact is as a condition wants it: folded, or for patterns a tuple of encoded texts."""


class Takes(enum.StrEnum):
    """What stands to the right of an operator."""

    ONE = "one value"
    MANY = "a value or a list of values"
    FLAG = "true or false"
    PATTERNS = "a pattern or a list of patterns"


class Operator(msgspec.Struct, frozen=True):
    """One operator; ``build`` makes the test from the values (folded, but for patterns) and the choices.

    ``wants`` completes the sentence "the rule wants …". With ``encoded`` it sees texts as patterns do.
    """

    name: str
    takes: Takes
    wants: str
    build: Callable[[Sequence[Any], Sequence[str]], Holds]
    encoded: bool = False


def any_of(test: Callable[[str], bool]) -> Holds:
    """The test for a fact that may be a text, several, or missing; one that passes is enough."""

    def holds(fact: Fact) -> bool:
        if isinstance(fact, str):
            return test(fact)
        return isinstance(fact, tuple) and any(map(test, fact))

    return holds


def _is(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    wanted = frozenset(values)

    def holds(fact: Fact) -> bool:
        return not wanted.isdisjoint(fact) if isinstance(fact, tuple) else fact in wanted

    return holds


def _is_not(values: Sequence[Any], choices: Sequence[str]) -> Holds:
    same = _is(values, choices)
    return lambda fact: not same(fact)


def _contains(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    starts = tuple(values)

    def has_any(text: str) -> bool:
        # A plain loop: this is where most of the time goes that rules take.
        for start in starts:  # noqa: SIM110
            if has_word(text, start):
                return True
        return False

    return any_of(has_any)


def _starts_with(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    starts = tuple(values)
    return any_of(lambda text: text.startswith(starts))


def _ends_with(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    ends = tuple(values)
    return any_of(lambda text: text.endswith(ends))


def _matches(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    patterns = [compile_pattern(value) for value in values]
    return lambda texts: any(found(text) for text in texts for found in patterns)


def _at_least(values: Sequence[Any], choices: Sequence[str]) -> Holds:
    rank, wanted = _ranks(values[0], choices)
    return lambda fact: rank(fact) >= wanted


def _at_most(values: Sequence[Any], choices: Sequence[str]) -> Holds:
    rank, wanted = _ranks(values[0], choices)
    # What is not known is not at most anything.
    return lambda fact: 0 <= rank(fact) <= wanted


def _ranks(wanted: str | int, choices: Sequence[str]) -> tuple[Callable[[Fact], int], int]:
    """How far up a fact stands, -1 where it is not known: the number itself, or its place in the order."""
    if isinstance(wanted, int):
        return (lambda fact: fact if isinstance(fact, int) else -1), wanted
    places: dict[Fact, int] = {fold(choice): place for place, choice in enumerate(choices)}
    return (lambda fact: places.get(fact, -1)), places[wanted]


def _present(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    wanted = bool(values[0])
    return lambda fact: (fact not in {None, ""}) is wanted


IS = Operator("is", Takes.ONE, "{}", _is)
IS_NOT = Operator("is_not", Takes.ONE, "anything but {}", _is_not)
ONE_OF = Operator("one_of", Takes.MANY, "one of {}", _is)
CONTAINS = Operator("contains", Takes.MANY, "a word that begins with {}", _contains)
HAS = Operator("contains", Takes.MANY, "{} among them", _is)
STARTS_WITH = Operator("starts_with", Takes.MANY, "it to start with {}", _starts_with)
ENDS_WITH = Operator("ends_with", Takes.MANY, "it to end with {}", _ends_with)
MATCHES = Operator("matches", Takes.PATTERNS, "a match of {}", _matches, encoded=True)
AT_LEAST = Operator("at_least", Takes.ONE, "at least {}", _at_least)
AT_MOST = Operator("at_most", Takes.ONE, "at most {}", _at_most)
PRESENT = Operator("present", Takes.FLAG, "it to be there: {}", _present)

_words = (IS, IS_NOT, ONE_OF, CONTAINS, STARTS_WITH, ENDS_WITH, MATCHES, PRESENT)
_by_type: dict[Type, tuple[Operator, ...]] = {
    Type.TEXT: _words,
    Type.TEXTS: _words,
    Type.TAGS: (HAS, PRESENT),
    Type.CHOICE: (IS, IS_NOT, ONE_OF, PRESENT),
    Type.LEVEL: (IS, IS_NOT, ONE_OF, AT_LEAST, AT_MOST),
    Type.NUMBER: (IS, IS_NOT, ONE_OF, AT_LEAST, AT_MOST),
}

OPERATORS: dict[Type, dict[str, Operator]] = {
    type_: {operator.name: operator for operator in operators} for type_, operators in _by_type.items()
}
"""The operators of each type, by name."""
