"""The ``#`` lines at the top of an agent's mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands import KNOWN, LONGEST_ACTIVITY, Commands, Spent, read_commands, time_of
from handlers.misread import WHY, Misread, said

LINES = {
    "": Commands(),
    "Hello.": Commands(text="Hello."),
    "#solve": Commands(solve=True, lines=("#solve",)),
    "#SOLVE": Commands(solve=True, lines=("#SOLVE",)),
    "\n\n  #solve  \n\nDone.": Commands(solve=True, text="Done.", lines=("#solve",)),
    "#solve Replaced the fuse.": Commands(
        solve=True, text="Replaced the fuse.", lines=("#solve Replaced the fuse.",)
    ),
    "#note\n#solve\nShe paid.": Commands(solve=True, note=True, text="She paid.", lines=("#note", "#solve")),
    "#note She paid.\nTwice.": Commands(note=True, text="She paid.\nTwice.", lines=("#note She paid.",)),
    "#pending Which one?": Commands(pending=True, text="Which one?", lines=("#pending Which one?",)),
    "#hold": Commands(hold=True, lines=("#hold",)),
    "#assign  billing": Commands(assign="billing", lines=("#assign billing",)),
    "#assign: ana": Commands(assign="ana", lines=("#assign: ana",)),
    "#priority High": Commands(priority="High", lines=("#priority High",)),
    "#tag Invoice, -new vip": Commands(tags=("invoice", "-new", "vip"), lines=("#tag Invoice, -new vip",)),
    "#merge #17": Commands(merge=17, lines=("#merge #17",)),
    "#cause worn out\n#done replaced": Commands(
        cause="worn out", done="replaced", lines=("#cause worn out", "#done replaced")
    ),
    "#solve\n#article Reset-password": Commands(
        solve=True, article="Reset-password", lines=("#solve", "#article Reset-password")
    ),
    "#time\xa015m\xa0billable": Commands(
        spent=(Spent(15, "", billable=True),), lines=("#time 15m billable",)
    ),
    "#time 10m\n#time 20m phone": Commands(
        spent=(Spent(10), Spent(20, "phone")), lines=("#time 10m", "#time 20m phone")
    ),
    "Hello.\n#solve": Commands(text="Hello.\n#solve"),
    "# heading": Commands(text="# heading"),
    "#1042 is the same": Commands(text="#1042 is the same"),
    "#": Commands(text="#"),
    "One.\n\nTwo.": Commands(text="One.\n\nTwo."),
}
MISTAKEN = {
    "#slove\nDone.": [("#slove", "unknown", "#solve")],
    "#xyzzy now": [("#xyzzy now", "unknown", ", ".join(f"#{one}" for one in KNOWN))],
    "#assign": [("#assign", "assign", "")],
    "#time soon": [("#time soon", "time", "")],
    "#time 0m": [("#time 0m", "time", "")],
    "#time 24h1m": [("#time 24h1m", "time", "")],
    "#tag a, #b": [("#tag a, #b", "tag", "")],
    "#merge it": [("#merge it", "merge", "")],
    "#article": [("#article", "article", "")],
    "#assign ana\n#assign carol": [("#assign carol", "twice", "")],
    "#solve\n#pending": [("#solve, #pending", "statuses", "")],
    "#hold\n#slove": [("#slove", "unknown", "#solve")],
}


@pytest.mark.parametrize("text", LINES)
def test_commands(text: str) -> None:
    """Command lines count only above the first other words, in any case; what follows a command is text."""
    assert read_commands(text) == LINES[text]


@pytest.mark.parametrize("text", MISTAKEN)
def test_mistakes(text: str) -> None:
    """Everything that cannot be understood is named, with its line."""
    found = [(one.line, one.why, one.hint) for one in read_commands(text).mistakes]
    assert found == MISTAKEN[text]


@pytest.mark.parametrize(
    ("text", "minutes"), [("1m", 1), ("24h", 1440), ("1h30m", 90), ("90min", 90), ("2h", 120)]
)
def test_time_from_a_minute_to_a_day(text: str, minutes: int) -> None:
    """Hours, minutes, or both."""
    assert time_of(text) == Spent(minutes)


@pytest.mark.parametrize("text", ["", "0m", "1441m", "15", "h", "m15", "15s", "-5m"])
def test_what_is_no_time(text: str) -> None:
    """Anything else is asked back, and not guessed."""
    assert time_of(text) is None


def test_the_words_of_a_long_activity_are_cut() -> None:
    """An activity has at most so many characters."""
    assert time_of(f"5m {'x' * LONGEST_ACTIVITY}") == Spent(5, "x" * LONGEST_ACTIVITY)
    assert time_of(f"5m {'x' * (LONGEST_ACTIVITY + 1)}") == Spent(5, "x" * LONGEST_ACTIVITY)


@pytest.mark.parametrize("language", WHY)
def test_every_mistake_has_words_in_every_language(language: str) -> None:
    """Whatever is wrong, the agent reads the line and why."""
    assert WHY[language].keys() == WHY["en"].keys()
    for why in WHY[language]:
        assert said(Misread("#x y", why, "hint"), language).startswith("#x y: ")
    assert {one for told in MISTAKEN.values() for _, one, _ in told} <= WHY["en"].keys()


@given(st.text())
def test_no_words_are_lost(text: str) -> None:
    """Whatever is written, each of its words stands in a command line or stays in the text."""
    commands = read_commands(text)
    kept = " ".join((commands.text, *commands.lines)).lower().split()
    assert set(text.lower().split()) <= set(kept)
