"""From settings to a desk that runs: what a first start makes, what a later one keeps, what stops either."""

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from config.mistakes import PolicyError
from runtime import wiring
from runtime.lock import AlreadyRunningError, RunLock
from runtime.settings import Settings, load
from store import keys, policies
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.eventually import eventually
from tests.store.house import EXAMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.wiring import Parts
    from store.engine import Store


@pytest.fixture
def settings(desk_url: str, tmp_path: Path) -> Settings:
    """A desk with its own copy of the example's policy."""
    shutil.copytree(EXAMPLE, tmp_path / "policy")
    environ = {
        "DESPACHO_DATABASE_URL": desk_url,
        "DESPACHO_DATA": str(tmp_path / "var"),
        "DESPACHO_POLICY": str(tmp_path / "policy"),
    }
    return load(environ, tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The store of these settings, as it is before a first start."""
    store = wiring.open_store(settings)
    yield store
    store.close()


@pytest.fixture
def parts(settings: Settings, store: Store) -> Iterator[Parts]:
    """A desk that was made ready."""
    wiring.prepare(settings, store)
    parts = wiring.connect(settings, store)
    yield parts
    parts.close()


def spoil(settings: Settings) -> None:
    """Make a mistake in the policy folder."""
    (settings.policy / "desk.toml").write_text("name = \n")


def version_in_force(store: Store) -> int:
    """The policy version that the store has."""
    with store.reading() as connection:
        return policies.current_version(connection)


def test_a_first_start_makes_a_desk_ready(settings: Settings, store: Store) -> None:
    """Tables, a signing key and the policy are there, and a second start makes none of them anew."""
    wiring.prepare(settings, store)
    with store.reading() as connection:
        tag = keys.keyring(connection).reply_tag(7)
    wiring.prepare(settings, store)
    with store.reading() as connection:
        assert keys.keyring(connection).reply_tag(7) == tag
    assert version_in_force(store) == 1
    assert wiring.look_for_changes(settings, store) == []


def test_a_first_start_with_a_broken_policy_is_refused(settings: Settings, store: Store) -> None:
    """Every mistake is told, and no policy is in force."""
    spoil(settings)
    with pytest.raises(PolicyError):
        wiring.prepare(settings, store)
    assert version_in_force(store) == 0


def test_a_later_start_keeps_what_was_applied(settings: Settings, store: Store) -> None:
    """A policy that was broken since stops no desk; the operator hears of the mistakes."""
    wiring.prepare(settings, store)
    spoil(settings)
    wiring.prepare(settings, store)
    assert version_in_force(store) == 1
    first, *mistakes = wiring.look_for_changes(settings, store)
    assert "the applied version stays in force" in first
    assert any("desk.toml:1" in mistake for mistake in mistakes)


def test_a_changed_folder_is_told_and_not_taken(settings: Settings, store: Store) -> None:
    """A policy is put in force by a command, and never by a restart."""
    wiring.prepare(settings, store)
    with (settings.policy / "rules.toml").open("a") as file:
        file.write("\n# changed\n")
    wiring.prepare(settings, store)
    assert version_in_force(store) == 1
    [told] = wiring.look_for_changes(settings, store)
    assert "differs from version 1" in told


def test_the_pulse_tells_of_a_new_policy(
    parts: Parts, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every process works by a version that any of them applied, without a restart."""
    monkeypatch.setattr(wiring, "PULSE_SECONDS", 0.02)
    parts.pulse.start()
    files = {name: f"{text}\n# changed\n" for name, text in parts.rulebooks.current().policy.files.items()}
    with parts.store.writing() as connection:
        policies.apply(connection, files, author="ops", now=wiring.utc_now())
    assert eventually(lambda: parts.rulebooks.current().policy.version == 2)


def test_the_pulse_goes_on_after_whatever_it_met(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, plain_logs: None
) -> None:
    """An outage or a fault of ours costs one look."""
    monkeypatch.setattr(wiring, "PULSE_SECONDS", 0.01)
    parts.pulse.start()
    looks: list[int] = []
    troubles = [OperationalError("SELECT 1", None, ConnectionError("gone")), RuntimeError("a fault")]

    def look() -> None:
        looks.append(1)
        if troubles:
            raise troubles.pop()

    monkeypatch.setattr(parts.pulse, "look", look)
    assert eventually(lambda: len(looks) > 3)


def test_one_process_runs_on_a_sqlite_file(tmp_path: Path) -> None:
    """A second one is told which process has it, and may start when that one ends."""
    first, second = RunLock(tmp_path / "desk.db"), RunLock(tmp_path / "desk.db")
    first.take()
    with pytest.raises(AlreadyRunningError, match=r"process \d+ already runs"):
        second.take()
    first.release()
    second.take()
    second.release()


def test_a_full_disk_takes_the_lock_from_nobody(tmp_path: Path) -> None:
    """Where not even the process's number can be written, the lock holds and the start goes on."""
    (tmp_path / "desk.db.lock").symlink_to("/dev/full")
    lock = RunLock(tmp_path / "desk.db")
    lock.take()
    lock.release()


def test_a_full_disk_is_said_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The start ends with what it is and what to do, in one line, and not with a database that is away."""
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorname = "SQLITE_FULL"

    def migrate(_store: object) -> None:
        raise OperationalError("CREATE TABLE people", {}, full)

    monkeypatch.setattr("store.schema.migrate", migrate)
    said = DeskAtHand(tmp_path, monkeypatch, capsys).run("run", "worker")
    assert said.code == 1
    [line] = said.err.splitlines()
    assert line.startswith("The database has a full disk (OperationalError): free some space there;")
