"""Rules that nothing can reach, against brute force: none is blamed that some facts reach."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.engine import compile_rules
from handlers.rules.facts import Facts
from handlers.rules.reach import hider_of
from tests.handlers.rules.policies import policy_with

# A small world, in which everything that can be is tried.
WORLD: dict[str, list[Any]] = {
    "subject": [None, "invoice", "invoices old", "my invoice", "b"],
    "trust": ["failed", "unverified", "aligned", "token"],
    "attachments.count": [0, 1, 2],
    "ticket.priority": ["low", "high"],
    "ticket.tags": [(), ("x",)],
}
CONDITIONS = [
    'subject.contains = ["invoice"]',
    'subject.contains = ["invoices", "b"]',
    'subject.starts_with = "inv"',
    'subject.is = "invoice"',
    'subject.one_of = ["b", "invoice"]',
    'subject.is_not = "b"',
    "subject.present = true",
    "subject.present = false",
    'subject.ends_with = "e"',
    'subject.matches = "^inv"',
    'trust.at_least = "unverified"',
    'trust.at_least = "aligned"',
    'trust.at_most = "aligned"',
    'trust.one_of = ["aligned", "token"]',
    'trust.is_not = "failed"',
    "attachments.count.at_least = 1",
    "attachments.count.at_least = 2",
    "attachments.count.is = 2",
    'ticket.priority.is = "high"',
    'ticket.tags.contains = ["x"]',
]
ACTIONS = ["then.stop = true", 'then.priority = "high"', 'then.add_tags = ["x"]', 'then.group = "billing"']

_lines = st.lists(st.sampled_from(CONDITIONS), max_size=2, unique_by=lambda one: one.split(" = ")[0])


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Two to four rules."""
    text = ""
    for index in range(draw(st.integers(2, 4))):
        when = "\n".join(f"when.{line}" for line in draw(_lines))
        unless = "\n".join(f"unless.{line}" for line in draw(_lines))
        several = ", ".join(f"{{ {line} }}" for line in draw(_lines))
        any_of = f"any_of = [{several}]" if several and draw(st.booleans()) else ""
        actions = draw(st.sets(st.sampled_from(ACTIONS), min_size=1, max_size=2))
        text += (
            f'[[rule]]\nname = "{index}"\n{when}\n{unless}\n{any_of}\n' + "\n".join(sorted(actions)) + "\n"
        )
    return text


@settings(max_examples=60, deadline=None)
@given(rules())
def test_no_rule_is_blamed_that_some_facts_reach(text: str) -> None:
    """Of all facts of a small world, none makes a rule match that is said never to be reached."""
    compiled = compile_rules(policy_with(text))
    blamed = {rule.name for at, rule in enumerate(compiled.rules) if hider_of(compiled.rules, at)}
    if not blamed:
        return
    for values in itertools.product(*WORLD.values()):
        decision = compiled.run("open", Facts(dict(zip(WORLD, values, strict=True))))
        assert not blamed & {one.rule for one in decision.matched}, text
