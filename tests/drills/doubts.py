"""Counts how many copies too many may go out: one for each mail whose sender was lost after the dot."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from tests.drills.snapshot import Database
    from tests.drills.supervisor import Process

_PATIENCE = 5.0


class Doubts:
    """Mails in doubt, looked up in the database each time that a sender is lost.

    ``senders_lost`` counts the times; ``mails`` the mails that were between dot and result then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._mails: set[tuple[int, str]] = set()
        self.senders_lost = 0

    @property
    def mails(self) -> int:
        """How many mails were in doubt, each dot counted once."""
        return len(self._mails)

    def sender_lost(self, process: Process) -> None:
        """A process is dead or asleep; to be called before it comes back."""
        if "sender" in process.roles:
            self.look(events=1)

    def look(self, *, events: int) -> None:
        """Count so many losses, and note what is in doubt now; a database that is away is waited for."""
        with self._lock:
            self.senders_lost += events
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until:
                try:
                    self._mails |= self._database.in_doubt()
                except SQLAlchemyError:
                    time.sleep(0.1)
                else:
                    return
