"""The policy in force, compiled once a version and shared by the threads of a process."""

from __future__ import annotations

import threading
import time

import msgspec
import structlog

from config.loader import load_files
from config.mistakes import PolicyError
from config.modes import gone_live
from handlers.desk import Rulebook
from handlers.rules.engine import compile_rules
from store import calibrations, going_live, policies
from store.engine import Store, StoreError

log = structlog.get_logger(__name__)

KEPT = 8
"""How many versions stay compiled."""
FRESH_SECONDS = 1.5
"""How long ago the version in force was looked for at the most, where a batch begins."""


class Rulebooks:
    """Holds the version in force; `refresh` looks for another. A batch takes one and never mixes two."""

    def __init__(self, store: Store) -> None:
        """Nothing is read before `refresh`."""
        self._store = store
        self._lock = threading.Lock()
        self._books: dict[int, Rulebook] = {}
        self._base: Rulebook | None = None
        self._current: Rulebook | None = None
        self._seen: tuple[frozenset[str], int] = (frozenset(), 0)
        self._looked_at = 0.0

    def current(self) -> Rulebook:
        """The rulebook in force as of the last `refresh`; never asks the database, raises `StoreError`."""
        if self._current is None:
            message = "no policy was applied yet; run `despacho policy apply FOLDER`"
            raise StoreError(message)
        return self._current

    def fresh(self) -> Rulebook:
        """The rulebook in force no longer ago than `FRESH_SECONDS`; raises what `refresh` raises.

        The pulse keeps it so for nothing, and where a busy machine lets no pulse through this looks itself:
        that a new version counts within two seconds is then a promise and no matter of luck.
        """
        if time.monotonic() - self._looked_at > FRESH_SECONDS:
            self.refresh()
        return self.current()

    def of(self, version: int | None) -> Rulebook:
        """The rulebook of one version, or the one in force where that cannot be had."""
        with self._lock:
            book = self._book(version) if version is not None else None
        return book or self.current()

    def may_touch(self, mailbox: str) -> bool:
        """Whether this mailbox's mail may be flagged, moved or answered where it lies; not in shadow.

        As of the last `refresh`; never asks the database, raises `StoreError`.
        """
        return self.current().policy.is_live(mailbox)

    def refresh(self) -> None:
        """Look for another version, for mailboxes that went live, and for what was calibrated.

        A version that this program refuses is logged, and the last good one stays.

        Raises `StoreError` where there is no version to begin with that can be used.
        """
        with self._lock:
            began = time.monotonic()
            with self._store.reading() as connection:
                version = policies.current_version(connection)
                seen = (going_live.names(connection), calibrations.score(connection))
            self._looked_at = began
            if self._base is not None and (self._base.policy.version, self._seen) == (version, seen):
                return
            book = self._book(version)
            if book is None and version and self._base is None:
                message = (
                    f"policy version {version} cannot be used by this program; run `despacho policy check`"
                )
                raise StoreError(message)
            self._base = book or self._base
            if self._base is not None:
                self._current, self._seen = _as_seen(self._base, *seen), seen

    def _book(self, version: int) -> Rulebook | None:
        if version in self._books:
            return self._books[version]
        with self._store.reading() as connection:
            stored = policies.fetch(connection, version)
        if stored is None:
            return None
        try:
            policy = msgspec.structs.replace(load_files(stored.files), version=version)
            book = Rulebook(policy, compile_rules(policy))
        except PolicyError as error:
            mistakes = len(error.mistakes)
            log.error("stored_policy_refused", version=version, mistakes=mistakes)  # noqa: TRY400 - mistakes, no fault
            return None
        self._books[version] = book
        while len(self._books) > KEPT:
            # The oldest goes first, but never the one that was just asked for.
            del self._books[min(kept for kept in self._books if kept != version)]
        return book


def _as_seen(book: Rulebook, live: frozenset[str], score: int) -> Rulebook:
    """The rulebook with the mailboxes live that a person has let go live, and with what was calibrated."""
    desk = gone_live(book.policy.desk, live)
    suggestions = msgspec.structs.replace(desk.suggestions, from_score=score)
    policy = msgspec.structs.replace(book.policy, desk=msgspec.structs.replace(desk, suggestions=suggestions))
    return msgspec.structs.replace(book, policy=policy)
