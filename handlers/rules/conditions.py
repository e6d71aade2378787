"""Conditions: one line of a rule, checked as it is read, and able to say why it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import listed, near
from config.table import in_words
from config.types import ConditionText, Mistake, Policy
from handlers.rules.fields import FIELDS, HEADER, OWN, field_named, own_values
from handlers.rules.kinds import Field, Type
from handlers.rules.operators import OPERATORS, Operator, Takes, View
from handlers.rules.patterns import PatternError, compile_pattern
from handlers.rules.show import show
from handlers.rules.values import check_span, check_value, place_of, several
from handlers.rules.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.rules.facts import Facts

MOST_FIELDS = 60
"""Fields that a message lists; `despacho policy fields` shows each of them with an example."""
MOST_WORDS = 6
"""Values of a condition that its explanation names."""


class Condition:
    """A field, an operator and values, ready to be asked about any facts."""

    __slots__ = ("field", "operator", "test", "type", "values", "view", "wanted", "wants")

    def __init__(self, field: Field, operator: Operator, values: Sequence[Any], policy: Policy) -> None:
        """The values have been checked (`read_condition`)."""
        self.field = field.name
        self.type = field.type
        self.operator = operator.name
        self.values = tuple(values)
        self.wants = f", the rule wants {operator.wants.format(_in_words(field, operator, values))}"
        plain = operator.view is View.ENCODED
        self.wanted = [fold(one) if isinstance(one, str) and not plain else one for one in values]
        self.view = operator.view.value
        self.test = operator.build(self.wanted, field.choices(policy) if field.choices else ())

    @property
    def key(self) -> tuple[str, str, tuple[Any, ...]]:
        """What the condition says, so that two can be compared; the order of its values says nothing."""
        return self.field, self.operator, tuple(sorted({(str(type(one)), str(one)) for one in self.values}))

    def check(self, facts: Facts) -> bool:
        """Whether facts are as wanted."""
        return self.test(facts.views[self.view][self.field])


def read_condition(text: ConditionText, policy: Policy, mistakes: list[Mistake]) -> Condition | None:
    """The condition that is written there; where it is wrong, ``None``, and all that is wrong is noted."""
    field = field_named(text.field)
    if field is None or not _is_known(field, policy):
        mistakes.append(_unknown_field(text, policy))
        return None
    operators = OPERATORS[field.type]
    operator = operators.get(text.operator)
    if operator is None:
        what = f"{field.name} has no operator {text.operator!r}"
        mistakes.append(
            Mistake(text.place, what, f"one of {listed(operators)}", near(text.operator, operators))
        )
        return None
    found = _check_values(text, field, operator, policy)
    mistakes.extend(found)
    return None if found else Condition(field, operator, several(text.value), policy)


def _is_known(field: Field, policy: Policy) -> bool:
    own = field.name.removeprefix(OWN)
    return own == field.name or own_values(own, policy) is not None


def _unknown_field(text: ConditionText, policy: Policy) -> Mistake:
    whole = f"{text.field}.{text.operator}"
    if text.field.startswith(OWN):
        own, known = text.field.removeprefix(OWN), [one.name for one in policy.desk.fields]
        what = f"no [[field]] of desk.toml is called {own!r}"
        return Mistake(text.place, what, f"one of {listed(known)}", near(own, known))
    if text.field == HEADER.rstrip("."):
        named = text.operator if text.operator not in OPERATORS[Type.TEXTS] else "list-id"
        what = f"{whole} is no header's name and an operator"
        return Mistake(text.place, what, f'header."{named}".is = …')
    if field_named(whole):
        return Mistake(text.place, f"{whole} names no operator", f"{whole}.is = …")
    meant = near(text.field, FIELDS)
    return Mistake(
        text.place, f"unknown field {text.field!r}", f"one of {listed(FIELDS, MOST_FIELDS)}", meant
    )


def _check_values(text: ConditionText, field: Field, operator: Operator, policy: Policy) -> list[Mistake]:
    if operator.takes is Takes.FLAG:
        good = isinstance(text.value, bool)
        what = f"{operator.name} is {in_words(text.value)}"
        return [] if good else [Mistake(place_of(text), what, "true or false")]
    if isinstance(text.value, list) and operator.takes is Takes.ONE:
        instead = "one_of = [...]" if operator.name == "is" else "one value"
        return [Mistake(place_of(text), f"{operator.name} takes one value, this is a list", instead)]
    values = several(text.value)
    if not values:
        return [
            Mistake(place_of(text), f"{field.name}.{operator.name} has an empty list", "at least one value")
        ]
    found = []
    for index, value in enumerate(values):
        place = place_of(text, index)
        if operator.takes is Takes.SPANS:
            wrong = check_span(field, value, place)
        else:
            wrong = check_value(field, value, place, policy)
        if wrong is None and operator.takes is Takes.PATTERNS:
            wrong = _check_pattern(str(value), text, index)
        found += [wrong] if wrong else []
    return found


def _check_pattern(pattern: str, text: ConditionText, index: int) -> Mistake | None:
    try:
        compile_pattern(pattern)
    except PatternError as error:
        return Mistake(
            place_of(text, index), f"bad pattern {show(pattern, quoted=True)}: {error}", "an RE2 pattern"
        )
    return None


def _in_words(field: Field, operator: Operator, values: Sequence[Any]) -> str:
    if operator.takes is Takes.FLAG:
        return "yes" if values[0] else "no"
    quoted = field.type in {Type.TEXT, Type.TEXTS}
    more = f" or {len(values) - MOST_WORDS} more" if len(values) > MOST_WORDS else ""
    return " or ".join(show(one, quoted=quoted) for one in values[:MOST_WORDS]) + more
