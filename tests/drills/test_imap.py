"""The IMAP drill, as small as every change can bear."""

from __future__ import annotations

from tests.drills.imap import carry_out
from tests.drills.imap_plan import SMALL


def test_a_server_that_breaks_loses_and_doubles_nothing() -> None:
    """Killed sessions and servers, a black hole, lost numbers, expunged mails: each mail is one ticket."""
    report = carry_out(SMALL, seed=7)
    assert report.wrong() == []
    assert report.generations > 1
