"""``then.notify``: agents are told of the ticket, each of them or everyone in a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import listed, near
from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.notify import notify_by_rule
from handlers.rules.action import does
from handlers.rules.values import place_of, several

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing


def _check(text: ActionText, policy: Policy) -> list[Mistake]:
    known = [*(one.id for one in policy.desk.agents), *(one.name for one in policy.desk.groups)]
    names = several(text.value)
    if not names:
        return [Mistake(place_of(text), "notify is an empty list", "agents' ids or groups' names")]
    found = []
    for index, name in enumerate(names):
        place = place_of(text, index) if isinstance(text.value, list) else place_of(text)
        if not isinstance(name, str):
            found.append(Mistake(place, f"notify is {in_words(name)}", "agents' ids or groups' names"))
        elif name not in known:
            what = f"nobody to notify is called {name!r}"
            found.append(Mistake(place, what, f"one of {listed(known)}", near(name, known)))
    return found


def _perform(desk: Desk, doing: Doing) -> None:
    notify_by_rule(desk, doing, several(doing.value))


action = does(
    "notify",
    doc="these agents, and everyone in these groups, are told of the ticket",
    example='["ana"]',
    check=_check,
    perform=_perform,
)
