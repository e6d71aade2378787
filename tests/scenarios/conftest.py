"""What scenarios stand on: an empty desk's database, migrated once and copied for each."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from store.engine import Store
from store.schema import migrate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and nothing in them."""
    path = tmp_path_factory.mktemp("migrated") / "desk.sqlite3"
    store = Store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    return path


@pytest.fixture
def sqlite_url(migrated: Path, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty desk's database of this test's own."""
    path = tmp_path / "desk.sqlite3"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"
