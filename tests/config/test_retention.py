"""`[retention]`: for how long what is kept, and every slip with its place."""

from __future__ import annotations

import pytest

from config.loader import examine_files, load_files
from config.retention import Retention

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\n[retention]\n'


def test_lengths_are_days_weeks_and_years() -> None:
    """What is not said, or off, is kept for ever."""
    text = 'raw = "90d"\nattachments = "4w"\ntickets = "2y"\naside = "off"\n'
    kept = load_files({"desk.toml": DESK + text}).desk.retention
    assert kept == Retention(raw=90, attachments=28, tickets=730)


def test_a_desk_that_says_nothing_keeps_everything() -> None:
    """Nothing is deleted by default."""
    assert load_files({"desk.toml": DESK.replace("[retention]\n", "")}).desk.retention == Retention()


@pytest.mark.parametrize("text", ["12h", "90", "0d", "101y", "soon", "-3d"])
def test_a_length_that_is_none_is_told(text: str) -> None:
    """At least a day, at most a hundred years, and always with its unit."""
    [mistake] = examine_files({"desk.toml": f'{DESK}raw = "{text}"\n'}).mistakes
    assert str(mistake).startswith(f"desk.toml:5:7: raw is {text!r}; expected a length of time")


def test_the_bounds_are_kept() -> None:
    """A day and a hundred years are lengths."""
    kept = load_files({"desk.toml": DESK + 'raw = "1d"\naside = "100y"\n'}).desk.retention
    assert (kept.raw, kept.aside) == (1, 36_500)


def test_an_unknown_key_is_told() -> None:
    """With what was meant."""
    [mistake] = examine_files({"desk.toml": DESK + 'ticket = "2y"\n'}).mistakes
    assert "'ticket'" in str(mistake)
    assert "'tickets'" in str(mistake)
