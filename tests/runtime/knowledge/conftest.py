"""A desk for tests of the knowledge base; most need no more than SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A desk on SQLite."""
    house = House(f"sqlite:///{tmp_path}/desk.db", tmp_path)
    yield house
    house.close()
