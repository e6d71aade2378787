"""The role that reads mailboxes at servers of others."""

from __future__ import annotations

import os
import platform
import threading
from typing import TYPE_CHECKING, Protocol

import structlog

from events.identity import new_id
from runtime.expiries import Reminder
from runtime.roles.opening import door
from runtime.roles.role import in_thread
from runtime.wiring import utc_now
from store import imap as rows

if TYPE_CHECKING:
    from config.imap import ImapText
    from ingest.accept import Door
    from runtime.wiring import Parts

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
STOP_SECONDS = 30.0


class Watching(Protocol):
    """What reads one account."""

    def stop(self) -> None:
        """End soon."""


class ImapRole:
    """Reads every account that the policy in force names, each in a thread of its own.

    One that is broken waits by itself. Where another policy comes into force the accounts that are no longer
    in it are left, and new ones are begun; one that is written otherwise is begun anew.
    """

    def __init__(self, parts: Parts) -> None:
        """Start with the accounts of the policy in force."""
        self._parts = parts
        self._door: Door | None = None
        self._holder = f"{platform.node()}/{os.getpid()}/{new_id()}"
        self._running: dict[ImapText, tuple[Watching, threading.Thread]] = {}
        self._stopping = threading.Event()
        self._reminder = Reminder(parts.settings.data)
        if parts.store.dialect == "sqlite":
            # Nobody else runs on this file: whoever holds an account is a process that died.
            with parts.store.writing() as connection:
                rows.let_all_go(connection)
        self._follow()
        self._thread = in_thread("imap", self._run)

    def alive(self) -> bool:
        """Whether every account is still read; one that is broken is: it waits, and says so."""
        threads = [self._thread, *(thread for _, thread in list(self._running.values()))]
        return all(thread.is_alive() for thread in threads)

    def stop(self) -> None:
        """Let rounds that are under way come to their commit, then close the door."""
        self._stopping.set()
        self._thread.join()
        self._leave(list(self._running))
        if self._door is not None:
            self._door.close()

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self._follow()
                self._reminder.look(self._parts.rulebooks.current().policy.imap, utc_now())
            except Exception as error:
                # The next look may go well; accounts that are read already are not to suffer from it.
                log.warning("imap_accounts_not_followed", error=type(error).__name__, exc_info=True)

    def _follow(self) -> None:
        """Watch what the policy in force names, and nothing else."""
        wanted = self._parts.rulebooks.current().policy.imap
        self._leave([text for text in self._running if text not in wanted])
        for text in wanted:
            if text not in self._running:
                self._begin(text)

    def _begin(self, text: ImapText) -> None:
        # Only here: a desk without such accounts pays neither time nor memory for them.
        from ingest.imap import Watch  # noqa: PLC0415
        from runtime.accounts import account_of  # noqa: PLC0415

        if self._door is None:
            self._door = door(self._parts)
        watch = Watch(
            account_of(text, self._parts.settings, self._parts.rulebooks),
            self._parts.store,
            self._door,
            holder=self._holder,
            now=utc_now,
        )
        self._running[text] = (watch, in_thread(f"imap-{text.name}", watch.run))
        log.info("imap_account_begun", account=text.name)

    def _leave(self, texts: list[ImapText]) -> None:
        left = [self._running.pop(text) for text in texts]
        for watch, _ in left:
            watch.stop()
        for _, thread in left:
            thread.join(STOP_SECONDS)
