"""Mails are handed over together: those that end while others are being heard share a commit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ingest.smtp import SmtpSettings
from ingest.smtp.shared import GATHER, Shared
from tests.ingest.smtp.fakes import FakeAcceptor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Loop:
    """A loop whose turns and clock the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.soon: list[Callable[[], None]] = []

    def time(self) -> float:
        """Seconds."""
        return self.now

    def call_soon(self, call: Callable[[], None]) -> None:
        """In the next turn."""
        self.soon.append(call)

    def call_later(self, *_: object) -> None:
        """Never."""

    def turn(self) -> None:
        """Do what was asked for before."""
        calls, self.soon = self.soon, []
        for call in calls:
            call()


@pytest.fixture
def loop() -> Loop:
    """At its beginning."""
    return Loop()


@pytest.fixture
def shared(tmp_path: Path, loop: Loop) -> Iterator[Shared]:
    """What sessions share, in that loop."""
    with ThreadPoolExecutor(1) as threads:
        made = Shared(
            SmtpSettings(),
            FakeAcceptor(tmp_path),
            mailbox_of=lambda _: None,
            clock=lambda: datetime.now(UTC),
            threads=threads,
            tls=None,
        )
        made.run_in(loop)  # type: ignore[arg-type]
        yield made


def test_mails_that_end_while_others_are_heard_are_handed_over_together(shared: Shared, loop: Loop) -> None:
    """A turn in which nobody says anything is the end."""
    handed: list[str] = []
    shared.heard = True
    shared.at_end_of_turn(lambda: handed.append("first"))
    loop.turn()
    assert not handed
    shared.heard = True
    shared.at_end_of_turn(lambda: handed.append("second"))
    loop.turn()
    assert not handed
    loop.turn()
    assert handed == ["first", "second"]
    assert not loop.soon


def test_a_mail_does_not_wait_for_others_for_ever(shared: Shared, loop: Loop) -> None:
    """However many go on talking, what is whole is handed over in time."""
    handed: list[str] = []
    shared.at_end_of_turn(lambda: handed.append("first"))
    loop.now = GATHER
    shared.heard = True
    loop.turn()
    assert handed == ["first"]
