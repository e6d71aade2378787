"""A database that a newer version has changed is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import schema
from store.engine import Store, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("look", [schema.migrate, schema.check])
def test_a_newer_schema_is_refused_in_words(look: Callable[[Store], None], tmp_path: Path) -> None:
    """Neither starting nor looking touches a schema that this version does not know; both say so."""
    store = Store(f"sqlite:///{tmp_path / 'desk.sqlite3'}")
    try:
        schema.migrate(store)
        with store.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreError, match=r"9999.*install a newer one"):
            look(store)
        assert schema.present(store) == "9999"
    finally:
        store.close()
