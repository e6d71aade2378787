"""Sends what the outbox holds: leases, renders, dials, and writes down what became of it.

The bytes are on the disk before anyone is dialled, and ``dot_at`` before the final dot. So a mail goes out
twice only where an answer was lost after the dot or a sender was killed there, and then it is the same mail.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import structlog

from events.identity import new_id
from events.transport import transport_of
from ingest.tracing import begin, is_on
from runtime.delivery import Carrier, InDoubt, Outcome, Permanent, Temporary
from runtime.lanes import DEPTH, Lanes
from runtime.outage import Backoff
from runtime.prepare import Preparation
from runtime.relay_health import RelayHealth
from runtime.render import Renderer
from runtime.serialise import BadAddressError, wire_address
from runtime.settle import LeaseLostError, Settlement
from store import outbox
from store.faults import DatabaseError
from store.letter import traceparent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from store.engine import Store
    from store.outbox import Leased

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 1.0
_RENEW_SECONDS = 15.0
_REST_SECONDS = 10.0
_CROWDED = timedelta(seconds=5)


class SenderState(msgspec.Struct, frozen=True):
    """How the sender stands, for the operator; ``since`` (UTC) is when the relay went up or down."""

    up: bool
    since: datetime
    last_error: str
    waiting: int
    under_way: int


def _now() -> datetime:
    return datetime.now(UTC)


def _no_overrides(_version: int | None) -> Mapping[str, str]:
    return {}


def _unsigned(wire: bytes, _sender: str) -> bytes:
    return wire


def _crowded(rows: Iterable[Leased]) -> set[str]:
    """The domains of which a lease gave all that it may."""
    return {domain for domain, count in Counter(row.domain for row in rows).items() if count >= DEPTH}


class Sender:
    """One process's sender; `run` blocks until `stop`."""

    def __init__(
        self,
        store: Store,
        carrier: Callable[[], Carrier],
        *,
        threads: int = 8,
        per_domain: int = 2,
        clock: Callable[[], datetime] = _now,
        wake: threading.Event | None = None,
        overrides_of: Callable[[int | None], Mapping[str, str]] = _no_overrides,
        sign: Callable[[bytes, str], bytes] = _unsigned,
        grace_seconds: float = 5.0,
    ) -> None:
        """``carrier`` makes one `Relay` or `Capture` a thread; setting ``wake`` makes it look at once."""
        self._store = store
        self._carrier = carrier
        self._clock = clock
        self._threads = threads
        self._grace_seconds = grace_seconds
        self._wake = wake or threading.Event()
        self._stopping = threading.Event()
        self._lanes = Lanes(threads=threads, per_domain=per_domain)
        self._health = RelayHealth(clock)
        self._renderer = Renderer()
        self._preparation = Preparation(store, self._renderer, overrides_of, sign)
        self._settlement = Settlement(store, clock)
        self._carriers: list[Carrier] = []
        self._renewed_at = time.monotonic()
        self._more_of: set[str] | None = set()  # of which domains the last lease left some; None: of any

    @property
    def state(self) -> SenderState:
        """How it stands now; any thread may ask."""
        waiting, here = self._lanes.waiting(), len(self._lanes.mails())
        health = self._health
        return SenderState(health.up, health.since, health.last_error, waiting, here - waiting)

    def stop(self) -> None:
        """Finish what is under way, give back the rest, and let `run` return."""
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        """Send until `stop` is called; a database that cannot be reached is waited for."""
        threads = [
            threading.Thread(target=self._work, name=f"sender-{number}", daemon=True)
            for number in range(self._threads)
        ]
        for thread in threads:
            thread.start()
        backoff = Backoff(0.5, 15.0)
        try:
            while not self._stopping.is_set():
                try:
                    wait = self._round()
                    backoff.reset()
                except DatabaseError as error:
                    log.warning("outbox_unreachable", error=type(error).__name__)
                    wait = backoff.pause()
                self._wake.wait(wait)
                self._wake.clear()
        finally:
            self._end(threads)

    def _round(self) -> float:
        """Lease and prepare once; for how many seconds there is nothing more to do."""
        self._renew()
        if not self._settlement.redo():
            return _LOOK_SECONDS
        self._give_back(self._lanes.drain(paused_only=True))
        most = self._room()
        if most < 1:
            return min(_LOOK_SECONDS, self._health.pause or _LOOK_SECONDS)
        full = self._lanes.full()
        rows = self._lease(most, full)
        # What a lease could have given and did not is not due: to ask again after each mail would cost more
        # than all of its sending. Of a domain that has no room there may be more.
        self._more_of = None if len(rows) == most else {*full, *_crowded(rows)}
        if rows:
            self._prepare(rows)
        return 0.0 if self._is_low() else _LOOK_SECONDS

    def _lease(self, most: int, full: list[str]) -> list[Leased]:
        here = self._settlement.open() | {mail.id for mail in self._lanes.mails()}
        with self._store.writing() as connection:
            return outbox.lease(
                connection,
                holder=new_id(),
                now=self._clock(),
                most=most,
                per_domain=DEPTH,
                busy=self._lanes.busy(),
                full=full,
                here=here,
            )

    def _is_low(self) -> bool:
        """Whether there is room for what the last lease left behind."""
        if self._more_of is None:
            return self._lanes.waiting() < self._threads * 4
        return self._lanes.has_room(self._more_of)

    def _room(self) -> int:
        """How many mails to lease now; none while the relay is left alone, one to see whether it is back."""
        if not self._health.up:
            return 1 if not self._lanes.mails() and not self._health.pause else 0
        waiting = self._lanes.waiting()
        # Leasing a few at a time would cost a commit each.
        return self._threads * 8 - waiting if waiting < self._threads * 4 else 0

    def _prepare(self, rows: list[Leased]) -> None:
        prepared = self._preparation.prepare(rows, self._renew)
        self._lanes.put(prepared.ready)
        for mail, answer in prepared.hopeless:
            self._settlement.settle(mail, Permanent(answer))
        for mail in prepared.stuck:
            self._settlement.settle(mail, Temporary("this mail could not be rendered"))

    def _work(self) -> None:
        carrier = self._carrier()
        self._carriers.append(carrier)
        while not self._stopping.is_set():
            mail = self._lanes.take(_REST_SECONDS)
            with self._settlement.muster.coming():
                while mail is not None:
                    self._handle(mail, carrier)
                    mail = self._lanes.take(0)
            carrier.rest()
        carrier.close()

    def _handle(self, mail: Leased, carrier: Carrier) -> None:
        hung = False
        try:
            hung = self._send(mail, carrier)
        finally:
            self._lanes.done(mail, hung=hung)
            if self._is_low():
                self._wake.set()

    def _send(self, mail: Leased, carrier: Carrier) -> bool:
        """Try one mail; whether a time limit ended it."""
        with begin("send", traceparent_of(mail.letter) if is_on() else "", outgoing=mail.id):
            return self._try(mail, carrier)

    def _try(self, mail: Leased, carrier: Carrier) -> bool:
        began = time.monotonic()
        by_mail = not transport_of(mail.recipient)
        if by_mail and self._health.pause:
            self._settlement.settle(mail, Temporary(self._health.last_error, relay=True))
            return False
        try:
            outcome = self._deliver(mail, carrier)
        except LeaseLostError:
            log.warning("lease_lost", outgoing=mail.id)
            return False
        except Exception as error:  # noqa: BLE001 - a thread that dies would send nothing for ever
            log.warning("send_failed", outgoing=mail.id, error=type(error).__name__)
            self._settlement.settle(mail, Temporary(f"a fault of ours ({type(error).__name__})"))
            return False
        if isinstance(outcome, Temporary) and outcome.relay:
            self._relay_failed(mail, outcome, began)
            return False
        if by_mail:
            self._health.worked()
        if self._stopping.is_set() and isinstance(outcome, Temporary) and not outcome.answer[:1].isdigit():
            # We hung up ourselves: no attempt, and no reason to wait.
            outcome = Temporary(outcome.answer, relay=True)
        self._settlement.settle(mail, outcome)
        return isinstance(outcome, Temporary | InDoubt) and outcome.slow

    def _deliver(self, mail: Leased, carrier: Carrier) -> Outcome:
        try:
            recipient = wire_address(mail.recipient)
            mail_from = wire_address(mail.mail_from) if mail.mail_from else ""
        except BadAddressError as error:
            return Permanent(str(error))
        return carrier.deliver(
            mail.wire or b"",
            mail_from=mail_from,
            recipient=recipient,
            before_dot=lambda: self._settlement.before_dot(mail),
        )

    def _relay_failed(self, mail: Leased, outcome: Temporary, began: float) -> None:
        self._health.failed(outcome.answer, began=began)
        if self._health.up:
            # The relay takes mail from our other threads, so this one is a line too many for it.
            self._settlement.settle(mail, msgspec.structs.replace(outcome, wait=_CROWDED))
            self._stopping.wait(_CROWDED.total_seconds())
        else:
            self._settlement.settle(mail, outcome)

    def _renew(self) -> None:
        """Keep the leases of what is here, now and then."""
        if time.monotonic() - self._renewed_at < _RENEW_SECONDS:
            return
        self._renewed_at = time.monotonic()
        with self._store.writing() as connection:
            outbox.renew(connection, self._lanes.mails(), now=self._clock())

    def _give_back(self, mails: list[Leased]) -> None:
        if mails:
            with self._store.writing() as connection:
                outbox.release(connection, mails)

    def _end(self, threads: list[threading.Thread]) -> None:
        self._lanes.close()
        deadline = time.monotonic() + self._grace_seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for carrier in self._carriers:
            carrier.abort()
        for thread in threads:
            thread.join(2.0)
        # What cannot be given back now is due again when its lease runs out.
        with contextlib.suppress(DatabaseError):
            self._give_back(self._lanes.drain())
        self._settlement.redo()
        self._settlement.close()
        self._renderer.close()
