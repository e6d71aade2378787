"""A batch that is done is let go at once: none of it waits in memory until the garbage collector comes by."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from runtime.capture import Capture
from store import tables
from tests.runtime.eventually import eventually
from tests.runtime.sender_at_work import running
from tests.store.house import mail

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.store.house import House

OURS = ("config", "events", "handlers", "ingest", "runtime", "store")
MACHINE = "Auto-Submitted: auto-replied\r\n"


def of_ours(do: Callable[[], object]) -> list[str]:
    """What is found as garbage after this, of the desk's own types and functions."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        do()
        gc.collect()
        return sorted(
            name
            for one in gc.garbage
            for kind in (one if callable(one) and hasattr(one, "__qualname__") else type(one),)
            if (name := f"{kind.__module__}.{kind.__qualname__}").startswith(OURS)
        )
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


class Held:
    """Two that hold each other."""

    def __init__(self) -> None:
        self.other: Held | None = None


def test_what_holds_itself_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The measure of this file sees two that hold each other, and none that nobody holds."""
    monkeypatch.setattr(Held, "__module__", "store.held")

    def hold_each_other() -> None:
        one, other = Held(), Held()
        one.other, other.other = other, one

    assert of_ours(hold_each_other) == ["store.held.Held"] * 2
    assert of_ours(Held) == []


def take_in(house: House, turn: str) -> None:
    """A ticket that rules look at, an answer to it, and a machine's mail."""
    house.accept(mail(turn, subject=f"It is urgent: {turn}"))
    house.accept(mail(f"{turn}.answer", extra=f"In-Reply-To: <{turn}@customer.example>\r\n"))
    house.accept(mail(f"{turn}.away", subject="Out of office", extra=MACHINE))


def test_a_batch_goes_with_its_transaction(house: House) -> None:
    """Reading, deciding and writing leave nothing; only what is made once a statement has been before."""
    take_in(house, "before")
    house.work()
    take_in(house, "now")
    assert of_ours(house.work) == []
    assert house.count(tables.tickets) == 2
    assert {row.state for row in house.contacts()} >= {"ticket", "reply"}


def test_a_mail_goes_when_it_is_handed_over(house: House) -> None:
    """Rendering, writing and handing over leave nothing either."""

    def send() -> None:
        with running(house.store, Capture):
            assert eventually(lambda: {row.state for row in house.rows(tables.outgoing)} == {"captured"})

    take_in(house, "before")
    house.work()
    send()
    take_in(house, "now")
    house.work()
    assert of_ours(send) == []
