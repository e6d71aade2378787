"""Handing a whole message to the door and waiting for its commit, whatever the client does meanwhile."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING

import structlog

from ingest.accept import Busy, Delivery, Receipt
from ingest.smtp import replies

if TYPE_CHECKING:
    from ingest.smtp.body import Body
    from ingest.smtp.shared import Shared

log = structlog.get_logger(__name__)

INLINE = 32 * 1024
"""Bytes up to which a mail is handed over in the loop itself; of larger ones the door may write a file."""


async def commit(shared: Shared, delivery: Delivery, body: Body) -> str:
    """The reply that the sender has earned: 250 only once the message is committed.

    Cancelling this coroutine does not cancel the commit: it goes on, is counted, and only nobody is told. The
    bytes of ``body`` stay in flight until the commit has ended, even where the sender was told to come again.
    """
    body.hand_over()
    if delivery.size <= INLINE:
        future = _submitted(shared, delivery)
    else:
        future = Future()
        shared.threads.submit(lambda: _pass_on(_submitted(shared, delivery), future))
    if future.done():
        return _settle(shared, future, body)
    return await _settled(shared, future, body)


def _submitted(shared: Shared, delivery: Delivery) -> Future[Receipt]:
    try:
        return shared.acceptor.submit(delivery)
    except Exception as error:  # noqa: BLE001 - it is answered like a commit that failed
        failed: Future[Receipt] = Future()
        failed.set_exception(error)
        return failed


def _pass_on(source: Future[Receipt], target: Future[Receipt]) -> None:
    def copy(done: Future[Receipt]) -> None:
        if done.cancelled():
            target.cancel()
        elif (error := done.exception()) is not None:
            target.set_exception(error)
        else:
            target.set_result(done.result())

    source.add_done_callback(copy)


async def _settled(shared: Shared, future: Future[Receipt], body: Body) -> str:
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[str] = loop.create_future()

    def settled() -> None:
        reply = _settle(shared, future, body)
        if not waiter.done():
            waiter.set_result(reply)

    def give_up() -> None:
        if not waiter.done():
            log.error("smtp_commit_too_slow", seconds=shared.settings.commit_seconds)
            shared.count(replies.OUR_FAULT)
            waiter.set_result(replies.OUR_FAULT)

    def in_another_thread(_: Future[Receipt]) -> None:
        # After the channel has stopped there is no loop, and nobody to tell.
        if not loop.is_closed():
            shared.tell(loop, settled)

    future.add_done_callback(in_another_thread)
    timer = loop.call_later(shared.settings.commit_seconds, give_up)
    try:
        return await waiter
    finally:
        timer.cancel()


def _settle(shared: Shared, future: Future[Receipt], body: Body) -> str:
    if future.cancelled():
        reply = replies.OUR_FAULT
    elif (error := future.exception()) is None:
        reply = replies.KEPT
    elif isinstance(error, Busy):
        reply = replies.NO_ROOM
    else:
        log.error("smtp_commit_failed", error=type(error).__name__)
        log.debug("smtp_commit_failed_because", exc_info=error)
        reply = replies.OUR_FAULT
    body.settled(kept=reply == replies.KEPT)
    shared.count(reply)
    return reply
