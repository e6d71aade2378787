"""The worker: lease a batch, read it, run it in one transaction, ring for what it led to.

Nothing but the database has to survive: a worker that dies leaves leases that run out, and a batch that fails
is redone one event at a time, so that a bad event fails alone.
"""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import structlog

from events.codec import UnreadableEventError
from events.outcome import Reason, Refuse
from handlers.chain import Again, describe_fault
from runtime import transaction
from runtime.attempts import DEATHS_MOST, next_try
from runtime.ear import Deaf
from runtime.reading import Readings
from runtime.transaction import Bench, Order
from store import deadletters, failpoints, work
from store.faults import is_outage, is_passing
from store.numbers import numbers_for
from store.tallies import ContendedError
from store.work import Work

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

    from events.token import Keyring
    from events.types import Event
    from runtime.ear import Ear
    from runtime.reading import Reader
    from runtime.reading_beside import ReaderBeside
    from runtime.rulebooks import Rulebooks
    from store.engine import Store

log = structlog.get_logger(__name__)

BATCH_MOST = 50
LOOK_SECONDS = 1.0
"""How often a worker looks without being rung for."""
GATHER_SECONDS = 0.02
"""How long a worker that has caught up lets mail gather before it looks again, unless a batch is full before.

In a batch of three a mail costs three times what it does in one of fifty, and a worker that is quicker than
the mail would take up few at a time. The first mail after a silence waits for nothing.
"""
QUIET_SECONDS = 0.01
"""After so long without mail no more is waited for: what there is came last of many."""
CONTENDED_WAIT = timedelta(milliseconds=200)
RESCUE_PAUSES = (0.2, 1.0, 0.0)
"""Seconds between tries to rescue an event while somebody else is in the way."""
TROUBLE_SECONDS = 2.0
"""How long a worker waits after the database failed it."""
SEASONED_SECONDS = 10.0
"""How long a worker has lived before it takes up what another has died over alone.

Where workers die young, whatever it is of, no event is blamed for it; and what is deadly lets each worker do
others' work first.
"""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that is leased: what is to be done, and how to come by its messages."""

    rows: list[Work]
    orders: list[Order]
    bench: Bench
    readings: Callable[[], Readings]


def holder_name() -> str:
    """Who holds a lease: host, process and a nonce, so that two workers are never taken for one."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Worker:
    """One thread's worth of work; any number of them, on any number of hosts."""

    def __init__(
        self,
        store: Store,
        reader: Reader | ReaderBeside,
        rulebooks: Rulebooks,
        keyring: Keyring,
        *,
        ring: Callable[[Sequence[Event]], None],
        now: Callable[[], datetime],
        most: int = BATCH_MOST,
        seasoned_seconds: float = SEASONED_SECONDS,
        ear: Ear | None = None,
    ) -> None:
        """``ring`` is told of new work after each commit; ``now`` is the one clock."""
        self._store = store
        self._reader = reader
        self._rulebooks = rulebooks
        self._keyring = keyring
        self._ring = ring
        self._now = now
        self._most = most
        self._seasoned_at = time.monotonic() + seasoned_seconds
        self._holder = holder_name()
        self._numbers = numbers_for(store.dialect)
        self._ahead: Taken | None = None
        self._ear = ear or Deaf()

    def run(self, stop: threading.Event, wait: Callable[[float], object]) -> None:
        """Work until ``stop`` is set; ``wait`` sleeps until something rings, or for the seconds given.

        Whatever goes wrong is waited for; what was leased then is given back, so that it counts no death.
        """
        leased = False
        while not stop.is_set():
            try:
                if leased:
                    self._give_back()
                    leased = False
                done = self.round()
            except Exception as error:
                leased = True
                log.warning("worker_waits", error=type(error).__name__, exc_info=not is_outage(error))
                stop.wait(TROUBLE_SECONDS)
                continue
            if not done:
                wait(LOOK_SECONDS)
            elif done < self._most and self._ahead is None:
                self._ear.gather(self._most, QUIET_SECONDS, GATHER_SECONDS)
        self._leave()

    def round(self) -> int:
        """Do one batch; gives back how many events were leased. Raises what keeps the whole batch back."""
        taken, self._ahead = self._ahead or self._take(), None
        if taken is None:
            return 0
        readings = taken.readings()
        if self._reader.reads_elsewhere and max(len(taken.rows), self._ear.told) >= self._most:
            # There is more: it is read on the other core while this batch is worked on.
            self._ahead = self._take(ahead=True)
        bench = msgspec.structs.replace(taken.bench, readings=readings)
        if taken.rows[0].deaths >= DEATHS_MOST:
            for order in taken.orders:
                self._bury(order, bench, Refuse(Reason.DEADLY))
        elif taken.orders:
            self._work_on(taken.orders, bench)
        return len(taken.rows)

    def _take(self, *, ahead: bool = False) -> Taken | None:
        """Lease a batch, and have its mails read, ``ahead`` of another's work; None where nothing is due."""
        self._ear.count_anew()
        # The clock before the version: what is dated two seconds after an `apply` is worked on under it.
        now = self._now()
        rulebook = self._rulebooks.fresh()
        rows, bodies = self._lease(now)
        if not rows:
            return None
        failpoints.reach("lease_after_commit")
        orders = [order for row in rows if (order := self._order(row, bodies, now)) is not None]
        # What nobody survived is not read either.
        read = [order.event for order in orders] if rows[0].deaths < DEATHS_MOST else []
        bench = Bench(
            holder=self._holder,
            now=now,
            rulebook=rulebook,
            keyring=self._keyring,
            numbers=self._numbers,
            readings=Readings({}, {}),
            further=not rows[0].deaths,
        )
        readings = self._reader.begin(read, rulebook.policy, ahead=ahead)
        return Taken(rows=rows, orders=orders, bench=bench, readings=readings)

    def _lease(self, now: datetime) -> tuple[list[Work], dict[str, str]]:
        """What is leased, and the stored events by id, in one transaction: each costs round trips."""
        seasoned = time.monotonic() >= self._seasoned_at
        with self._store.writing() as connection:
            rows = work.lease(connection, holder=self._holder, now=now, most=self._most, seasoned=seasoned)
            return rows, work.load(connection, [row.event for row in rows]) if rows else {}

    def _order(self, row: Work, bodies: dict[str, str], now: datetime) -> Order | None:
        """The row with its event; one that cannot be read is a dead letter at once."""
        try:
            return Order(row=row, event=work.event_of(bodies[row.event]))
        except (UnreadableEventError, KeyError):
            self._kill(row, now, Reason.UNREADABLE)
            return None

    def _work_on(self, orders: list[Order], bench: Bench) -> None:
        try:
            self._transact(orders, bench)
        except Exception as error:
            if is_outage(error):
                raise
            log.info("batch_redone_one_by_one", events=len(orders), error=type(error).__name__)
            for order in orders:
                self._alone(order, bench)

    def _alone(self, order: Order, bench: Bench) -> None:
        try:
            self._transact([order], msgspec.structs.replace(bench, further=False))
        except ContendedError:
            # Somebody else is at the same counts just now: no fault, so this is no attempt.
            due = bench.now + CONTENDED_WAIT
            with self._store.writing() as connection:
                work.put_off(
                    connection, holder=self._holder, row=order.row, due_at=due, attempts=order.row.attempts
                )
        except Exception as error:
            if is_outage(error):
                raise
            log.warning("event_failed", event_id=order.event.id, error=type(error).__name__, exc_info=True)
            self._fail(order, bench, Again(describe_fault(error)))

    def _fail(self, order: Order, bench: Bench, end: Again) -> None:
        if next_try(order.row.attempts + 1, bench.now) is None:
            self._bury(order, bench, end)
            return
        with self._store.writing() as connection:
            transaction.fail(connection, order.row, bench, "fault", end.fault)

    def _transact(self, orders: list[Order], bench: Bench) -> None:
        with self._store.writing() as connection:
            written = transaction.run(connection, orders, bench)
            failpoints.reach("batch_before_commit")
        failpoints.reach("batch_after_commit")
        # Without new events too: what was written may be mail, and the sender hears the same bell.
        self._ring(written)

    def _bury(self, order: Order, bench: Bench, end: Refuse | Again) -> None:
        """Make a dead letter and show it to a person all the same, unless not even that can be written."""
        written = None
        # A rescue that a worker has died over, too, is not tried again: it might end every process.
        if order.row.deaths <= DEATHS_MOST:
            written = self._rescue(order, bench, end)
        if written is None:
            with self._store.writing() as connection:
                written = transaction.bury(connection, order, bench, end, rescued=False)
        if written:
            self._ring(written)

    def _rescue(self, order: Order, bench: Bench, end: Refuse | Again) -> list[Event] | None:
        """Bury an event and do for it what can be done; None where that cannot be written.

        What passes (a lock, a deadlock, a count that another worker was faster at) is tried again.
        """
        for pause in RESCUE_PAUSES:
            try:
                with self._store.writing() as connection:
                    return transaction.bury(connection, order, bench, end, rescued=True)
            except Exception as error:
                if is_outage(error):
                    raise
                log.exception("rescue_failed", event_id=order.event.id)
                if not (isinstance(error, ContendedError) or is_passing(error)):
                    break
                time.sleep(pause)
        return None

    def _kill(self, row: Work, now: datetime, reason: Reason) -> None:
        with self._store.writing() as connection:
            deadletters.write(connection, row, now=now, reason=reason.value, detail="")
            work.finish(connection, holder=self._holder, ids=[row.id])

    def _give_back(self) -> None:
        """Release leases at once, so that nobody need wait for them to run out."""
        self._ahead = None
        with self._store.writing() as connection:
            work.give_back(connection, holder=self._holder)

    def _leave(self) -> None:
        try:
            self._give_back()
        except Exception as error:  # noqa: BLE001 - the process ends, and the leases run out by themselves
            log.warning("leases_left_to_run_out", error=type(error).__name__)
