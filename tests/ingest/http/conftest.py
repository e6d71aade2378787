"""A channel on a free port of the loopback, with checks and routes that the test chooses."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from ingest.http import HttpChannel, HttpSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ingest.http.calls import Open


@pytest.fixture
def open_channel() -> Iterator[Open]:
    """A function that starts a channel with the checks, routes and settings given; all are stopped."""
    with ExitStack() as stack:

        def start(checks: dict[str, Any] | None = None, *routes: Any, **settings: Any) -> HttpChannel:
            given = HttpSettings(**{"port": 0, "stop_seconds": 1, **settings})
            channel = HttpChannel(given, checks or {}, routes)
            channel.start()
            stack.callback(channel.stop)
            return channel

        yield start
