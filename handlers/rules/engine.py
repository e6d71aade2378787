"""The rules at work: in file order, each seeing what those before it changed, every decision explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import PolicyError
from handlers.rules.decision import Decision, Effect, Matched, Missed, Outcome
from handlers.rules.phrases import Phrasebook
from handlers.rules.reading import read_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from config.types import Policy
    from handlers.rules.compiled import Rule
    from handlers.rules.facts import Facts


class CompiledRules:
    """A policy's rules, and the lists of phrases that they look for; several threads may run them at once."""

    def __init__(self, rules: Sequence[Rule], phrasebook: Phrasebook | None = None) -> None:
        self.rules = tuple(rules)
        self.phrasebook = phrasebook or Phrasebook({})
        self.set_aside = any(rule.sets_aside for rule in self.rules)
        self._by_event: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            for event in sorted(rule.on):
                self._by_event[event] = (*self._by_event.get(event, ()), rule)

    def runs_on(self, event: str) -> bool:
        """Whether any rule runs at this event."""
        return event in self._by_event

    def run(self, event: str, facts: Facts, *, fired: Collection[str] = ()) -> Decision:
        """What the rules say at ``open``, ``reply``, ``change`` or ``deadline``; ``facts`` stay as they are.

        A rule in ``fired`` has matched before in this chain of causes, and does not match again: rules cannot
        answer each other for ever.
        """
        outcome, seen = Outcome(), facts.copy()
        matched: list[Matched] = []
        missed: list[Missed] = []
        for rule in self._by_event.get(event, ()):
            why = _kept_from(rule, outcome, matched, fired) if outcome.stop or fired else None
            if why is None:
                why = rule.first_false(seen)
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
    return CompiledRules(rules, Phrasebook(policy.phrases))


def _kept_from(rule: Rule, outcome: Outcome, matched: list[Matched], fired: Collection[str]) -> Missed | None:
    if outcome.stop:
        return Missed(rule.name, f"it was not looked at: {matched[-1].rule!r} stops all rules after it")
    if rule.name in fired:
        return Missed(rule.name, "it has matched before in this chain of events")
    return None


def _act(rule: Rule, outcome: Outcome, seen: Facts) -> None:
    for action, value in rule.actions:
        action.apply(outcome, value)
        if action.perform is not None:
            outcome.effects.append(Effect(rule.name, action.name, value))
        if action.facts:
            seen.change(action.shows(outcome, seen))
