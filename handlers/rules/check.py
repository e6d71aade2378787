"""What is wrong with a policy's rules, and what is only doubtful about them."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from config.mistakes import in_order
from config.types import Mistake, Policy
from handlers.rules.examples import check_example
from handlers.rules.reading import read_rules

if TYPE_CHECKING:
    from handlers.rules.compiled import Rule
    from handlers.rules.conditions import Condition


def check_rules(policy: Policy) -> list[Mistake]:
    """All that is wrong with conditions, actions, and how the tests beside the rules are written.

    Whether the tests pass is for `examples.run_rule_tests` to say.
    """
    _, mistakes = read_rules(policy)
    wrong = (
        mistake for rule in policy.rules for test in rule.tests for mistake in check_example(test, policy)
    )
    return in_order([*mistakes, *wrong])


def warn_rules(policy: Policy) -> list[Mistake]:
    """What is allowed and yet doubtful: a rule without a test, a rule that can never be reached."""
    rules, mistakes = read_rules(policy)
    found = []
    for text, rule in zip(policy.rules, rules, strict=True):
        if not text.tests:
            example = "a [[rule.test]] with given.… and expect.…"
            found.append(Mistake(text.place, f"the rule {text.name!r} has no test", example))
        before = takewhile(lambda other, rule=rule: other is not rule, rules)  # type: ignore[misc]
        hides = next((other for other in before if _hides(other, rule)), None)
        # A rule that could not be read whole would seem to match more than it does.
        if hides and not mistakes:
            what = (
                f"the rule {text.name!r} is never reached: {hides.name!r} before it always matches and stops"
            )
            found.append(Mistake(text.place, what, "the narrower rule first"))
    return in_order(found)


def _hides(earlier: Rule, later: Rule) -> bool:
    """Whether, for certain, ``earlier`` matches and stops wherever ``later`` would match.

    Only the plain case is looked for: the earlier rule's conditions are all among the later one's. What rules
    can change may differ between the two, and at a change a rule that has matched before is passed over; then
    nothing is certain.
    """
    if not earlier.stops or earlier.any_of or "change" in later.on or not later.on <= earlier.on:
        return False
    if any(_changeable(condition) for condition in (*earlier.when, *earlier.unless)):
        return False
    return _keys(earlier.when) <= _keys(later.when) and _keys(earlier.unless) <= _keys(later.unless)


def _changeable(condition: Condition) -> bool:
    return condition.field == "language" or condition.field.startswith("ticket.")


def _keys(conditions: tuple[Condition, ...]) -> set[object]:
    return {condition.key for condition in conditions}
