"""Who is at work in this process: seen here at once, and written down for the others now and then."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import structlog

from runtime.worker import holder_name
from store import presence
from store.faults import is_outage
from store.presence import BEAT, Present

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from runtime.roles.role import Role
    from store.engine import Store

log = structlog.get_logger(__name__)


@runtime_checkable
class Living(Protocol):
    """A role that can say whether it lives; one that cannot is taken for alive."""

    def alive(self) -> bool:
        """Whether it still works."""


class Attendance:
    """The roles of this process."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """Nothing is written before `start`."""
        self._store = store
        self._now = now
        self._holder = holder_name()
        self._roles: dict[str, tuple[Role, datetime]] = {}
        self._lock = threading.Lock()
        self._told: set[str] = set()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def arrive(self, name: str, role: Role) -> None:
        """Count a role among those that are to live."""
        with self._lock:
            self._roles[name] = (role, self._now())

    def dead(self) -> list[str]:
        """The roles that should live and do not; none once the process is asked to stop."""
        if self._stopping.is_set():
            return []
        with self._lock:
            roles = dict(self._roles)
        return [name for name, (role, _) in roles.items() if isinstance(role, Living) and not role.alive()]

    def start(self) -> None:
        """Write down now who lives, then every `BEAT` in a thread."""
        self._thread = threading.Thread(target=self._run, name="attendance", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say that the process leaves, and end the thread; does nothing the second time."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def beat(self) -> None:
        """Write down who lives."""
        dead = set(self.dead())
        for name in dead - self._told:
            log.error("role_died", role=name)
        self._told = dead
        with self._lock:
            here = [
                Present(
                    id=f"{self._holder}/{name}",
                    role=name,
                    host=socket.gethostname(),
                    since=since,
                    seen_at=since,
                )
                for name, (_, since) in self._roles.items()
                if name not in dead
            ]
        with self._store.writing() as connection:
            presence.beat(connection, here, self._now())

    def _run(self) -> None:
        while True:
            self._carefully(self.beat)
            if self._stopping.wait(BEAT.total_seconds()):
                self._carefully(self._leave)
                return

    def _leave(self) -> None:
        with self._store.writing() as connection:
            presence.leave(connection, [f"{self._holder}/{name}" for name in self._roles])

    @staticmethod
    def _carefully(step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:
            # The next beat may be heard; whoever is not heard for a minute counts as gone, and is not.
            log.warning("attendance_missed", error=type(error).__name__, exc_info=not is_outage(error))
