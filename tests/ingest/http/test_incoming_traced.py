"""A webhook's `traceparent` (W3C Trace Context) is continued by the events that it leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from events.codec import decode
from store import tables
from tests.ingest.http.hooked import hooked
from tests.ingest.webhooks.captured import FOLDER, load
from tests.store.house import House

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = load(FOLDER / "standard" / "question.http")
OUTSIDE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(("given", "trace"), [(OUTSIDE, OUTSIDE.split("-")[1]), ("00-nonsense", "")])
def test_what_the_caller_began_goes_on(tmp_path: Path, plain_logs: None, given: str, trace: str) -> None:
    """The first event's row carries the caller's trace; what is no traceparent is as none."""
    house = House(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path)
    find = {QUESTION.source.name: QUESTION.hook}.get
    with hooked(house.door, find, QUESTION.received_at) as desk:
        status, _, _ = desk.post("/in/standard", QUESTION.body, {**QUESTION.headers, "traceparent": given})
    assert status == 202
    [row] = house.rows(tables.events)
    carried = decode(row.body.encode()).traceparent
    assert (carried if carried is not msgspec.UNSET else "").split("-")[1:2] == ([trace] if trace else [])
    house.close()
