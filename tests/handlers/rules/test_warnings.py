"""What is doubtful, a rule without a test, and what is wrong: a rule that nothing can reach."""

from __future__ import annotations

import pytest

from handlers.rules.check import check_rules, warn_rules
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
        'when.subject.contains = ["a", "b", "c"]\nthen.stop = true',
        'any_of = [{ channel.is = "smtp" }]\nthen.stop = true',
        'when.channel.starts_with = "sm"\nthen.stop = true',
        "when.channel.present = true\nthen.stop = true",
        'unless.kind.one_of = ["list"]\nthen.stop = true',
    ],
)
def test_a_rule_behind_a_broader_one_that_stops_is_never_reached(earlier: str) -> None:
    """Where an earlier rule stops, and all its conditions are among the later one's, the later is named."""
    (told,) = check_rules(policy_with(_rule("broad", earlier) + _rule("narrow", NARROW)))
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
        'any_of = [{ channel.is = "alert" }]\nthen.stop = true',
        'unless.kind.one_of = ["list", "bounce"]\nthen.stop = true',
        'when.channel.matches = "^smtp"\nthen.stop = true',
    ],
)
def test_a_rule_that_may_be_reached_is_not_named(earlier: str) -> None:
    """Where it is not certain that the earlier rule always stops first, nothing is said."""
    assert check_rules(policy_with(_rule("broad", earlier) + _rule("narrow", NARROW))) == []


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ('when.ticket.priority.is = "high"', 'then.priority = "high"'),
        ('when.language.is = "en"', 'then.language = "en"'),
        ('when.ticket.tags.contains = "x"', 'then.add_tags = ["x"]'),
        ('when.ticket.field.order.is = "x"', 'then.set_field.order = "x"'),
        ('when.requester.tags.contains = "x"', 'then.tag_requester = ["x"]'),
    ],
)
def test_what_a_rule_between_the_two_changes_is_no_certainty(line: str, change: str) -> None:
    """The later rule is reached where a rule in between makes its condition hold, and never without."""
    first, last = _rule("a", f"{line}\nthen.stop = true"), _rule("b", f"{line}\nthen.stop = true")
    between = _rule("between", f'when.subject.is = "q"\n{change}')
    assert check_rules(policy_with(first + between + last)) == []
    (told,) = check_rules(policy_with(first + last))
    assert "the rule 'b' is never reached" in str(told)


def test_at_a_change_nothing_is_certain() -> None:
    """A rule that has matched before is passed over at a change, so the next one may be reached."""
    both = 'on = ["change"]\nthen.stop = true'
    assert check_rules(policy_with(_rule("a", both) + _rule("b", both))) == []


def test_a_rule_that_cannot_be_read_hides_nothing() -> None:
    """A rule that lost a misspelt condition seems broader than it is; it is not held against others."""
    text = _rule("a", 'when.sobject.is = "x"\nthen.stop = true') + _rule("b", NARROW)
    (told,) = check_rules(policy_with(text))
    assert "unknown field 'sobject'" in str(told)
