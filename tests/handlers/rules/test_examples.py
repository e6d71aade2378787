"""Tests beside rules: what they take for given, when they fail, and how that is told."""

from __future__ import annotations

import pytest

from handlers.rules.check import check_rules
from handlers.rules.examples import facts_given, run_rule_tests
from tests.handlers.rules.policies import policy_with

RULES = """
[[rule]]
name = "Invoices"
when.subject.contains = "invoice"
when.requester.trust.at_least = "aligned"
then.group = "billing"
then.add_tags = ["Invoice"]
then.acknowledge = false

[[rule]]
name = "Later"
when.body.contains = "hurry"
then.group = "first-line"
"""


def failures(test: str) -> list[str]:
    """What is told about one test beside the first of the rules."""
    before, after = RULES.split('\n[[rule]]\nname = "Later"')
    policy = policy_with(f'{before}\n[[rule.test]]\n{test}\n[[rule]]\nname = "Later"{after}')
    assert check_rules(policy) == []
    return [str(one) for one in run_rule_tests(policy)]


FAILS = "the test fails"
WHY = "requester.trust is unverified, the rule wants at least aligned"
GIVEN = 'given.subject = "Invoice 3"\ngiven.trust = "aligned"\n'


@pytest.mark.parametrize(
    "expect",
    [
        "expect.match = true",
        'expect.group = "billing"',
        'expect.add_tags = ["invoice"]',
        "expect.acknowledge = false",
        "expect.stop = false",
        'expect.group = "billing"\nexpect.add_tags = ["INVOICE"]\nexpect.match = true',
    ],
)
def test_tests_that_are_right_say_nothing(expect: str) -> None:
    """A test whose expectations are met is silent."""
    assert failures(GIVEN + expect) == []


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (
            'given.subject = "Invoice 3"\nexpect.group = "billing"',
            f"rules.toml:10:8: the rule 'Invoices' does not match: {WHY}; expected a match",
        ),
        (
            GIVEN + "expect.match = false",
            "rules.toml:13:16: the test fails: the rule 'Invoices' matches; expected no match",
        ),
        (
            GIVEN + 'given.body = "Hurry!"\nexpect.group = "billing"',
            "rules.toml:14:16: the test fails: group is first-line, by the rule 'Later'; expected billing",
        ),
        (
            GIVEN + 'expect.add_tags = ["invoice", "vip"]',
            f"rules.toml:13:19: {FAILS}: add_tags is invoice, by the rule 'Invoices'; expected invoice, vip",
        ),
        (
            GIVEN + 'expect.priority = "high"',
            "rules.toml:13:19: the test fails: priority is empty; expected high",
        ),
        (GIVEN + "expect.stop = true", "rules.toml:13:15: the test fails: stop is false; expected true"),
    ],
)
def test_tests_that_fail_say_what_came_out(test: str, told: str) -> None:
    """A failing test is told at its line, with what came out, by which rule, or why nothing did."""
    assert failures(test) == [told]


def test_a_mail_that_is_given_in_part_is_otherwise_usual() -> None:
    """Domain follows from address, count from names, each trust from the other; the rest is as usual."""
    policy = policy_with(
        RULES
        + '[[rule.test]]\ngiven.requester.address = "a@x.example"\ngiven.requester.trust = "aligned"\n'
        + 'given.attachments.names = ["a.pdf", "b.pdf"]\ngiven.header."X-Spam" = "YES"\ngiven.subject = ""\n'
        + 'given.ticket.tags = ["x"]\nexpect.match = false\n'
    )
    assert check_rules(policy) == []
    facts = facts_given(policy.rules[1].tests[0], policy)
    expected = {
        "requester.domain": "x.example",
        "trust": "aligned",
        "attachments.count": 2,
        "header.x-spam": ("YES",),
        "mailbox": "support@acme.example",
        "kind": "human",
        "channel": "smtp",
        "ticket.priority": "normal",
        "ticket.group": "first-line",
        "ticket.status": "new",
        "ticket.tags": ("x",),
        "subject": "",
        "body": None,
    }
    assert {name: facts.raw[name] for name in expected} == expected


def test_a_test_runs_at_its_rules_first_event() -> None:
    """A rule for replies is tried on a reply."""
    rule = '[[rule]]\nname = "r"\non = ["reply"]\nthen.priority = "high"\n'
    text = f'{rule}[[rule.test]]\nexpect.priority = "high"\n'
    assert run_rule_tests(policy_with(text)) == []


def test_tests_of_a_wrong_policy_are_not_run() -> None:
    """Where a rule cannot be read its tests say nothing; `check_rules` does."""
    text = '[[rule]]\nname = "r"\nthen.gruop = "x"\n[[rule.test]]\nexpect.match = false\n'
    assert run_rule_tests(policy_with(text)) == []
    assert len(check_rules(policy_with(text))) == 1
