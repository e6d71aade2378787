"""The ``#`` lines at the top of an agent's mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import Commands, read_commands


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Commands()),
        ("Hello.", Commands(text="Hello.")),
        ("#solve", Commands(solve=True)),
        ("#SOLVE", Commands(solve=True)),
        ("\n\n  #solve  \n\nDone.", Commands(solve=True, text="Done.")),
        ("#solve Replaced the fuse.", Commands(solve=True, text="Replaced the fuse.")),
        ("#note\n#solve\nShe paid.", Commands(solve=True, note=True, text="She paid.")),
        ("#note She paid.\nTwice.", Commands(note=True, text="She paid.\nTwice.")),
        ("#slove\nDone.", Commands(unknown=("#slove",), text="Done.")),
        ("#assign billing\n#løs", Commands(unknown=("#assign", "#løs"), text="billing")),
        ("Hello.\n#solve", Commands(text="Hello.\n#solve")),
        ("# heading", Commands(text="# heading")),
        ("#1042 is the same", Commands(text="#1042 is the same")),
        ("#", Commands(text="#")),
        ("One.\n\nTwo.", Commands(text="One.\n\nTwo.")),
    ],
)
def test_commands(text: str, expected: Commands) -> None:
    """Command lines count only above the first other words, in any case; what follows a command is text."""
    assert read_commands(text) == expected


@given(st.text())
def test_no_words_are_lost(text: str) -> None:
    """Whatever is written, each of its words is a command's or stays in the text."""
    commands = read_commands(text)
    kept = " ".join((commands.text, *commands.unknown, "#solve #note")).lower().split()
    assert set(text.lower().split()) <= set(kept)
