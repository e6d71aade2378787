"""The event loop that a channel lives in: libuv's, which needs less of the processor than Python's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvloop

if TYPE_CHECKING:
    from collections.abc import Coroutine


def run(main: Coroutine[None, None, None]) -> None:
    """Run this in a loop of its own until it ends, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
