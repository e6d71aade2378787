"""The policy in force, compiled once a version and shared by the threads of a process."""

from __future__ import annotations

import threading
import time

import msgspec
import structlog

from config.loader import load_files
from config.mistakes import PolicyError
from handlers.desk import Rulebook
from handlers.rules.engine import compile_rules
from store import policies
from store.engine import Store, StoreError

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How long a process may go on with a version after another was applied."""
KEPT = 8
"""How many versions stay compiled."""


class Rulebooks:
    """Looks at most once a second whether another version is in force. A batch takes one and never mixes two."""

    def __init__(self, store: Store) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._lock = threading.Lock()
        self._books: dict[int, Rulebook] = {}
        self._version = 0
        self._looked = float("-inf")

    def current(self) -> Rulebook:
        """The rulebook in force; raises `StoreError` where no policy was ever applied."""
        with self._lock:
            if time.monotonic() - self._looked >= LOOK_SECONDS:
                self._look()
            return self._books[self._version]

    def of(self, version: int | None) -> Rulebook:
        """The rulebook of one version, or the one in force where that cannot be had."""
        with self._lock:
            if version is not None and self._has(version):
                return self._books[version]
        return self.current()

    def _look(self) -> None:
        with self._store.reading() as connection:
            version = policies.current_version(connection)
        if version == 0:
            message = "no policy was applied yet; run `despacho policy apply FOLDER`"
            raise StoreError(message)
        if self._has(version):
            self._version = version
        elif not self._books:
            message = f"policy version {version} cannot be used by this program; run `despacho policy check`"
            raise StoreError(message)
        self._looked = time.monotonic()

    def _has(self, version: int) -> bool:
        """Whether a version is compiled by now; a stored version that this program refuses is logged, not used."""
        if version in self._books:
            return True
        with self._store.reading() as connection:
            stored = policies.fetch(connection, version)
        if stored is None:
            return False
        try:
            policy = msgspec.structs.replace(load_files(stored.files), version=version)
            self._books[version] = Rulebook(policy, compile_rules(policy))
        except PolicyError as error:
            log.error("stored_policy_refused", version=version, mistakes=len(error.mistakes))
            return False
        while len(self._books) > KEPT:
            del self._books[min(self._books)]
        return True
