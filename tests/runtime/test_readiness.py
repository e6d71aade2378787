"""The checks behind `/health/ready`, on real parts: a store, its policy, and a door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from runtime import wiring
from runtime.readiness import checks
from runtime.rulebooks import Rulebooks
from runtime.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from ingest.accept import Delivery, Receipt
    from runtime.wiring import Parts


class FixedDoor:
    """A door that is open or gives its reason."""

    spool_folder = Path()

    def __init__(self, reason: str | None = None) -> None:
        self._reason = reason

    def refusal(self) -> str | None:
        """The reason given."""
        return self._reason

    def submit(self, delivery: Delivery) -> Future[Receipt]:
        """Nobody asks for it here."""
        raise NotImplementedError


@pytest.fixture
def parts(database_url: str, tmp_path: Path) -> Iterator[Parts]:
    """A prepared desk on each database, with the policy in force looked up, and no threads."""
    settings = load({"DESPACHO_DATABASE_URL": database_url, "DESPACHO_DATA": str(tmp_path / "var")}, tmp_path)
    store = wiring.open_store(settings)
    wiring.prepare(settings, store)
    parts = wiring.connect(settings, store)
    parts.pulse.look()
    yield parts
    parts.close()


def asked(parts: Parts, door: FixedDoor) -> dict[str, str | None]:
    """What each check says."""
    return {name: check() for name, check in checks(parts, door).items()}


def test_a_desk_that_was_prepared_is_ready(parts: Parts) -> None:
    """Where the database answers, a policy is in force and the door is open, nothing is found."""
    assert asked(parts, FixedDoor()) == {"database": None, "policy": None, "door": None}


def test_a_door_that_takes_nothing_is_not_ready(parts: Parts) -> None:
    """The door's own fixed words are passed on, and the other checks stay as they are."""
    found = asked(parts, FixedDoor("too much is waiting"))
    assert found == {"database": None, "policy": None, "door": "too much is waiting"}


def test_without_a_policy_nothing_can_be_handled(parts: Parts) -> None:
    """A process that has seen no policy yet is not ready."""
    bare = msgspec.structs.replace(parts, rulebooks=Rulebooks(parts.store))
    assert asked(bare, FixedDoor())["policy"] == "none is in force"


def test_a_database_that_went_away_is_said_in_fixed_words(tmp_path: Path) -> None:
    """A database that cannot be reached is no exception but an answer, and its address is not in it."""
    url = f"sqlite:///{tmp_path / 'gone' / 'desk.db'}"
    settings = load({"DESPACHO_DATABASE_URL": url, "DESPACHO_DATA": str(tmp_path / "var")}, tmp_path)
    store = wiring.open_store(settings)
    wiring.prepare(settings, store)
    parts = wiring.connect(settings, store)
    store.close()
    for file in (tmp_path / "gone").iterdir():
        file.unlink()
    (tmp_path / "gone").rmdir()
    assert asked(parts, FixedDoor())["database"] == "does not answer"
    parts.close()
