"""A desk of one's own: its roles in threads of this process, on a free port, in a folder of its own."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import msgspec

from runtime import roles, settings, wiring
from runtime.demo import knowledge
from runtime.posting import Server
from runtime.roles import SmtpRole
from runtime.wiring import Parts
from store import counts, outbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.types import Policy
    from store.engine import Store

ROLES = ("timekeeper", "sender", "worker", "smtp")
"""What it takes to turn mail into tickets and answers."""
LOOK_SECONDS = 0.01
"""How often is looked whether the desk is done."""


class SlowDeskError(Exception):
    """The desk did not do its work in time."""


class PrivateDesk(msgspec.Struct, frozen=True):
    """A running desk and where it takes mail."""

    parts: Parts
    server: Server

    @property
    def store(self) -> Store:
        """Its database."""
        return self.parts.store

    @property
    def policy(self) -> Policy:
        """Its policy: the sample."""
        return self.parts.rulebooks.current().policy

    def wait(self, *, deadline: float) -> None:
        """Return when no event and no mail waits; raises `SlowDeskError` after ``deadline`` (monotonic)."""
        while self._undone():
            if time.monotonic() > deadline:
                raise SlowDeskError
            time.sleep(LOOK_SECONDS)

    def _undone(self) -> int:
        with self.store.reading() as connection:
            return counts.undone(connection) + outbox.backlog(connection).count


@contextlib.contextmanager
def private_desk(folder: Path) -> Iterator[PrivateDesk]:
    """Run a desk on the sample policy in ``folder``, and stop it at the end.

    The environment and the settings files of this machine count for nothing here: a demonstration must
    never reach somebody's real relay, database or broker.
    """
    own = settings.load({"DESPACHO_DATA": ".", "DESPACHO_SMTP_PORT": "0", "DESPACHO_DISK_FLOOR": "0"}, folder)
    store = wiring.open_store(own)
    try:
        wiring.prepare(own, store)
        knowledge.stock(store, own.data)
        parts = wiring.connect(own, store)
    except BaseException:
        store.close()
        raise
    try:
        parts.pulse.start()
        running = roles.start(parts, ROLES)
        try:
            smtp = running["smtp"]
            assert isinstance(smtp, SmtpRole)  # noqa: S101 - that is what the role of this name is
            yield PrivateDesk(parts, Server(own.smtp_host, smtp.port))
        finally:
            roles.stop(running)
    finally:
        parts.close()
