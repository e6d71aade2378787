"""``then.suggest``: these articles are offered with the acknowledgement, or none whatever is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.rules.action import Action
from handlers.rules.values import place_of
from handlers.suggest import MOST, suggest_by_rule

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.decision import Outcome
    from handlers.rules.doing import Doing

LONGEST = 200
"""Characters of an article's name."""


def _check(text: ActionText, _policy: Policy) -> list[Mistake]:
    expected = f'a list of at most {MOST} names of articles, like ["reset"], or [] for none'
    if not isinstance(text.value, list):
        return [Mistake(place_of(text), f"suggest is {in_words(text.value)}", expected)]
    if len(text.value) > MOST:
        return [Mistake(place_of(text), f"suggest has {len(text.value)} articles", expected)]
    return [
        Mistake(place_of(text, index), f"{in_words(name)} is no name of an article", expected)
        for index, name in enumerate(text.value)
        if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST
    ]


def _perform(desk: Desk, doing: Doing) -> None:
    suggest_by_rule(desk, doing, doing.value)


def _got(outcome: Outcome) -> list[str] | None:
    said = [effect.value for effect in outcome.effects if effect.action == "suggest"]
    return said[-1] if said else None


action = Action(
    name="suggest",
    doc="these articles are offered with the acknowledgement, whatever the search finds; []: none is",
    example='["reset"]',
    check=_check,
    # That it is to be done is noted by the engine, which knows the rule.
    apply=lambda _outcome, _value: None,
    got=_got,
    perform=_perform,
    only_on=("open",),
)
