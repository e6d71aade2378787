"""250 is said before the commit."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from ingest.accept import Receipt
from ingest.smtp import connection
from ingest.smtp.commit import Commit

if TYPE_CHECKING:
    from ingest.accept import Delivery
    from ingest.smtp.body import Body
    from ingest.smtp.commit import Waiter
    from ingest.smtp.shared import Shared

POINTS = ("accept_before_commit",)
_BEHIND_SECONDS = 0.1
"""How long after the answer a mail is handed over, as where writes are put off to be done together."""


def _commit(shared: Shared, delivery: Delivery, body: Body, waiter: Waiter) -> Commit:
    made = Commit(shared, body, waiter)
    promised: Future[Receipt] = Future()
    promised.set_result(Receipt(contacts=(), duplicate=False))
    shared.tell(made.settle, promised)
    shared.loop.call_later(_BEHIND_SECONDS, shared.acceptor.submit, delivery)
    return made


def plant() -> None:
    """Answer at once."""
    setattr(connection, "commit", _commit)  # noqa: B010 - it is imported there, not offered
