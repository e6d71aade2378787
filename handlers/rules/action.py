"""What an action is: a name, a check of what is written to its right, and what it does.

Most give the outcome a value, which `handlers.route` then writes. An action that does more than that has a
``perform``: it is noted in the outcome as it matches, and done when all rules have run (`handlers.effects`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from config.organisations import TAG, TAG_EXPECTED
from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.rules.decision import Outcome
from handlers.rules.facts import Facts
from handlers.rules.kinds import Fact
from handlers.rules.values import check_choice, place_of

Check = Callable[[ActionText, Policy], list[Mistake]]
"""All that is wrong with what is written to the right of an action, given who and what the policy knows."""
Perform = Callable[[Any, Any], None]
"""Does it, on a `handlers.desk.Desk`, given a `handlers.rules.doing.Doing`."""

LONGEST_TEXT = 20_000
"""Characters in a text that a rule writes."""


def _changes_no_fact(_outcome: Outcome, _facts: Facts) -> Mapping[str, Fact]:
    return {}


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action.

    ``got`` is what an outcome holds of it. ``facts`` are the fields that it changes, and ``shows`` gives them
    as the rules after it see them. With ``only_on`` it works at these events and at no others.
    """

    name: str
    doc: str
    example: str
    check: Check
    apply: Callable[[Outcome, Any], None]
    got: Callable[[Outcome], Any]
    facts: tuple[str, ...] = ()
    shows: Callable[[Outcome, Facts], Mapping[str, Fact]] = _changes_no_fact
    perform: Perform | None = None
    only_on: tuple[str, ...] = ()


def does(
    name: str, *, doc: str, example: str, check: Check, perform: Perform, only_on: tuple[str, ...] = ()
) -> Action:
    """An action that does something of its own, once for each rule that matched."""

    def got(outcome: Outcome) -> Any:
        return [effect.value for effect in outcome.effects if effect.action == name]

    return Action(
        name=name,
        doc=doc,
        example=example,
        check=check,
        # That it is to be done is noted by the engine, which knows the rule.
        apply=lambda _outcome, _value: None,
        got=got,
        perform=perform,
        only_on=only_on,
    )


def sets(
    change: str, *, fact: str, doc: str, example: str, choices: Callable[[Policy], tuple[str, ...]]
) -> Action:
    """An action that gives a field of the ticket one of a choice of values."""

    def apply(outcome: Outcome, value: Any) -> None:
        outcome.changes[change] = value

    def got(outcome: Outcome) -> Any:
        return outcome.changes.get(change)

    def shows(outcome: Outcome, _facts: Facts) -> Mapping[str, Fact]:
        return {fact: outcome.changes[change]}

    return Action(
        name=change,
        doc=doc,
        example=f'"{example}"',
        check=check_one_of(change, choices, example),
        apply=apply,
        got=got,
        facts=(fact,),
        shows=shows,
    )


def check_one_of(name: str, choices: Callable[[Policy], tuple[str, ...]], example: str = "") -> Check:
    """Only one of a choice of words will do."""

    def check(text: ActionText, policy: Policy) -> list[Mistake]:
        known = choices(policy)
        if not isinstance(text.value, str):
            expected = f'a text in quotes, like "{example or known[0]}"'
            return [Mistake(place_of(text), f"{name} is {in_words(text.value)}", expected)]
        wrong = check_choice(text.value, known, name, place_of(text))
        return [wrong] if wrong else []

    return check


def check_text(text: ActionText, _policy: Policy) -> list[Mistake]:
    """Only a text will do."""
    expected = f"a text in quotes, at most {LONGEST_TEXT} characters"
    good = isinstance(text.value, str) and text.value.strip() and len(text.value) <= LONGEST_TEXT
    return [] if good else [Mistake(place_of(text), f"{text.name} is {in_words(text.value)}", expected)]


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
        if not isinstance(tag, str) or not TAG.fullmatch(tag):
            what = f"{in_words(tag)} is no tag"
            found.append(Mistake(place_of(text, index), what, TAG_EXPECTED))
    return found


def tags_now(outcome: Outcome, facts: Facts) -> Mapping[str, Fact]:
    """The ticket's tags as the following rules see them."""
    before = facts.raw["ticket.tags"]
    tags = dict.fromkeys(before if isinstance(before, tuple) else ())
    tags.update(dict.fromkeys(outcome.add_tags))
    return {"ticket.tags": tuple(tag for tag in tags if tag not in outcome.remove_tags)}
