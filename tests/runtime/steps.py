"""Handlers that a test puts into a chain for its own time, to fail, to wait or to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handlers import chain
from handlers.registry import Handler, Stage, chains
from store import kinds
from tests.store.desk_rows import a_ticket

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from events.types import Event
    from handlers.desk import Desk

TAKEN = 900
"""The number of a ticket that is there already: writing it again is refused by the database."""


def put_in(
    monkeypatch: pytest.MonkeyPatch,
    event: str,
    run: Callable[[Any, Desk], None],
    *,
    required: bool = True,
    stage: Stage = Stage.REPLY,
) -> None:
    """Put a handler named ``extra`` into an event's chain, behind the others of its stage."""
    handler = Handler(name="zz_extra", stage=stage, required=required, run=run, summary="")
    changed = dict(chains())
    changed[event] = tuple(
        sorted((*changed[event], handler), key=lambda handler: (handler.stage, handler.name))
    )
    monkeypatch.setattr(chain, "chains", lambda: changed)


class Failing:
    """Fails the events whose ticket or contact is named, so often, and counts its calls."""

    def __init__(self, *numbers: int, times: int = 1000, error: Exception | None = None) -> None:
        self.numbers = numbers
        self.times = times
        self.calls = 0
        self._error = error or RuntimeError("a fault of ours")

    def __call__(self, event: Event, desk: Desk) -> None:
        """Fail, or do nothing."""
        number = getattr(event, "contact", None) or getattr(event, "ticket", None)
        if number in self.numbers or not self.numbers:
            self.calls += 1
            if self.calls <= self.times:
                self.fail(desk)

    def fail(self, desk: Desk) -> None:  # noqa: ARG002 - for handlers that fail otherwise
        """Raise."""
        raise self._error


class SpoilingTheFlush(Failing):
    """Lets the handler go well and the flush fail: it writes a ticket whose number is taken."""

    def fail(self, desk: Desk) -> None:
        """Write what the database refuses."""
        shelf = desk.batch.shelf(kinds.TICKETS)
        shelf.add(msgspec.structs.replace(a_ticket(TAKEN), created_at=desk.now, updated_at=desk.now))
