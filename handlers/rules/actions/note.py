"""``then.note``: a note on the ticket, which no customer ever reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.rules.action import check_text, does

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.rules.doing import Doing


def _perform(desk: Desk, doing: Doing) -> None:
    desk.note(doing.ticket, doing.value, flag="rule")


action = does(
    "note", doc="a note on the ticket", example='"Call them back."', check=check_text, perform=_perform
)
