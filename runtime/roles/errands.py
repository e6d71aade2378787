"""The role for slow work outside any transaction."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from runtime.roles.role import in_thread
from runtime.wiring import utc_now

if TYPE_CHECKING:
    from runtime.wiring import Parts


class ErrandsRole:
    """Looks senders up in DNS, makes the calls that rules ask for, reads the calendars of shifts."""

    def __init__(self, parts: Parts) -> None:
        """Start looking for errands."""
        # Only here: nobody else needs DNS and its cache.
        from ingest.trust.check import Checker  # noqa: PLC0415
        from ingest.trust.names import Names  # noqa: PLC0415
        from runtime.calling.caller import Caller  # noqa: PLC0415
        from runtime.errands import Errands  # noqa: PLC0415
        from runtime.shift_calendars.keeper import Keeper  # noqa: PLC0415

        self._errands = Errands(
            parts.store,
            parts.files,
            parts.rulebooks,
            Checker(Names(parts.settings.resolver)),
            ring=parts.ring,
            now=utc_now,
        )
        self._caller = Caller(
            parts.store,
            parts.rulebooks,
            parts.keyring,
            allowed=parts.settings.webhook_hosts,
            now=utc_now,
        )
        rulebooks = parts.rulebooks
        self._calendars = Keeper(
            parts.store,
            lambda: rulebooks.current().policy,
            folder=parts.settings.policy,
            allowed=parts.settings.webhook_hosts,
            now=utc_now,
        )
        self._stop = threading.Event()
        self._threads = [
            in_thread("errands", lambda: self._errands.run(self._stop)),
            in_thread("calls", lambda: self._caller.run(self._stop)),
            in_thread("calendars", lambda: self._calendars.run(self._stop)),
        ]

    def alive(self) -> bool:
        """Whether all still work."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Finish what is under way, and give back the rest."""
        self._stop.set()
        self._errands.wake()
        for thread in self._threads:
            thread.join()
