"""Whether a rule can ever be reached: sound, so that no rule is blamed that some ticket could reach.

An earlier rule that stops hides a later one where, whatever the facts, it matches wherever the later one
would. That is shown condition by condition: each of the earlier rule's must follow from one of the later's.
What cannot be shown is not claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.rules.facts import Facts
from handlers.rules.fields import OWN
from handlers.rules.kinds import Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.rules.compiled import Rule
    from handlers.rules.conditions import Condition

_ANY = {"is", "one_of", "contains", "starts_with", "ends_with", "matches"}
"""Operators that hold only where there is a value."""
_EXACT = {Type.TEXT, Type.CHOICE, Type.LEVEL, Type.NUMBER, Type.FLAG}
"""Types of which ``is`` and ``one_of`` leave nothing open: the value is one of those that are named."""


def hider_of(rules: Sequence[Rule], at: int) -> Rule | None:
    """The first rule before the one at ``at`` that hides it for certain, or ``None``."""
    later = rules[at]
    for index, earlier in enumerate(rules[:at]):
        between = {name for rule in rules[index + 1 : at] for name in rule.changes}
        if _hides(earlier, later, between):
            return earlier
    return None


def _hides(earlier: Rule, later: Rule, changed: set[str]) -> bool:
    """Whether ``earlier`` stops wherever ``later`` would match.

    At a change a rule that has matched before in the line of events is passed over, so nothing is certain
    there; nor about fields in ``changed``, which rules between the two may give another value.
    """
    if not earlier.stops or "change" in later.on or not later.on <= earlier.on:
        return False
    # Deadlines lead to changes whose rules begin where those of the deadline ended.
    asked = [*earlier.when, *earlier.unless, *(one for several in earlier.any_of for one in several)]
    if any(_is_changed(condition.field, changed) for condition in asked):
        return False
    alternatives = later.any_of or ((),)
    return all(_covers(earlier, (*later.when, *more), later.unless) for more in alternatives)


def _is_changed(field: str, changed: set[str]) -> bool:
    return field in changed or (field.startswith(OWN) and OWN in changed)


def _covers(earlier: Rule, known: Sequence[Condition], denied: Sequence[Condition]) -> bool:
    """Whether ``earlier`` matches where all of ``known`` hold and none of ``denied``."""

    def certain(conditions: Sequence[Condition]) -> bool:
        return all(any(implies(one, wanted) for one in known) for wanted in conditions)

    return (
        certain(earlier.when)
        and all(any(implies(excepted, one) for one in denied) for excepted in earlier.unless)
        and (not earlier.any_of or any(certain(several) for several in earlier.any_of))
    )


def implies(one: Condition, other: Condition) -> bool:
    """Whether ``other`` holds wherever ``one`` does, for certain."""
    if one.field != other.field:
        return False
    if one.key == other.key or _fewer_of_the_same(one, other):
        return True
    if other.operator == "present":
        return one.operator in _ANY and other.values == (True,)
    if one.operator in {"is", "one_of"} and one.type in _EXACT and other.operator != "matches":
        return all(_holds_for(other, value) for value in one.wanted)
    return _at_a_words_start(one, other) or _narrower(one, other)


def _fewer_of_the_same(one: Condition, other: Condition) -> bool:
    """The same operator with fewer values to choose from."""
    same = {one.operator, other.operator} <= {"is", "one_of"} or one.operator == other.operator
    return same and one.operator in _ANY and set(map(str, one.wanted)) <= set(map(str, other.wanted))


def _holds_for(condition: Condition, value: object) -> bool:
    """Whether a condition holds where the field has just this value."""
    return bool(condition.check(Facts({condition.field: value})))


def _at_a_words_start(one: Condition, other: Condition) -> bool:
    """*invoices* begins as *invoice* does, and so does what it is part of."""
    pairs = {("contains", "contains"), ("starts_with", "starts_with"), ("starts_with", "contains")}
    text = one.type in {Type.TEXT, Type.TEXTS} and (one.operator, other.operator) in pairs
    return text and all(any(start.startswith(short) for short in other.wanted) for start in one.wanted)


def _narrower(one: Condition, other: Condition) -> bool:
    """At least five is at least three."""
    if one.operator != other.operator or one.operator not in {"at_least", "at_most"}:
        return False
    if one.type not in {Type.LEVEL, Type.NUMBER}:
        return False
    return _holds_for(other, one.wanted[0])
