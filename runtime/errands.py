"""The errands: slow work outside any transaction, which is to ask DNS about the senders of new contacts.

A few threads ask at once, and what they found is written as it comes, fenced by the lease. An errand never
fails: what cannot be found out is told as unverified, and the contact goes on.
"""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from config.types import SenderCheck
from events.codec import UnreadableEventError
from events.message import Envelope, Trust
from events.outcome import Reason
from events.types import ContactChecked, ContactReceived
from ingest.trust.grade import Graded
from runtime.attempts import DEATHS_MOST
from runtime.worker import TROUBLE_SECONDS, holder_name
from store import counts, deadletters, work
from store.faults import is_outage
from store.rawbytes import content, with_raw
from store.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from events.types import Event
    from ingest.trust.check import Checker
    from runtime.rulebooks import Rulebooks
    from store.engine import Store
    from store.rawfiles import RawFiles

log = structlog.get_logger(__name__)

THREADS = 32
"""Mails that are asked about at once: a slow domain's keep no others waiting."""
EAGER_SECONDS = 0.1
"""How often to look where the policy asks DNS, without a bell: a broker's is for a worker to hear."""
IDLE_SECONDS = 1.0
"""And where it does not: then only what came in under an older policy is found."""
LARGE = 1024 * 1024
"""Bytes; mails beyond are checked one at a time, for the memory's sake."""


class Errand(msgspec.Struct, frozen=True):
    """One leased errand: its event, and the contact's row with its raw's place, where it is still there."""

    row: Work
    event: ContactReceived
    contact: Any


class Errands:
    """One process's errands; any number of processes may run some, each does what it leased."""

    def __init__(
        self,
        store: Store,
        files: RawFiles,
        rulebooks: Rulebooks,
        checker: Checker,
        *,
        ring: Callable[[Sequence[Event]], None],
        now: Callable[[], datetime],
    ) -> None:
        """``ring`` is told of new work after each commit; ``now`` is the one clock."""
        self._store = store
        self._files = files
        self._rulebooks = rulebooks
        self._checker = checker
        self._ring = ring
        self._now = now
        self._holder = holder_name()
        self._one_large = threading.Lock()
        self._under_way: dict[Future[Graded], Errand] = {}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="errand")
        self._wake = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Do errands until ``stop`` is set and `wake` called; a database that is away is waited for."""
        while not stop.is_set():
            try:
                busy = self.turn()
            except Exception as error:
                # What is under way stays so, and is written when the database is back, if nobody else did it.
                log.warning("errands_wait", error=type(error).__name__, exc_info=not is_outage(error))
                stop.wait(TROUBLE_SECONDS)
                continue
            if not busy:
                self._wake.wait(EAGER_SECONDS if self._is_asked() else IDLE_SECONDS)
                self._wake.clear()
        self._leave()

    def wake(self) -> None:
        """Look again at once, for work or for the end."""
        self._wake.set()

    def turn(self) -> bool:
        """Take up errands as there are threads for, and write what is done; whether there was any of both."""
        taken = self._take_up()
        return self._write_down() or taken

    def _is_asked(self) -> bool:
        """Whether any sender is looked up in DNS: that errand holds a mail's ticket up."""
        policy = self._rulebooks.current().policy
        checks = {policy.sender_check("smtp", mailbox.address) for mailbox in policy.desk.mailboxes}
        return SenderCheck.DNS in checks

    def _take_up(self) -> bool:
        room = THREADS - len(self._under_way)
        if not room:
            return False
        with self._store.reading() as connection:
            if not counts.errands_wait(connection):
                return False
        with self._store.writing() as connection:
            rows = work.lease(connection, holder=self._holder, now=self._now(), most=room, errands=True)
        for errand in self._errands(rows):
            future = self._pool.submit(self._do, errand)
            self._under_way[future] = errand
            future.add_done_callback(lambda _future: self.wake())
        return bool(rows)

    def _errands(self, rows: list[Work]) -> list[Errand]:
        """The leased rows with all that is needed to do them; one that cannot be read is a dead letter."""
        with self._store.reading() as connection:
            bodies = work.load(connection, [row.event for row in rows])
            events = {row.id: _event(bodies.get(row.event, "")) for row in rows}
            found = with_raw(connection, [event.contact for event in events.values() if event is not None])
        contacts = {row.id: row for row in found}
        errands = []
        for row in rows:
            event = events[row.id]
            if event is None:
                self._bury(row)
            else:
                errands.append(Errand(row, event, contacts.get(event.contact)))
        return errands

    def _bury(self, row: Work) -> None:
        with self._store.writing() as connection:
            deadletters.write(connection, row, now=self._now(), reason=Reason.UNREADABLE.value, detail="")
            work.finish(connection, holder=self._holder, ids=[row.id])

    def _do(self, errand: Errand) -> Graded:
        """One check, in a thread of its own; what goes wrong is told and never raised."""
        if errand.row.deaths >= DEATHS_MOST:
            return _unknown("the check was given up: processes ended over it")
        if errand.contact is None:
            return _unknown("its raw is gone")
        alone = self._one_large if errand.contact.size > LARGE else contextlib.nullcontext()
        try:
            with alone:
                return self._check(errand.contact)
        except Exception as error:
            log.warning(
                "sender_not_checked", contact=errand.contact.id, error=type(error).__name__, exc_info=True
            )
            return _unknown(f"the check went wrong ({type(error).__name__})")

    def _check(self, contact: Any) -> Graded:
        envelope = msgspec.json.decode(contact.envelope, type=Envelope)
        hosts = self._rulebooks.current().policy.smtp.arc_hosts
        return self._checker.check(content(contact, self._files), envelope, contact.received_at, hosts)

    def _write_down(self) -> bool:
        """Tell what was found of all that is done, in one commit; what others hold by now is dropped."""
        done = {future: errand for future, errand in self._under_way.items() if future.done()}
        if not done:
            return False
        with self._store.writing() as connection:
            held = work.still_held(connection, holder=self._holder, rows=[one.row for one in done.values()])
            news = [
                self._told(errand.event, future.result())
                for future, errand in done.items()
                if errand.row.id in held
            ]
            written = work.enqueue(connection, news)
            work.finish(connection, holder=self._holder, ids=sorted(held))
        for future in done:
            del self._under_way[future]
        self._ring(written)
        return True

    def _told(self, event: ContactReceived, graded: Graded) -> Event:
        return ContactChecked(
            at=self._now(),
            stream=event.stream,
            cause=event.id,
            root=event.root or event.id,
            depth=event.depth + 1,
            effect_key=f"checked:{event.contact}",
            contact=event.contact,
            trust=graded.trust,
            found=graded.found,
            traceparent=event.traceparent,
        )

    def _leave(self) -> None:
        """Finish what is under way, and give back what nobody has begun."""
        self._pool.shutdown(cancel_futures=True)
        try:
            self._under_way = {one: errand for one, errand in self._under_way.items() if not one.cancelled()}
            self._write_down()
            with self._store.writing() as connection:
                work.give_back(connection, holder=self._holder)
        except Exception as error:  # noqa: BLE001 - the process ends, and the leases run out by themselves
            log.warning("leases_left_to_run_out", error=type(error).__name__)


def _event(body: str) -> ContactReceived | None:
    with contextlib.suppress(UnreadableEventError):
        event = work.event_of(body)
        return event if isinstance(event, ContactReceived) else None
    return None


def _unknown(why: str) -> Graded:
    return Graded(Trust.UNVERIFIED, (why,))
