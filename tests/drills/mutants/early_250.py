"""250 is said before the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.smtp import conversation, replies

if TYPE_CHECKING:
    from ingest.accept import Delivery
    from ingest.smtp.body import Body
    from ingest.smtp.shared import Shared


async def _commit(shared: Shared, delivery: Delivery, body: Body) -> str:
    body.hand_over()
    shared.acceptor.submit(delivery).add_done_callback(lambda _: body.settled(kept=True))
    return replies.KEPT


def plant() -> None:
    """Answer at once."""
    setattr(conversation, "commit", _commit)  # noqa: B010 - it is imported there, not offered
