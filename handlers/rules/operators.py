"""The operators of each type of field: what they compare with, how they test, how they are put into words."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.rules import moments
from handlers.rules.kinds import Type
from handlers.rules.patterns import compile_pattern
from handlers.rules.words import Start, fold

if TYPE_CHECKING:
    from handlers.rules.kinds import Fact
    from handlers.rules.words import Words

Holds = Callable[[Any], bool]
"""Whether a fact is as a condition wants it."""


class Takes(enum.StrEnum):
    """What stands to the right of an operator."""

    ONE = "one value"
    MANY = "a value or a list of values"
    FLAG = "true or false"
    PATTERNS = "a pattern or a list of patterns"
    SPANS = "a span or a list of spans"


class View(enum.StrEnum):
    """How an operator looks at a fact; each is an attribute of `handlers.rules.facts.Facts`."""

    FOLDED = "folded"
    WORDS = "words"
    ENCODED = "encoded"


class Operator(msgspec.Struct, frozen=True):
    """One operator; ``build`` makes the test from the values (folded, but for patterns) and the choices.

    ``wants`` completes the sentence "the rule wants …".
    """

    name: str
    takes: Takes
    wants: str
    build: Callable[[Sequence[Any], Sequence[str]], Holds]
    view: View = View.FOLDED


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
    starts = tuple(Start(value) for value in values)

    def holds(texts: tuple[Words, ...]) -> bool:
        # A plain loop: this is where most of the time goes that rules take.
        for text in texts:  # noqa: SIM110
            if text.have_any(starts):
                return True
        return False

    return holds


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


def _day_is(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    return lambda fact: isinstance(fact, str) and any(moments.as_written(fact, one) == one for one in values)


def _before(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    wanted = values[0]
    return lambda fact: isinstance(fact, str) and moments.as_written(fact, wanted) < wanted


def _after(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
    wanted = values[0]
    return lambda fact: isinstance(fact, str) and moments.as_written(fact, wanted) > wanted


def _within(read: Callable[[str], tuple[str, str] | None], *, last: bool) -> Callable[..., Holds]:
    def build(values: Sequence[Any], _choices: Sequence[str]) -> Holds:
        spans = [ends for value in values if (ends := read(value)) is not None]
        return lambda fact: (
            isinstance(fact, str)
            and any(moments.within(moments.as_written(fact, ends[0]), ends, last=last) for ends in spans)
        )

    return build


IS = Operator("is", Takes.ONE, "{}", _is)
IS_FLAG = Operator("is", Takes.FLAG, "{}", _is)
IS_DAY = Operator("is", Takes.ONE, "{}", _day_is)
IS_NOT = Operator("is_not", Takes.ONE, "anything but {}", _is_not)
ONE_OF = Operator("one_of", Takes.MANY, "one of {}", _is)
ONE_DAY = Operator("one_of", Takes.MANY, "one of {}", _day_is)
CONTAINS = Operator("contains", Takes.MANY, "a word that begins with {}", _contains, View.WORDS)
HAS = Operator("contains", Takes.MANY, "{} among them", _is)
STARTS_WITH = Operator("starts_with", Takes.MANY, "it to start with {}", _starts_with)
ENDS_WITH = Operator("ends_with", Takes.MANY, "it to end with {}", _ends_with)
MATCHES = Operator("matches", Takes.PATTERNS, "a match of {}", _matches, View.ENCODED)
AT_LEAST = Operator("at_least", Takes.ONE, "at least {}", _at_least)
AT_MOST = Operator("at_most", Takes.ONE, "at most {}", _at_most)
PRESENT = Operator("present", Takes.FLAG, "it to be there: {}", _present)
BEFORE = Operator("before", Takes.ONE, "before {}", _before)
AFTER = Operator("after", Takes.ONE, "after {}", _after)
WITHIN_DAYS = Operator("within", Takes.SPANS, "within {}", _within(moments.date_span, last=True))
WITHIN_HOURS = Operator("within", Takes.SPANS, "within {}", _within(moments.clock_span, last=False))


def _measured(read: Callable[[str | int], int | None]) -> tuple[Operator, ...]:
    """The operators on numbers that are written with a unit."""

    def of(operator: Operator) -> Operator:
        def build(values: Sequence[Any], choices: Sequence[str]) -> Holds:
            return operator.build([read(value) or 0 for value in values], choices)

        return msgspec.structs.replace(operator, build=build)

    return of(AT_LEAST), of(AT_MOST)


_words = (IS, IS_NOT, ONE_OF, CONTAINS, STARTS_WITH, ENDS_WITH, MATCHES, PRESENT)
_by_type: dict[Type, tuple[Operator, ...]] = {
    Type.TEXT: _words,
    Type.TEXTS: _words,
    Type.TAGS: (HAS, PRESENT),
    Type.CHOICE: (IS, IS_NOT, ONE_OF, PRESENT),
    Type.CHOICES: (HAS, PRESENT),
    Type.LEVEL: (IS, IS_NOT, ONE_OF, AT_LEAST, AT_MOST),
    Type.NUMBER: (IS, IS_NOT, ONE_OF, AT_LEAST, AT_MOST),
    Type.FLAG: (IS_FLAG,),
    Type.DATE: (IS_DAY, ONE_DAY, BEFORE, AFTER, WITHIN_DAYS),
    Type.CLOCK: (BEFORE, AFTER, WITHIN_HOURS),
    Type.DURATION: _measured(moments.seconds),
    Type.SIZE: _measured(moments.size),
}

OPERATORS: dict[Type, dict[str, Operator]] = {
    type_: {operator.name: operator for operator in operators} for type_, operators in _by_type.items()
}
"""The operators of each type, by name."""
