"""Group commit: everyone who waits shares one transaction, and so one fsync."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog

from store import failpoints
from store.faults import is_outage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from store.engine import Store

log = structlog.get_logger(__name__)

T = TypeVar("T")
R = TypeVar("R")


class ClosedError(Exception):
    """The writer has been closed and takes nothing more."""


class GroupCommit(Generic[T, R]):
    """A thread that writes what others submit, many in one transaction.

    ``write`` gets a connection inside a transaction and the items in the order of submission, and returns one
    answer each. Futures resolve after the commit. Where a group fails its items are redone one by one, so
    that a bad one fails alone; where the database itself is away all of them fail at once.
    """

    def __init__(
        self,
        store: Store,
        write: Callable[[Connection, list[T]], list[R]],
        *,
        name: str,
        urgent: bool = False,
        most: int = 200,
        after: Callable[[], None] = lambda: None,
        failpoint: str = "",
        gather: Callable[[], object] = lambda: None,
    ) -> None:
        """Start the thread; ``most`` items share a commit at the most.

        ``after`` is called in the thread after each commit, when its futures have been resolved. Between the
        two lies the point that ``failpoint`` names (`store.failpoints`). ``gather`` is called when a group
        has its first item; what comes until it returns is in the group too.
        """
        self._store = store
        self._write = write
        self._urgent = urgent
        self._most = most
        self._after = after
        self._failpoint = failpoint
        self._gather = gather
        self._queue: queue.SimpleQueue[tuple[T, Future[R]] | None] = queue.SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, item: T) -> Future[R]:
        """Queue one item; the future resolves when it is on the disk, or fails with what went wrong."""
        future: Future[R] = Future()
        # A waiter that gives up must not stop a write that is under way.
        future.set_running_or_notify_cancel()
        with self._lock:
            if self._closed:
                future.set_exception(ClosedError())
                return future
            self._queue.put((item, future))
        return future

    @property
    def waiting(self) -> int:
        """How many items are queued now, about."""
        return self._queue.qsize()

    def close(self) -> None:
        """Write what is queued, then end the thread."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            group, last = self._take()
            if group:
                self._commit(group)
            if last:
                return

    def _take(self) -> tuple[list[tuple[T, Future[R]]], bool]:
        """Wait for one item, then take all that came meanwhile."""
        first = self._queue.get()
        if first is None:
            return [], True
        self._gather()
        group = [first]
        while len(group) < self._most:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return group, True
            group.append(item)
        return group, False

    def _commit(self, group: list[tuple[T, Future[R]]]) -> None:
        try:
            answers = self._transact([item for item, _ in group])
        except Exception as error:  # noqa: BLE001 - every waiter must hear of it
            if len(group) == 1 or is_outage(error):
                self._fail(group, error)
            else:
                for one in group:
                    self._commit([one])
            return
        failpoints.reach(self._failpoint)
        for (_, future), answer in zip(group, answers, strict=True):
            future.set_result(answer)
        self._tell()

    def _fail(self, group: list[tuple[T, Future[R]]], error: Exception) -> None:
        log.warning(
            "group_commit_failed", writer=self._thread.name, items=len(group), error=type(error).__name__
        )
        for _, future in group:
            future.set_exception(error)

    def _tell(self) -> None:
        try:
            self._after()
        except Exception:
            # What was written is written, and this thread has to live: the next item waits for it.
            log.exception("after_commit_failed", writer=self._thread.name)

    def _transact(self, items: list[T]) -> list[R]:
        with self._store.writing(urgent=self._urgent) as connection:
            return self._write(connection, items)
