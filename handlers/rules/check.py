"""What is wrong with a policy's rules, and what is only doubtful about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import in_order
from config.types import Mistake, Policy
from handlers.rules.examples import check_example
from handlers.rules.reach import hider_of
from handlers.rules.reading import read_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.rules.compiled import Rule


def check_rules(policy: Policy) -> list[Mistake]:
    """All that is wrong with conditions, actions, and how the tests beside the rules are written.

    A rule that can never be reached is a mistake, too: somebody believes that it does something.

    Whether the tests pass is for `examples.run_rule_tests` to say.
    """
    rules, mistakes = read_rules(policy)
    wrong = (
        mistake for rule in policy.rules for test in rule.tests for mistake in check_example(test, policy)
    )
    # A rule that could not be read whole would seem to match more than it does.
    hidden = () if mistakes else _unreachable(policy, rules)
    return in_order([*mistakes, *wrong, *hidden])


def warn_rules(policy: Policy) -> list[Mistake]:
    """What is allowed and yet doubtful: a rule without a test."""
    example = "a [[rule.test]] with given.… and expect.…"
    return in_order(
        Mistake(text.place, f"the rule {text.name!r} has no test", example)
        for text in policy.rules
        if not text.tests
    )


def _unreachable(policy: Policy, rules: list[Rule]) -> Iterator[Mistake]:
    """The rules that no ticket can reach, because one before them always matches first and stops."""
    for at, (text, rule) in enumerate(zip(policy.rules, rules, strict=True)):
        hider = hider_of(rules, at)
        if hider is not None:
            what = (
                f"the rule {rule.name!r} is never reached: {hider.name!r} before it always matches and stops"
            )
            yield Mistake(text.place, what, "the narrower rule first")
