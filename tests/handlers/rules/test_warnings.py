"""What is allowed and yet doubtful: rules without a test, rules that nothing can reach."""

from __future__ import annotations

import pytest

from handlers.rules.check import warn_rules
from tests.handlers.rules.policies import policy_with

TEST = "[[rule.test]]\nexpect.match = true\n"


def _rule(name: str, lines: str) -> str:
    return f'[[rule]]\nname = "{name}"\n{lines}\n{TEST}'


def test_a_rule_without_a_test_is_doubtful() -> None:
    """A rule that nobody tests is told about, at its line."""
    text = _rule("a", 'then.priority = "low"') + '[[rule]]\nname = "b"\nthen.stop = true\n'
    (told,) = warn_rules(policy_with(text))
    assert str(told).startswith("rules.toml:6:3: the rule 'b' has no test; expected a [[rule.test]]")


NARROW = """
when.subject.contains = ["a", "b"]
when.channel.is = "smtp"
unless.kind.is = "list"
then.priority = "low"
"""


@pytest.mark.parametrize(
    "earlier",
    [
        "then.stop = true",
        'when.subject.contains = ["b", "a"]\nthen.stop = true',
        'when.channel.is = "smtp"\nunless.kind.is = "list"\nthen.group = "billing"\nthen.stop = true',
        'on = ["open", "reply"]\nthen.stop = true',
    ],
)
def test_a_rule_behind_a_broader_one_that_stops_is_never_reached(earlier: str) -> None:
    """Where an earlier rule stops, and all its conditions are among the later one's, the later is named."""
    (told,) = warn_rules(policy_with(_rule("broad", earlier) + _rule("narrow", NARROW)))
    assert "the rule 'narrow' is never reached: 'broad' before it always matches and stops" in str(told)


@pytest.mark.parametrize(
    "earlier",
    [
        "then.stop = false",
        'then.group = "billing"',
        'when.subject.contains = ["a"]\nthen.stop = true',
        'when.requester.domain.is = "x.example"\nthen.stop = true',
        'unless.channel.is = "alert"\nthen.stop = true',
        'on = ["reply"]\nthen.stop = true',
        'any_of = [{ channel.is = "smtp" }]\nthen.stop = true',
    ],
)
def test_a_rule_that_may_be_reached_is_not_named(earlier: str) -> None:
    """Where it is not certain that the earlier rule always stops first, nothing is said."""
    assert warn_rules(policy_with(_rule("broad", earlier) + _rule("narrow", NARROW))) == []


@pytest.mark.parametrize(
    "line", ['when.ticket.priority.is = "high"', 'when.language.is = "en"', 'when.ticket.tags.contains = "x"']
)
def test_what_rules_change_may_change_between_two_rules(line: str) -> None:
    """A condition on what a rule in between may change is no certainty."""
    text = _rule("a", f"{line}\nthen.stop = true") + _rule("b", f"{line}\nthen.stop = true")
    assert warn_rules(policy_with(text)) == []


def test_at_a_change_nothing_is_certain() -> None:
    """A rule that has matched before is passed over at a change, so the next one may be reached."""
    both = 'on = ["change"]\nthen.stop = true'
    assert warn_rules(policy_with(_rule("a", both) + _rule("b", both))) == []


def test_a_rule_that_cannot_be_read_hides_nothing() -> None:
    """A rule that lost a misspelt condition seems broader than it is; it is not held against others."""
    text = _rule("a", 'when.sobject.is = "x"\nthen.stop = true') + _rule("b", NARROW)
    assert warn_rules(policy_with(text)) == []
