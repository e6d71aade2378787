"""What an action is: a name, a check of what is written to its right, and what it does to an outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.rules.decision import Outcome
from handlers.rules.facts import Fact, Facts
from handlers.rules.values import check_choice, place_of

Check = Callable[[ActionText, Policy], list[Mistake]]
"""All that is wrong with what is written to the right of an action, given who and what the policy knows."""

_TAG = re.compile(r"[\w.:/-]{1,50}")


def _changes_no_fact(_outcome: Outcome, _facts: Facts) -> Mapping[str, Fact]:
    return {}


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action.

    ``got`` is what an outcome holds of it; ``shows`` gives the facts as the rules after it see them.
    """

    name: str
    doc: str
    example: str
    check: Check
    apply: Callable[[Outcome, Any], None]
    got: Callable[[Outcome], Any]
    shows: Callable[[Outcome, Facts], Mapping[str, Fact]] = _changes_no_fact


def sets(
    change: str, *, fact: str, doc: str, example: str, choices: Callable[[Policy], tuple[str, ...]]
) -> Action:
    """An action that gives a field of the ticket one of a choice of values."""

    def check(text: ActionText, policy: Policy) -> list[Mistake]:
        known = choices(policy)
        if not isinstance(text.value, str):
            expected = f'a text in quotes, like "{example}"'
            return [Mistake(place_of(text), f"{change} is {in_words(text.value)}", expected)]
        wrong = check_choice(text.value, known, change, place_of(text))
        return [wrong] if wrong else []

    def apply(outcome: Outcome, value: Any) -> None:
        outcome.changes[change] = value

    def got(outcome: Outcome) -> Any:
        return outcome.changes.get(change)

    def shows(outcome: Outcome, _facts: Facts) -> Mapping[str, Fact]:
        return {fact: outcome.changes[change]}

    return Action(
        name=change, doc=doc, example=f'"{example}"', check=check, apply=apply, got=got, shows=shows
    )


def check_flag(text: ActionText, _policy: Policy) -> list[Mistake]:
    """Only ``true`` and ``false`` will do."""
    if isinstance(text.value, bool):
        return []
    return [Mistake(place_of(text), f"{text.name} is {in_words(text.value)}", "true or false")]


def check_tags(text: ActionText, _policy: Policy) -> list[Mistake]:
    """Only a list of tags will do: letters, digits and ``_ . : / -``, at most 50 each."""
    expected = 'a list of tags, like ["invoice"]'
    if not isinstance(text.value, list) or not text.value:
        what = "an empty list" if text.value == [] else in_words(text.value)
        return [Mistake(place_of(text), f"{text.name} is {what}", expected)]
    found = []
    for index, tag in enumerate(text.value):
        if not isinstance(tag, str) or not _TAG.fullmatch(tag):
            what = f"{in_words(tag)} is no tag"
            found.append(Mistake(place_of(text, index), what, "letters, digits and _ . : / - without spaces"))
    return found


def tags_now(outcome: Outcome, facts: Facts) -> Mapping[str, Fact]:
    """The ticket's tags as the following rules see them."""
    before = facts.raw("ticket.tags")
    tags = dict.fromkeys(before if isinstance(before, tuple) else ())
    tags.update(dict.fromkeys(outcome.add_tags))
    return {"ticket.tags": tuple(tag for tag in tags if tag not in outcome.remove_tags)}
