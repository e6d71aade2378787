"""The role that runs the handlers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from runtime.reading import Reader
from runtime.reading_beside import ReaderBeside
from runtime.roles.role import in_thread
from runtime.suggesting import Librarian, Suggester
from runtime.wiring import utc_now
from runtime.worker import Worker

if TYPE_CHECKING:
    from runtime.wiring import Parts


class WorkerRole:
    """Runs the handlers."""

    def __init__(self, parts: Parts) -> None:
        """Start one worker; more of them are more processes."""
        data = parts.settings.data
        reader = Reader(parts.store, parts.files, parts.keyring, Suggester(parts.store, data))
        self._beside: ReaderBeside | None = None
        if parts.store.dialect == "sqlite":
            # Elsewhere more workers use more cores.
            self._beside = ReaderBeside(reader, str(parts.store.url.database), data)
        self._listener = listener = parts.bell.listen()
        worker = Worker(
            parts.store,
            self._beside or reader,
            parts.rulebooks,
            parts.keyring,
            # What it writes itself it looks for without a bell.
            ring=lambda events: parts.ring(events, by=listener),
            now=utc_now,
            # Elsewhere mail is told of by the broker, late and many at once: no ear hears that it is quiet.
            ear=listener if self._beside is not None else None,
        )
        self._stop = threading.Event()
        librarian = Librarian(parts.store, data, lambda: parts.rulebooks.current().policy.desk.languages)
        self._librarian = in_thread("librarian", lambda: librarian.run(self._stop))
        self._thread = in_thread("worker", lambda: worker.run(self._stop, self._listener.wait))

    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Finish the batch that is under way."""
        self._stop.set()
        self._listener.wake()
        self._thread.join()
        self._librarian.join()
        if self._beside is not None:
            self._beside.close()
