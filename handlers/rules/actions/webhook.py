"""``then.webhook``: another system is told of the ticket, signed; an errand makes the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.mistakes import listed, near
from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.calls import call_out
from handlers.rules.action import does
from handlers.rules.values import place_of

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing


def _check(text: ActionText, policy: Policy) -> list[Mistake]:
    known = [one.name for one in policy.outgoing_webhooks]
    if text.value in known:
        return []
    meant = near(text.value, known) if isinstance(text.value, str) else ""
    what = f"no [[outgoing_webhook]] of channels.toml is called {text.value!r}"
    if not isinstance(text.value, str):
        what = f"webhook is {in_words(text.value)}"
    return [Mistake(place_of(text), what, f"one of {listed(known)}", meant)]


def _perform(desk: Desk, doing: Doing) -> None:
    call_out(desk, doing)


action = does(
    "webhook",
    doc="another system is told of the ticket, by its name in channels.toml",
    example='"crm"',
    check=_check,
    perform=_perform,
)
