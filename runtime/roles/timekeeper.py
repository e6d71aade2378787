"""The role that fires timers, frees leases that ran out, finds agents for what waits, hands in the canary."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import structlog

from runtime.attending import Attending
from runtime.canary import delivery_of, slot_of
from runtime.retention import Housekeeper
from runtime.roles.opening import door
from runtime.roles.role import in_thread
from runtime.timekeeper import Timekeeper
from runtime.wiring import utc_now
from store.faults import is_outage

if TYPE_CHECKING:
    from runtime.wiring import Parts

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 20.0


class TimekeeperRole:
    """Fires timers, frees leases that ran out, deletes what is not kept, and hands in the canary."""

    def __init__(self, parts: Parts) -> None:
        """Start ticking."""
        keeper = Timekeeper(parts.store, ring=parts.ring, now=utc_now)
        self._parts = parts
        rulebooks = parts.rulebooks
        housekeeper = Housekeeper(
            parts.store, parts.files, lambda: rulebooks.current().policy.desk.retention, now=utc_now
        )
        attending = Attending(parts.store, lambda: rulebooks.current().policy, ring=parts.ring, now=utc_now)
        self._stop = threading.Event()
        self._attending = in_thread("attending", lambda: attending.run(self._stop))
        self._thread = in_thread("timekeeper", lambda: keeper.run(self._stop))
        self._keeping = in_thread("retention", lambda: housekeeper.run(self._stop))
        self._canary = in_thread("canary", self._fly)

    def alive(self) -> bool:
        """Whether it still ticks."""
        return self._thread.is_alive() and self._attending.is_alive()

    def stop(self) -> None:
        """End after the tick that is under way."""
        self._stop.set()
        self._thread.join()
        self._attending.join()
        self._keeping.join()
        self._canary.join()

    def _fly(self) -> None:
        """Hand in one canary a slot, where the policy has one."""
        last = -1
        while not self._stop.wait(LOOK_SECONDS):
            try:
                last = self._hand_in(last)
            except Exception as error:
                # The next second may be better; that it is late is seen elsewhere.
                log.warning("canary_not_taken", error=type(error).__name__, exc_info=not is_outage(error))
                self._stop.wait(LOOK_SECONDS * 4)

    def _hand_in(self, last: int) -> int:
        """Hand in this moment's canary unless its slot is ``last``; gives back the slot that is done."""
        desk = self._parts.rulebooks.current().policy.desk
        if desk.canary is None or not desk.mailboxes:
            return last
        now = utc_now()
        slot = slot_of(now, desk.canary)
        if slot == last:
            return last
        # A door for this one mail: most desks keep no canary, and would pay for an idle thread.
        own = door(self._parts)
        try:
            own.submit(delivery_of(slot, desk.canary, desk.mailboxes[0].address, now)).result(
                PATIENCE_SECONDS
            )
        finally:
            own.close()
        return slot
