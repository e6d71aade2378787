"""The tests that stand beside rules: checked like the rules themselves, and run against all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.mistakes import PolicyError, in_order, listed, near
from config.table import in_words
from config.types import ActionText, Mistake, Place, Policy, RuleTest, RuleText
from handlers.rules.catalogue import ACTIONS
from handlers.rules.engine import CompiledRules, compile_rules
from handlers.rules.facts import Facts
from handlers.rules.fields import FIELDS, field_named
from handlers.rules.kinds import MANY, Fact, Type
from handlers.rules.show import show
from handlers.rules.values import check_value, several

if TYPE_CHECKING:
    from handlers.rules.decision import Decision

MATCH = "match"
"""What a test may expect besides actions: that the rule matches, or does not."""


def check_example(test: RuleTest, policy: Policy) -> list[Mistake]:
    """All that is wrong with how a test is written."""
    found = []
    for name, value in test.given.items():
        found += _check_given(name, value, test.given_places.get(name, test.place), policy)
    for name, value in test.expect.items():
        found += _check_expected(name, value, test.expect_places.get(name, test.place), policy)
    if test.expect.get(MATCH) is False and len(test.expect) > 1:
        what = "a rule that does not match does nothing"
        found.append(Mistake(test.expect_places.get(MATCH, test.place), what, "expect.match = false alone"))
    return found


def run_rule_tests(policy: Policy) -> list[Mistake]:
    """The tests that fail, each with what came out instead; none where the policy is wrong anyway.

    A test runs all rules, as on a real ticket, at the first event that its own rule runs at. Fields it does
    not give are as on a new ticket of a stranger at the first mailbox: unverified, of normal priority, in
    the mailbox's group, the rest empty.
    """
    try:
        rules = compile_rules(policy)
    except PolicyError:
        return []
    return in_order(wrong for rule in policy.rules for wrong in run_tests_of(rule, rules, policy))


def run_tests_of(rule: RuleText, rules: CompiledRules, policy: Policy) -> list[Mistake]:
    """The tests of one rule that fail."""
    return [
        wrong
        for test in rule.tests
        if not check_example(test, policy)
        for wrong in _run(rule, test, rules, policy)
    ]


def facts_given(test: RuleTest, policy: Policy) -> Facts:
    """The facts of a test: what it gives, what follows from that, and what is usual."""
    facts: dict[str, Fact] = {name: field.usual for name, field in FIELDS.items() if field.usual}
    for name, value in test.given.items():
        field = field_named(name)
        if field is not None:
            facts[field.name] = tuple(several(value)) if field.type in MANY else value
    for one, other in (("trust", "requester.trust"), ("requester.trust", "trust")):
        if one in test.given and other not in test.given:
            facts[other] = test.given[one]
    facts.setdefault("mailbox", next((mailbox.address for mailbox in policy.desk.mailboxes), ""))
    mailbox = policy.mailbox(str(facts["mailbox"]))
    facts.setdefault("ticket.group", mailbox.group if mailbox else "")
    names, address = facts.get("attachments.names"), facts.get("requester.address")
    facts.setdefault("attachments.count", len(names) if isinstance(names, tuple) else 0)
    facts.setdefault("requester.domain", str(address or "").rpartition("@")[2])
    return Facts(facts)


def _check_given(name: str, value: object, place: Place, policy: Policy) -> list[Mistake]:
    field = field_named(name)
    if field is None:
        return [Mistake(place, f"unknown field {name!r}", f"one of {listed(FIELDS, 60)}", near(name, FIELDS))]
    if isinstance(value, list) and field.type not in MANY:
        return [Mistake(place, f"{name} is {in_words(value)}", "one value")]
    if value == "" and field.type is not Type.NUMBER:
        # An example may well say that there is no subject.
        return []
    wrong = (check_value(field, one, place, policy) for one in several(value))
    return [mistake for mistake in wrong if mistake is not None]


def _check_expected(name: str, value: object, place: Place, policy: Policy) -> list[Mistake]:
    if name == MATCH:
        good = isinstance(value, bool)
        return [] if good else [Mistake(place, f"{MATCH} is {in_words(value)}", "true or false")]
    action = ACTIONS.get(name)
    if action is None:
        known = [*ACTIONS, MATCH]
        return [Mistake(place, f"unknown action {name!r}", f"one of {listed(known)}", near(name, known))]
    return action.check(ActionText(name, value, place, place), policy)


def _run(text: RuleText, test: RuleTest, rules: CompiledRules, policy: Policy) -> list[Mistake]:
    decision = rules.run(text.on[0], facts_given(test, policy))
    matched = any(one.rule == text.name for one in decision.matched)
    if test.expect.get(MATCH) is False:
        return [_failed(test, MATCH, f"the rule {text.name!r} matches", "no match")] if matched else []
    if not matched:
        why = next((one.why for one in decision.missed if one.rule == text.name), "it does not run")
        return [Mistake(test.place, f"the rule {text.name!r} does not match: {why}", "a match")]
    wrong = (_unmet(name, value, test, decision) for name, value in test.expect.items() if name != MATCH)
    return [mistake for mistake in wrong if mistake is not None]


def _unmet(name: str, wanted: object, test: RuleTest, decision: Decision) -> Mistake | None:
    got = ACTIONS[name].got(decision.outcome)
    if is_met(wanted, got):
        return None
    by = decision.rule_of(name)
    there = show(tuple(got) if isinstance(got, list) else got, quoted=False)
    what = f"{name} is {there}{f', by the rule {by!r}' if by else ''}"
    return _failed(test, name, what, show(tuple(several(wanted)), quoted=False))


def is_met(wanted: object, got: Any) -> bool:
    """Whether an action did what is expected; of several things that it did, those that are named count."""
    if isinstance(wanted, list) and isinstance(got, list):
        # What a rule does with one value each time, and what it does with a list at once, both are lists.
        done = [str(one).lower() for each in got for one in several(each)]
        return {str(one).lower() for one in wanted} <= set(done)
    return wanted in got if isinstance(got, list) else bool(got == wanted)


def _failed(test: RuleTest, name: str, what: str, expected: str) -> Mistake:
    return Mistake(test.expect_places.get(name, test.place), f"the test fails: {what}", expected)
