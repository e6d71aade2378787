"""One transaction of the worker: many events' chains, every effect and every "done" in one commit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import structlog

from events.outcome import Defer, Reason, Refuse
from events.token import Keyring
from events.types import Event, TicketOpened
from handlers import chain
from handlers.desk import Desk, Rulebook
from handlers.foresee import foresee
from handlers.rescue import rescue
from ingest.tracing import begin
from runtime.attempts import next_try
from runtime.reading import Readings
from store import deadletters, work
from store.batch import Batch
from store.faults import DatabaseError
from store.numbers import Numbers
from store.work import Work

if TYPE_CHECKING:
    from store.engine import Connection

log = structlog.get_logger(__name__)


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One leased row with its event, ready to be run."""

    row: Work
    event: Event


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What stays the same for all transactions of a worker's round.

    With ``further`` tickets that open in a batch are worked on in it.
    """

    holder: str
    now: datetime
    rulebook: Rulebook
    keyring: Keyring
    numbers: Numbers
    readings: Readings
    further: bool = True


End = chain.Done | chain.Again | Refuse | Defer
Ends = list[tuple[Order, End]]


def run(connection: Connection, orders: list[Order], bench: Bench) -> list[Event]:
    """Run orders inside an open transaction; gives back the new events, for the bell.

    Rows that somebody else holds by now are left out. Raises what the database raises.
    """
    held = work.still_held(connection, holder=bench.holder, rows=[order.row for order in orders])
    mine = [order for order in orders if order.row.id in held]
    batch = Batch(connection, bench.numbers)
    foresee(
        batch,
        [order.event for order in mine],
        bench.readings.messages,
        keyring=bench.keyring,
        desk=bench.rulebook.policy.desk,
        now=bench.now,
    )
    ends = [(order, _run_one(order, batch, bench)) for order in mine]
    opened = _go_further(ends, batch, bench) if bench.further else []
    written = batch.write({order.event.id for order, end in opened if end == chain.Done()})
    ends += _left_over(connection, opened, bench)
    done = [order.row.id for order, end in ends if _conclude(connection, order, end, bench)]
    work.finish(connection, holder=bench.holder, ids=done)
    batch.count()
    return written


def _run_one(order: Order, batch: Batch, bench: Bench) -> End:
    structlog.contextvars.bind_contextvars(event_id=order.event.id, root=order.event.root)
    span = begin(f"chain {order.event.name}", order.event.traceparent or "")
    event = msgspec.structs.replace(order.event, traceparent=span.carrier) if span.carrier else order.event
    try:
        end: End = chain.run(event, _desk(event, batch, bench), order.row.handler)
    except (Refuse, Defer) as outcome:
        end = outcome
    finally:
        span.end()
        structlog.contextvars.unbind_contextvars("event_id", "root")
    if _is_last(order, end, bench):
        _try_rescue(order, batch, bench, end)
    return end


def _go_further(ends: Ends, batch: Batch, bench: Bench) -> Ends:
    """Run the chains of tickets that open in this batch; gives back how each ended.

    A ticket's stream begins here, and nobody else can see it yet: there is nothing older to wait for. What a
    rescue opened goes the long way, by the message that the rescue wrote.
    """
    well = {order.event.id for order, end in ends if isinstance(end, chain.Done)}
    opened = [event for event in batch.tell() if isinstance(event, TicketOpened) and event.cause in well]
    orders = [Order(row=Work.of(event), event=event) for event in opened]
    return [(order, _run_one(order, batch, bench)) for order in orders]


def _left_over(connection: Connection, opened: Ends, bench: Bench) -> Ends:
    """Opened tickets with which not all went well, with the rows they left, to be concluded like others."""
    ends = {order.event.id: end for order, end in opened if end != chain.Done()}
    if not ends:
        return []
    told = {order.event.id: order.event for order, _ in opened if order.event.id in ends}
    rows = work.lease_left(connection, holder=bench.holder, now=bench.now, told=told.values())
    return [(Order(row=row, event=told[row.event]), ends[row.event]) for row in rows]


def _desk(event: Event, batch: Batch, bench: Bench) -> Desk:
    return Desk(
        batch,
        event,
        now=bench.now,
        rulebook=bench.rulebook,
        keyring=bench.keyring,
        parsed=bench.readings.of,
    )


def _is_last(order: Order, end: End, bench: Bench) -> bool:
    if isinstance(end, Refuse):
        return True
    return isinstance(end, chain.Again) and next_try(order.row.attempts + 1, bench.now) is None


def _try_rescue(order: Order, batch: Batch, bench: Bench, end: End) -> None:
    """A dead event is shown to a person; where even that fails, the dead letter alone speaks for it."""
    mark = batch.mark()
    try:
        rescue(order.event, _desk(order.event, batch, bench), _why(end)[0], order.row.handler)
    except DatabaseError:
        raise
    except Exception:
        batch.undo(mark)
        log.exception("rescue_failed")


def _conclude(connection: Connection, order: Order, end: End, bench: Bench) -> bool:
    """Write down how an order ended; true where its row is done with."""
    if isinstance(end, chain.Done):
        for handler, fault in end.left:
            due = next_try(1, bench.now) or bench.now
            work.enqueue_handler(connection, order.event, handler, due)
            deadletters.note(connection, order.row, now=bench.now, what="left", reason=handler, detail=fault)
        return True
    if isinstance(end, Defer):
        attempts = order.row.attempts
        work.put_off(connection, holder=bench.holder, row=order.row, due_at=end.until, attempts=attempts)
        return False
    return fail(connection, order.row, bench, *_why(end))


def fail(connection: Connection, row: Work, bench: Bench, reason: str, detail: str) -> bool:
    """Count one more failed attempt; the last one makes a dead letter, and then the row is done with."""
    attempts = row.attempts + 1
    due = None if reason != "fault" else next_try(attempts, bench.now)
    if due is None:
        last = Reason.TRIED_OUT.value if reason == "fault" else reason
        spent = msgspec.structs.replace(row, attempts=attempts)
        deadletters.write(connection, spent, now=bench.now, reason=last, detail=detail)
        log.error("dead_letter", event_id=row.event, name=row.name, reason=last)
        return True
    deadletters.note(connection, row, now=bench.now, what="retry", reason=reason, detail=detail)
    work.put_off(connection, holder=bench.holder, row=row, due_at=due, attempts=attempts)
    return False


def _why(end: End) -> tuple[str, str]:
    if isinstance(end, Refuse):
        return end.reason.value, end.detail
    return "fault", end.fault if isinstance(end, chain.Again) else ""


def bury(
    connection: Connection, order: Order, bench: Bench, end: Refuse | chain.Again, *, rescued: bool
) -> list[Event]:
    """Make a dead letter of an event without running its chain; a person is shown it where ``rescued``.

    Gives back the new events, for the bell; does nothing where the row is somebody else's by now.
    """
    if not work.still_held(connection, holder=bench.holder, rows=[order.row]):
        return []
    batch = Batch(connection, bench.numbers)
    if rescued:
        _try_rescue(order, batch, bench, end)
    written = batch.flush()
    fail(connection, order.row, bench, *_why(end))
    work.finish(connection, holder=bench.holder, ids=[order.row.id])
    return written
