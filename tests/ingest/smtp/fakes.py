"""The door as a test wants it: committing at once, late, never, or failing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from ingest.accept import Delivery, Receipt

if TYPE_CHECKING:
    from pathlib import Path

Outcome = Callable[["FakeAcceptor", Future[Receipt]], None]


def at_once(_: FakeAcceptor, future: Future[Receipt]) -> None:
    """Commit before `submit` returns."""
    future.set_result(Receipt(contacts=(1,), duplicate=False))


def never(acceptor: FakeAcceptor, future: Future[Receipt]) -> None:
    """Leave the mail uncommitted."""
    acceptor.waiting.append(future)


def late(seconds: float) -> Outcome:
    """Commit in another thread after ``seconds``."""

    def outcome(acceptor: FakeAcceptor, future: Future[Receipt]) -> None:
        timer = threading.Timer(seconds, at_once, (acceptor, future))
        acceptor.timers.append(timer)
        timer.start()

    return outcome


def failing(error: Exception) -> Outcome:
    """Fail in another thread."""

    def outcome(acceptor: FakeAcceptor, future: Future[Receipt]) -> None:
        timer = threading.Timer(0.01, future.set_exception, (error,))
        acceptor.timers.append(timer)
        timer.start()

    return outcome


class FakeAcceptor:
    """Keeps what it is given, and does with it what ``outcome`` says."""

    def __init__(self, spool_folder: Path) -> None:
        self.spool_folder = spool_folder
        self.outcome: Outcome = at_once
        self.reason: str | None = None
        self.deliveries: list[Delivery] = []
        self.contents: list[bytes] = []
        self.waiting: list[Future[Receipt]] = []
        self.timers: list[threading.Timer] = []
        self.error_at_submit: Exception | None = None
        self.before: Callable[[Delivery], None] = lambda _: None
        self.hold = threading.Event()
        self.hold.set()

    def submit(self, delivery: Delivery) -> Future[Receipt]:
        """Take a mail over, as the real door does: its file is gone afterwards."""
        if delivery.size > 10_000:
            self.hold.wait(5)
        if self.error_at_submit is not None:
            raise self.error_at_submit
        self.before(delivery)
        self.deliveries.append(delivery)
        if delivery.spooled is not None:
            content = delivery.spooled.read_bytes()
            delivery.spooled.unlink()
        else:
            content = delivery.raw or b""
        self.contents.append(content)
        future: Future[Receipt] = Future()
        self.outcome(self, future)
        return future

    def refusal(self) -> str | None:
        """Why nothing can be taken now."""
        return self.reason

    def close(self) -> None:
        """End the threads, and the commits that wait."""
        for timer in self.timers:
            timer.cancel()
            timer.join()
        for future in self.waiting:
            if not future.done():
                future.cancel()
