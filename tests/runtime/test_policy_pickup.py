"""Two processes on one database: each takes a new policy within 2 s, and no chain mixes two versions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runtime import rulebooks
from store import policies, tables
from tests.store.house import EXAMPLE, House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = 2
READY_SECONDS = 90
TAKEN = timedelta(seconds=2)


def _rules(version: int) -> str:
    return f'[[rule]]\nname = "v{version}"\nthen.add_tags = ["v{version}"]\nthen.note = "v{version}"\n'


def _apply(house: House, version: int) -> tuple[int, datetime]:
    """Put the rules of a version in force; gives back the number it was given, and when it was."""
    house.apply(dict(house.rulebooks.current().policy.files) | {"rules.toml": _rules(version)})
    return house.rulebooks.current().policy.version, datetime.now(UTC)


@pytest.fixture
def workers(postgres_url: str, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two workers, started by their command."""
    environment = os.environ | {
        "DESPACHO_DATABASE_URL": postgres_url,
        "DESPACHO_DATA": str(tmp_path / "var"),
        "DESPACHO_POLICY": str(EXAMPLE),
        "DESPACHO_LOG": "warning",
    }
    command = [str(Path(sys.executable).with_name("despacho")), "run", "worker"]
    processes = [
        subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
        for _ in range(PROCESSES)
    ]
    yield processes
    for process in processes:
        process.send_signal(signal.SIGINT)
    for process in processes:
        process.wait(30)


def _wait_until_done(house: House, seconds: float = READY_SECONDS) -> None:
    until = time.monotonic() + seconds
    while house.count(tables.work) and time.monotonic() < until:
        time.sleep(0.1)
    assert not house.count(tables.work)


@pytest.mark.slow
@pytest.mark.servers
def test_two_processes_take_a_policy_and_mix_none(
    postgres_url: str, tmp_path: Path, workers: list[subprocess.Popen[bytes]]
) -> None:
    """While mail comes in, three versions follow each other; every event is worked on under one of them."""
    house = House(postgres_url, tmp_path)
    try:
        applied = dict([_apply(house, 1)])
        house.now = datetime.now(UTC)
        house.accept(mail("first"))
        _wait_until_done(house)
        for version in (2, 3):
            begin = time.monotonic()
            applied |= [_apply(house, version)]
            number = 0
            while time.monotonic() - begin < TAKEN.total_seconds() + 1.5:
                house.accept(mail(f"m{version}-{number}"))
                number += 1
                time.sleep(0.05)
        _wait_until_done(house)
        assert all(process.poll() is None for process in workers)
        assert len(applied) == 3
        _check(house, applied)
    finally:
        house.close()


def _check(house: House, applied: dict[int, datetime]) -> None:
    versions = defaultdict(set)
    for trace in house.rows(tables.traces):
        versions[trace.event].add(trace.policy_version)
        # What began to be worked on two seconds after a version was applied is worked on under it.
        least = max((version for version, at in applied.items() if trace.at > at + TAKEN), default=0)
        assert (trace.policy_version or 0) >= least
    assert all(len(found) == 1 for found in versions.values())
    names = {version: f"v{number}" for number, version in enumerate(sorted(applied), 1)}
    worked_under = {name for found in versions.values() for name in found}
    # The first mail comes while the first of the three is new: it may be worked on under the one before.
    assert set(names) - {min(names)} <= worked_under <= set(names) | {min(names) - 1}
    notes = {entry.ticket: entry.text for entry in house.rows(tables.entries) if entry.flag == "rule"}
    for ticket in house.rows(tables.tickets):
        # The tag and the note are of one version.
        assert ticket.tags == f'["{notes[ticket.id]}"]'


@pytest.mark.parametrize(
    ("ago", "taken"), [(rulebooks.FRESH_SECONDS - 0.1, False), (rulebooks.FRESH_SECONDS + 0.1, True)]
)
def test_who_begins_a_batch_looks_where_no_pulse_came_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ago: float, *, taken: bool
) -> None:
    """A version that another process applied is seen by whoever has not looked for so long."""
    house = House(f"sqlite:///{tmp_path}/desk.db", tmp_path)
    try:
        before = house.rulebooks.current().policy
        files = dict(before.files) | {"rules.toml": _rules(1)}
        with house.store.writing() as connection:
            policies.apply(connection, files, author="another process", now=house.now)
        monkeypatch.setattr(house.rulebooks, "_looked_at", time.monotonic() - ago)
        assert house.rulebooks.current().policy.version == before.version
        assert (house.rulebooks.fresh().policy.version > before.version) is taken
    finally:
        house.close()
