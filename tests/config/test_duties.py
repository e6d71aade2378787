"""What the policy says of shifts, skills and assignment: what it means, and each slip with its place."""

from __future__ import annotations

import pytest

from config.duty import Assign, Speaking, Strategy
from config.loader import examine_files

HEAD = 'name = "A"\n[[mailbox]]\naddress = "s@a.example"\n'
SHIFT = '[[shift]]\nname = "day"\nzone = "Europe/Oslo"\nmon-fri = "09:00-17:00"\n'
ANA = '[[agent]]\nid = "ana"\nname = "Ana"\naddress = "ana@b.example"\nlanguages = ["en"]\n'
BO = '[[agent]]\nid = "bo"\nname = "Bo"\naddress = "bo@b.example"\n'
GROUP = '[[group]]\nname = "g"\nagents = ["ana"]\n'


def mistakes(text: str) -> list[str]:
    """What is wrong, a line each."""
    return [str(one) for one in examine_files({"desk.toml": text}).mistakes]


def test_all_of_it_is_read() -> None:
    """Every key in its place."""
    duty = 'shifts = ["day"]\ntime_off = ["2026-12-24", "2026-07-01..2026-07-14"]\nbackup = "bo"\n'
    duty += "skills = { billing = 5 }\nspeaks = { en = 1 }\n"
    assign = 'assign = { strategy = "round-robin", weigh_priority = true, language = "off", sticky = true }\n'
    reading = examine_files({"desk.toml": HEAD + SHIFT + ANA + duty + BO + GROUP + assign})
    assert reading.mistakes == []
    ana, group = reading.policy.agent("ana"), reading.policy.group("g")
    assert ana is not None
    assert group is not None
    assert ana.duty.time_off == (("2026-07-01", "2026-07-14"), ("2026-12-24", "2026-12-24"))
    assert (ana.duty.shifts, ana.duty.backup, ana.duty.skills) == (("day",), "bo", {"billing": 5})
    assert ana.duty.speaks == {"en": 1}
    wanted = Assign(strategy=Strategy.ROUND_ROBIN, weigh_priority=True, language=Speaking.OFF, sticky=True)
    assert group.assign == wanted
    assert reading.policy.desk.shifts[0].week["fri"] == ("09:00-17:00",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SHIFT + ANA + 'shifts = ["dya"]\n', "desk.toml:13:11: unknown shift 'dya'"),
        (ANA + 'shifts = ["day"]\n', "expected the name of a [[shift]]"),
        (SHIFT + ANA + 'shifts = ["day", "day"]\n', "'day' is named twice"),
        (SHIFT + SHIFT + ANA, "shift 'day' is there already"),
        ('[[shift]]\nname = "x"\n' + ANA, "no day has hours"),
        ('[[shift]]\nname = "x"\nmon-fry = "09:00-17:00"\n' + ANA, "Did you mean 'mon-fri'?"),
        (ANA + 'backup = "anna"\n', "unknown agent 'anna'; expected one of ana. Did you mean 'ana'?"),
        (ANA + 'backup = "ana"\n', "'ana' cannot stand in for themselves"),
        (ANA + "skills = { billing = 6 }\n", "expected a whole number from 1 to 5"),
        (ANA + "skills = { billing = 0 }\n", "expected a whole number from 1 to 5"),
        (ANA + 'skills = { "Big Bill" = 1 }\n', "'Big Bill' is no skill's name"),
        (ANA + "speaks = { es = 2 }\n", "'es' is none of the agent's languages"),
        (ANA + 'time_off = ["2026-02-30"]\n', "'2026-02-30' is no time off"),
        (ANA + 'time_off = ["2026-03-02..2026-03-01"]\n', "ends before it begins"),
        (ANA + GROUP + 'assign = { strategy = "robin" }\n', "Did you mean 'round-robin'?"),
        (ANA + GROUP + "assign = { stiky = true }\n", "Did you mean 'sticky'?"),
        (ANA + GROUP + 'assign = { sticky = "yes" }\n', "expected true or false"),
        (ANA + GROUP + "assign = { language_level = 6 }\n", "language_level is 6"),
    ],
)
def test_a_slip_is_told_with_its_place(text: str, said: str) -> None:
    """One mistake, in words."""
    [mistake] = mistakes(HEAD + text)
    assert mistake.startswith("desk.toml:")
    assert said in mistake


def test_all_slips_are_told_at_once() -> None:
    """Whatever is wrong, in the order of the file."""
    agent = 'shifts = ["x"]\nbackup = "y"\nskills = { z = 9 }\n'
    assert len(mistakes(HEAD + ANA + agent + GROUP + 'assign = { strategy = "q" }\n')) == 4
