"""``then.set_field``: what the desk's own fields of the ticket hold."""

from collections.abc import Mapping
from typing import Any

from config.mistakes import listed, near
from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.rules.action import Action
from handlers.rules.decision import Outcome
from handlers.rules.facts import Facts
from handlers.rules.fields import OWN
from handlers.rules.kinds import Fact
from handlers.rules.values import check_choice, place_of


def _check(text: ActionText, policy: Policy) -> list[Mistake]:
    place = place_of(text)
    if not isinstance(text.value, dict) or not text.value:
        expected = 'a field of the desk\'s own, like then.set_field.order_kind = "return"'
        return [Mistake(place, f"set_field is {in_words(text.value)}", expected)]
    fields = {one.name: one.values for one in policy.desk.fields}
    found = []
    for name, value in text.value.items():
        if name not in fields:
            what = f"no [[field]] of desk.toml is called {name!r}"
            found.append(Mistake(place, what, f"one of {listed(fields)}", near(name, fields)))
        elif not isinstance(value, str):
            found.append(Mistake(place, f"{name} is {in_words(value)}", "a text in quotes"))
        elif fields[name] and (wrong := check_choice(value, fields[name], name, place)):
            found.append(wrong)
    return found


def _apply(outcome: Outcome, value: Mapping[str, str]) -> None:
    outcome.fields.update(value)


def _shows(outcome: Outcome, _facts: Facts) -> Mapping[str, Fact]:
    return {OWN + name: value for name, value in outcome.fields.items()}


def _got(outcome: Outcome) -> Any:
    return outcome.fields or None


action = Action(
    name="set_field",
    doc="what fields of the desk's own hold",
    example='{ order_kind = "return" }',
    check=_check,
    apply=_apply,
    got=_got,
    facts=(OWN,),
    shows=_shows,
)
