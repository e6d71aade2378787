"""``then.forward``: what was written goes on to an address outside; never in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.address import bare, is_address
from config.table import in_words
from config.types import ActionText, Mistake, Policy
from handlers.mail_by_rule import forward
from handlers.rules.action import does
from handlers.rules.values import place_of, several

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing


def _check(text: ActionText, policy: Policy) -> list[Mistake]:
    found = []
    for index, address in enumerate(several(text.value)):
        place = place_of(text, index) if isinstance(text.value, list) else place_of(text)
        if not isinstance(address, str) or not is_address(address):
            expected = 'a mail address like "partner@shop.example"'
            found.append(Mistake(place, f"forward is {in_words(address)}", expected))
        elif policy.mailbox(bare(address)) is not None:
            what = f"{address!r} is a mailbox of the desk: its mail would go in a circle"
            found.append(Mistake(place, what, "an address outside"))
    return found


def _perform(desk: Desk, doing: Doing) -> None:
    forward(desk, doing, [one.lower() for one in several(doing.value)])


action = does(
    "forward",
    doc="what was written goes on to these addresses outside",
    example='"partner@shop.example"',
    check=_check,
    perform=_perform,
)
