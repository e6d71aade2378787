"""Conditions: what holds, what does not, and how that is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.types import ConditionText, Mistake, Place
from handlers.rules.compiled import Rule
from handlers.rules.conditions import Condition, read_condition
from handlers.rules.engine import CompiledRules
from handlers.rules.facts import Facts
from handlers.rules.fields import FIELDS
from handlers.rules.kinds import Type
from handlers.rules.operators import OPERATORS
from tests.handlers.rules.policies import policy_with

POLICY = policy_with("")


def condition(field: str, operator: str, value: Any) -> Condition:
    """A condition that must be right."""
    mistakes: list[Mistake] = []
    found = read_condition(ConditionText(field, operator, value, Place("rules.toml", 1)), POLICY, mistakes)
    assert found is not None, mistakes
    return found


def why_not(asked: Condition, facts: Facts) -> str:
    """The sentence about a rule of this condition alone, which does not match."""
    holds = asked.check(facts)
    rule = Rule("r", ("open",), (), when=() if holds else (asked,), unless=(asked,) if holds else ())
    (missed,) = CompiledRules([rule]).run("open", facts).missed
    return missed.why


CASES: list[tuple[str, str, Any, Any, bool]] = [
    ("subject", "is", "Hello", "  hELLO ", True),
    ("subject", "is", "Hello", "Hello you", False),
    ("subject", "is_not", "Hello", "Hello you", True),
    ("subject", "is_not", "Hello", "hello", False),
    ("subject", "is_not", "Hello", None, True),
    ("subject", "one_of", ["a", "b"], "B", True),
    ("subject", "one_of", "a", "b", False),
    ("subject", "contains", ["invoice", "factura"], "Su FACTURAS", True),
    ("subject", "contains", "factura", "refactura", False),
    ("subject", "contains", "factura", None, False),
    ("subject", "contains", "factura", "", False),
    ("subject", "starts_with", ["Re:", "Sv:"], "SV: hei", True),
    ("subject", "starts_with", "Re:", "Are:", False),
    ("requester.domain", "ends_with", ".no", "firma.NO", True),
    ("requester.domain", "ends_with", ".no", "no.com", False),
    ("subject", "matches", r"^\[\d+\]", "[42] x", True),
    ("subject", "matches", ["a{3}", "b{3}"], "xBBB", True),
    ("subject", "matches", "a{3}", None, False),
    ("subject", "present", True, "x", True),
    ("subject", "present", True, " ", False),
    ("subject", "present", False, "", True),
    ("subject", "present", False, None, True),
    ("language", "is", "es", "es", True),
    ("language", "is_not", "es", "", True),
    ("language", "present", False, "", True),
    ("ticket.group", "one_of", ["billing", "first-line"], "billing", True),
    ("trust", "at_least", "aligned", "token", True),
    ("trust", "at_least", "aligned", "aligned", True),
    ("trust", "at_least", "aligned", "unverified", False),
    ("trust", "at_least", "failed", None, False),
    ("trust", "at_most", "unverified", "failed", True),
    ("trust", "at_most", "unverified", "aligned", False),
    ("trust", "at_most", "token", None, False),
    ("ticket.priority", "at_least", "high", "urgent", True),
    ("ticket.priority", "at_least", "high", "normal", False),
    ("attachments.count", "at_least", 2, 2, True),
    ("attachments.count", "at_least", 2, 1, False),
    ("attachments.count", "at_most", 0, 0, True),
    ("attachments.count", "at_most", 3, None, False),
    ("attachments.count", "is", 0, 0, True),
    ("attachments.count", "one_of", [1, 2], 3, False),
    ("attachments.names", "contains", "invoice", ("logo.png", "Invoice 3.pdf"), True),
    ("attachments.names", "ends_with", [".exe", ".js"], ("x.EXE",), True),
    ("attachments.names", "present", False, (), True),
    ("header.x-spam-flag", "is", "yes", ("YES",), True),
    ("header.X-Spam-Flag", "is", "yes", ("no", "YES"), True),
    ("header.x-spam-flag", "is_not", "yes", ("no", "YES"), False),
    ("header.x-spam-flag", "is_not", "yes", None, True),
    ("header.x-spam-flag", "matches", "^y", ("no", "YES"), True),
    ("header.x-spam-flag", "present", True, ("",), True),
    ("ticket.tags", "contains", ["VIP", "x"], ("vip",), True),
    ("ticket.tags", "contains", "vip", ("vip-old",), False),
    ("requester.tags", "present", True, (), False),
    ("phrases", "contains", ["urgent"], ("urgent",), True),
    ("phrases", "contains", ["complaint"], ("urgent",), False),
    ("attachments.largest", "at_least", "10 MB", 10_000_000, True),
    ("attachments.largest", "at_least", "10 MB", 9_999_999, False),
    ("attachments.size", "at_most", "2 kB", 2000, True),
    ("attachments.size", "at_most", 1999, 2000, False),
    ("ticket.age", "at_least", "2h", 7200, True),
    ("ticket.age", "at_least", "2h", 7199, False),
    ("ticket.age", "at_most", "1d", None, False),
    ("time.business_hours", "is", True, True, True),
    ("time.business_hours", "is", False, True, False),
    ("time.business_hours", "is", False, None, False),
    ("time.hour", "at_least", 18, 18, True),
    ("time.Europe/Oslo.weekday", "one_of", ["sat", "sun"], "sun", True),
    ("time.date", "is", "2026-12-24", "2026-12-24", True),
    ("time.date", "is", "12-24", "2031-12-24", True),
    ("time.date", "one_of", ["12-24", "12-25"], "2026-12-26", False),
    ("time.date", "before", "2026-12-24", "2026-12-23", True),
    ("time.date", "before", "2026-12-24", "2026-12-24", False),
    ("time.date", "after", "12-24", "2026-12-25", True),
    ("time.date", "after", "12-24", "2026-12-24", False),
    ("time.date", "within", "12-20..01-06", "2027-01-06", True),
    ("time.date", "within", "12-20..01-06", "2027-01-07", False),
    ("time.date", "within", ["2026-07-01..2026-07-31", "12-24..12-26"], "2026-07-31", True),
    ("time.clock", "within", "22:00-06:00", "05:59", True),
    ("time.clock", "within", "22:00-06:00", "06:00", False),
    ("time.clock", "within", "09:00-17:00", None, False),
    ("time.clock", "before", "09:00", "08:59", True),
    ("time.clock", "after", "09:00", "09:00", False),
    ("ticket.field.order_kind", "is", "return", "return", True),
    ("requester.organisation", "is", "Big Bikes", "Big Bikes", True),
]


@pytest.mark.parametrize(("field", "operator", "wanted", "value", "holds"), CASES)
def test_conditions_hold_or_not(field: str, operator: str, wanted: Any, value: Any, *, holds: bool) -> None:
    """Each operator of each type of field answers as a person who reads it would."""
    read = condition(field, operator, wanted)
    assert read.check(Facts({read.field: value})) is holds


def test_every_operator_of_every_type_is_tried() -> None:
    """No operator is without a case above where it holds and one where it does not."""
    tried = {(operator, holds) for _, operator, _, _, holds in CASES}
    assert tried == {
        (name, holds) for names in OPERATORS.values() for name in names for holds in (True, False)
    }


@pytest.mark.parametrize(
    ("field", "operator", "wanted", "value", "why"),
    [
        (
            "trust",
            "at_least",
            "aligned",
            "unverified",
            "trust is unverified, the rule wants at least aligned",
        ),
        (
            "subject",
            "contains",
            ["invoice", "factura"],
            "Hello\nyou",
            'subject is "Hello you", the rule wants a word that begins with "invoice" or "factura"',
        ),
        ("subject", "is", "x", "a" * 61, f'subject is "{"a" * 60}…", the rule wants "x"'),
        ("language", "is", "es", "", "language is empty, the rule wants es"),
        ("language", "is_not", "es", "es", "language is es, the rule wants anything but es"),
        ("attachments.count", "at_least", 2, 0, "attachments.count is 0, the rule wants at least 2"),
        (
            "ticket.tags",
            "contains",
            "vip",
            ("a", "b", "c", "d", "e"),
            "ticket.tags is a, b, c, d, …, the rule wants vip among them",
        ),
        ("subject", "present", True, "", "subject is empty, the rule wants it to be there: yes"),
        (
            "subject",
            "one_of",
            list("abcdefgh"),
            "z",
            'subject is "z", the rule wants one of "a" or "b" or "c" or "d" or "e" or "f" or 2 more',
        ),
    ],
)
def test_why_a_condition_does_not_hold(field: str, operator: str, wanted: Any, value: Any, why: str) -> None:
    """The sentence names the field, what is there, and what is wanted, on one short line."""
    assert why_not(condition(field, operator, wanted), Facts({field: value})) == why


def test_conditions_that_say_the_same_have_one_key() -> None:
    """The order of values says nothing; another value or operator says something else."""
    one = condition("subject", "contains", ["a", "b"]).key
    assert one == condition("subject", "contains", ["b", "a", "a"]).key
    assert one != condition("subject", "contains", ["a"]).key
    assert one != condition("subject", "one_of", ["a", "b"]).key


_texts = st.text(max_size=30)
_anything = st.none() | _texts | st.lists(_texts, max_size=3).map(tuple) | st.integers(0, 10)


@given(st.sampled_from(sorted(FIELDS)), _anything, st.data())
def test_no_fact_breaks_a_condition(field: str, value: Any, data: st.DataObject) -> None:
    """Whatever a message brings, a condition answers and explains itself in one line."""
    kind = FIELDS[field].type
    operator = data.draw(st.sampled_from(sorted(OPERATORS[kind])))
    choices = FIELDS[field].choices
    words = st.sampled_from(choices(POLICY)) if choices else _texts.filter(str.strip)
    wanted: Any = data.draw(WRITTEN.get(kind, words))
    if operator == "present":
        wanted = data.draw(st.booleans())
    if operator == "within":
        wanted = "12-20..01-06" if kind is Type.DATE else "22:00-06:00"
    mistakes: list[Mistake] = []
    found = read_condition(ConditionText(field, operator, wanted, Place("r", 1)), POLICY, mistakes)
    # A drawn pattern may well be none.
    if found is None:
        assert operator == "matches"
        return
    facts = Facts({field: value})
    assert found.check(facts) in {True, False}
    assert "\n" not in why_not(found, facts)
    json.dumps(why_not(found, facts))


WRITTEN: dict[Type, st.SearchStrategy[Any]] = {
    Type.NUMBER: st.integers(0, 9),
    Type.FLAG: st.booleans(),
    Type.DATE: st.sampled_from(["2026-12-24", "02-29"]),
    Type.CLOCK: st.just("09:30"),
    Type.DURATION: st.sampled_from(["2h", 30]),
    Type.SIZE: st.sampled_from(["10 MB", 0]),
}
"""What stands in a rule for the types that are written in a shape of their own."""


@given(_texts.filter(str.strip), _anything)
def test_is_not_is_the_opposite_of_is(wanted: str, value: Any) -> None:
    """Of ``is`` and ``is_not`` exactly one holds, always."""
    facts = Facts({"subject": value})
    assert condition("subject", "is", wanted).check(facts) is not condition(
        "subject", "is_not", wanted
    ).check(facts)
