"""What a requester says of an article that they were told of: it solved their question, or it did not help.

The first answer to each counts. It is a `POST` from a page behind a signed link: programs that follow every
link of a mail only look.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from events.types import By
from handlers import service
from handlers.status import set_status
from store import kinds
from store.past import OVER

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.desk import Desk
    from store.records import SuggestionRecord

SOLVED, HELPFUL, UNHELPFUL = "solved", "helpful", "unhelpful"
"""It solved the ticket; it was found helpful when that was solved already; it did not help."""
ANSWERS = (SOLVED, UNHELPFUL)
"""What a requester may say."""
EXPIRES = timedelta(days=30)
"""How long after the mail a link can be answered."""
FLAG = "article"
"""The flag of the note that says what they said."""


def is_open(shown: SuggestionRecord | None, now: datetime) -> bool:
    """Whether a requester may still say something of a suggestion: they were told of it, and not long ago."""
    return shown is not None and shown.shown and now - shown.at < EXPIRES


def answer(desk: Desk, ticket: int, number: int, said: str) -> bool:
    """Keep what a requester says of a ticket's suggestion; false where it is answered, too late or not there.

    One that solved it solves the ticket, with the article as what was done. Raises ``ValueError`` for an
    answer that there is not.
    """
    if said not in ANSWERS:
        message = f"{said!r} is no answer"
        raise ValueError(message)
    shelf = desk.batch.shelf(kinds.SUGGESTIONS)
    shown = next((one for one in shelf.where("ticket", ticket) if one.number == number), None)
    if shown is None or not is_open(shown, desk.now) or shown.answer:
        return False
    if said == SOLVED:
        said = _solve(desk, ticket, shown)
    shelf.change(shown, answer=said, answered_at=desk.now)
    words = {SOLVED: "solved it", HELPFUL: "was helpful", UNHELPFUL: "did not help"}[said]
    desk.note(ticket, f"The requester says that the article {shown.name} {words}.", flag=FLAG)
    return True


def _solve(desk: Desk, ticket: int, shown: SuggestionRecord) -> str:
    """Solve the ticket by the article; gives back what that makes the answer."""
    if desk.ticket(ticket).status in OVER:
        return HELPFUL
    done = f"The requester was helped by the article {shown.name} ({shown.language}): {shown.title}"
    service.document(desk, ticket, "", done=done)
    service.answered_by(desk, ticket, shown.name)
    desk.acting(ticket, By.REQUESTER, why=f"the article {shown.name} has solved it")
    set_status(desk, ticket, "solved")
    desk.tell_changes(ticket)
    return SOLVED
