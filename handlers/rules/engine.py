"""The rules at work: in file order, each seeing what those before it changed, every decision explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import PolicyError
from handlers.rules.decision import Decision, Matched, Missed, Outcome
from handlers.rules.reading import read_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from config.types import Policy
    from handlers.rules.compiled import Rule
    from handlers.rules.facts import Facts


class CompiledRules:
    """A policy's rules; they may be run from several threads at once."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_event: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            for event in sorted(rule.on):
                self._by_event[event] = (*self._by_event.get(event, ()), rule)

    def run(self, event: str, facts: Facts, *, fired: Collection[str] = ()) -> Decision:
        """What the rules say at ``open``, ``reply`` or ``change``; ``facts`` stay as they are.

        A rule in ``fired`` has matched before in this chain of causes, and does not match again: rules cannot
        answer each other for ever.
        """
        outcome, seen = Outcome(), facts.copy()
        matched: list[Matched] = []
        missed: list[Missed] = []
        for rule in self._by_event.get(event, ()):
            why = _kept_from(rule, outcome, matched, fired) or rule.first_false(seen)
            if why is not None:
                missed.append(why)
                continue
            matched.append(rule.matched)
            _act(rule, outcome, seen)
        return Decision(tuple(matched), tuple(missed), outcome)


def compile_rules(policy: Policy) -> CompiledRules:
    """The policy's rules, ready to run; raises `PolicyError` with all that is wrong in them."""
    rules, mistakes = read_rules(policy)
    if mistakes:
        raise PolicyError(mistakes)
    return CompiledRules(rules)


def _kept_from(rule: Rule, outcome: Outcome, matched: list[Matched], fired: Collection[str]) -> Missed | None:
    if outcome.stop:
        return Missed(rule.name, f"it was not looked at: {matched[-1].rule!r} stops all rules after it")
    if rule.name in fired:
        return Missed(rule.name, "it has matched before in this chain of events")
    return None


def _act(rule: Rule, outcome: Outcome, seen: Facts) -> None:
    for action, value in rule.actions:
        action.apply(outcome, value)
        seen.change(action.shows(outcome, seen))
