"""The rules at work: in file order, each seeing what those before it changed, every decision explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import PolicyError
from handlers.rules.decision import Decision, Effect, Matched, Outcome
from handlers.rules.legend import BEFORE, Legend
from handlers.rules.notes import Notes
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
        self._legends = {
            event: Legend(tuple(rule.in_words() for rule in rules)) for event, rules in self._by_event.items()
        }

    def runs_on(self, event: str) -> bool:
        """Whether any rule runs at this event."""
        return event in self._by_event

    def run(self, event: str, facts: Facts, *, fired: Collection[str] = ()) -> Decision:
        """What the rules say at ``open``, ``reply``, ``change`` or ``deadline``; ``facts`` stay as they are.

        A rule in ``fired`` has matched before in this chain of causes, and does not match again: rules cannot
        answer each other for ever.
        """
        outcome, seen = Outcome(), facts
        matched: list[Matched] = []
        notes = Notes(seen)
        for rule in self._by_event.get(event, ()):
            if rule.name in fired:
                notes.verdicts.append(BEFORE)
                continue
            failed = rule.first_false(seen)
            if failed is not None:
                notes.failed(failed)
                continue
            matched.append(rule.matched)
            notes.verdicts.append(None)
            if rule.changes:
                seen = notes.change(facts.copy() if seen is facts else seen)
            _act(rule, outcome, seen)
            if outcome.stop:
                break
        return Decision(tuple(matched), outcome, notes.verdicts, notes.all_seen(), self._legends.get(event))


def compile_rules(policy: Policy) -> CompiledRules:
    """The policy's rules, ready to run; raises `PolicyError` with all that is wrong in them."""
    rules, mistakes = read_rules(policy)
    if mistakes:
        raise PolicyError(mistakes)
    return CompiledRules(rules, Phrasebook(policy.phrases))


def _act(rule: Rule, outcome: Outcome, seen: Facts) -> None:
    for action, value in rule.actions:
        action.apply(outcome, value)
        if action.perform is not None:
            outcome.effects.append(Effect(rule.name, action.name, value))
        if action.facts:
            seen.change(action.shows(outcome, seen))
