"""A ready store on each database, for every test of the store that asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.house import ready_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.engine import Store


@pytest.fixture
def store(desk_url: str) -> Iterator[Store]:
    """An empty desk's store: every table, one signing key."""
    store = ready_store(desk_url)
    yield store
    store.close()
