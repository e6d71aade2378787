"""The composition root: from settings to parts that know each other. Nothing else builds these."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import structlog

from events.token import Keyring
from runtime.attendance import Attendance
from runtime.bell import Bell
from runtime.policy_check import examine_policy, sound_policy
from runtime.rulebooks import Rulebooks
from runtime.settings import Settings
from store import counts, keys, policies, schema
from store.engine import Store
from store.faults import is_outage
from store.rawfiles import RawFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from events.types import Event
    from runtime.bell import Listener

log = structlog.get_logger(__name__)

PULSE_SECONDS = 1.0


def utc_now() -> datetime:
    """The one clock."""
    return datetime.now(UTC)


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What every role is made of."""

    settings: Settings
    store: Store
    files: RawFiles
    keyring: Keyring
    bell: Bell
    rulebooks: Rulebooks
    pulse: Pulse
    attendance: Attendance

    def ring(self, events: Sequence[Event], by: Listener | None = None) -> None:
        """Tell workers of new work, but for the one whose ear is ``by``; never waits for the broker."""
        # Nobody outside this process can hear a broker that lives in it: waking those inside is enough.
        told = () if self.settings.broker_url.startswith("memory:") else events
        traces = {event.id: event.traceparent for event in told if event.traceparent}
        names = ((event.name, event.id, getattr(event, "ticket", None)) for event in told)
        self.bell.ring(names, traces, events=len(events), by=by)

    def close(self) -> None:
        """Let go of everything, the broker first."""
        self.attendance.stop()
        self.pulse.stop()
        self.bell.close()
        self.store.close()


class Pulse:
    """Looks once a second at what everybody needs: the policy in force, the signing keys, how much waits."""

    def __init__(self, store: Store, rulebooks: Rulebooks, keyring: Keyring) -> None:
        """Nothing is looked at before `start`."""
        self._store = store
        self._keyring = keyring
        self._rulebooks = rulebooks
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.undone = 0

    def start(self) -> None:
        """Look once now, then every second in a thread; raises what the first look raises."""
        self.look()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """One look."""
        self._rulebooks.refresh()
        with self._store.reading() as connection:
            self.undone = counts.undone(connection)
            self._keyring.replace(keys.secrets_of(connection, utc_now()))

    def _run(self) -> None:
        while not self._stopping.wait(PULSE_SECONDS):
            try:
                self.look()
            except Exception as error:
                # The next look may go well; a pulse that ended would never tell of a new policy.
                log.warning("pulse_missed", error=type(error).__name__, exc_info=not is_outage(error))


def open_store(settings: Settings) -> Store:
    """The database of these settings, as it is; raises `StoreError`."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Store(settings.database_url)


def prepare(settings: Settings, store: Store) -> None:
    """Make a store ready to run: durable, migrated, with a signing key and a policy.

    Raises `StoreError`, and `PolicyError` when the first policy is broken. A later start keeps what was
    applied.
    """
    store.check_durable()
    schema.migrate(store)
    with store.writing() as connection:
        keys.ensure(connection, utc_now())
    with store.reading() as connection:
        applied = policies.current_version(connection)
    if not applied:
        policy = sound_policy(settings.policy)
        with store.writing() as connection:
            policies.apply(connection, policy.files, author="first start", now=utc_now())


def look_for_changes(settings: Settings, store: Store) -> list[str]:
    """What to tell the operator of a policy folder that is not what was applied; empty where it is."""
    verdict = examine_policy(settings.policy)
    if verdict.mistakes:
        return [
            "The policy folder has mistakes; the applied version stays in force:",
            *map(str, verdict.mistakes),
        ]
    files = verdict.policy.files
    with store.reading() as connection:
        version = policies.current_version(connection)
        stored = policies.fetch(connection, version)
    if stored is not None and stored.digest == policies.digest_of(files):
        return []
    differs = f"The policy folder differs from version {version}, which is in force."
    return [f"{differs} `despacho policy apply` takes it."]


def connect(settings: Settings, store: Store) -> Parts:
    """Everything a running desk needs, on a store that is ready; raises `StoreError`."""
    with store.reading() as connection:
        keyring = keys.keyring(connection)
    rulebooks = Rulebooks(store)
    files = RawFiles(settings.data / "raw")
    cleared = files.clear_spool()
    if cleared:
        log.info("spool_cleared", files=cleared)
    return Parts(
        settings=settings,
        store=store,
        files=files,
        keyring=keyring,
        bell=Bell(settings.broker_url),
        rulebooks=rulebooks,
        pulse=Pulse(store, rulebooks, keyring),
        attendance=Attendance(store, utc_now),
    )
