"""The first policy that `despacho init` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.loader import load, load_files
from config.mistakes import PolicyError
from config.sample import Answers, Sample, sample_files, write_sample

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = Answers(
    address=" Support@acme.example",
    languages=("es", "nb"),
    agents=("Ana García <ana@acme.example>", "Bjørn <B@acme.example>", '"Björn X" <bx@acme.example>'),
    hours="mon-fri 09:00-17:00 Europe/Madrid",
    relay=" smtp://relay.example:587 ",
)


def test_five_answers_make_a_policy_that_loads(tmp_path: Path) -> None:
    """What was answered is what the loaded policy says; the relay is handed back for the settings."""
    folder = tmp_path / "a" / "policy"
    sample = write_sample(folder, ANSWERS)
    assert sample == Sample(
        (folder / "desk.toml", folder / "rules.toml", folder / "phrases.toml"), "smtp://relay.example:587"
    )
    desk = load(folder).desk
    assert desk.mailboxes[0].address == "support@acme.example"
    assert desk.languages == ("es", "nb")
    assert [(agent.id, agent.name, agent.address) for agent in desk.agents] == [
        ("ana", "Ana García", "ana@acme.example"),
        ("bjorn", "Bjørn", "b@acme.example"),
        ("bjorn_2", "Björn X", "bx@acme.example"),
    ]
    assert desk.groups[0].agents == ("ana", "bjorn", "bjorn_2")
    assert desk.hours.zone == "Europe/Madrid"
    assert sorted(desk.hours.week) == ["fri", "mon", "thu", "tue", "wed"]


def test_one_answer_is_enough() -> None:
    """An address alone makes a desk without agents that is always staffed, in English."""
    desk = load_files(sample_files(Answers(address="help@acme.example"))).desk
    assert (desk.name, desk.languages, desk.agents) == ("Acme Support", ("en",), ())
    assert len(desk.hours.week) == 7


def test_every_wrong_answer_is_told() -> None:
    """Four wrong answers are told about at once, each with an example of a right one."""
    wrong = Answers(address="x", languages=("en", "fr"), agents=("Ana", "<a@b.example>"), hours="always")
    with pytest.raises(PolicyError) as caught:
        sample_files(wrong)
    assert [one.place.file for one in caught.value.mistakes] == [
        "address",
        "languages",
        "agents",
        "agents",
        "hours",
    ]
    assert all(one.expected for one in caught.value.mistakes)


def test_an_agent_at_the_desks_address_is_refused() -> None:
    """Answers that are right one by one and wrong together are refused as the policy would be."""
    with pytest.raises(PolicyError, match="its mail would go in a circle"):
        sample_files(Answers(address="help@acme.example", agents=("Ana <help+ana@acme.example>",)))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Where there is a policy already it stays as it is, and nothing is written beside it."""
    (tmp_path / "rules.toml").write_text("# mine\n", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_sample(tmp_path, ANSWERS)
    assert [path.name for path in tmp_path.iterdir()] == ["rules.toml"]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_answer_breaks_the_file_it_goes_into(name: str, address: str, hours: str) -> None:
    """Whatever is typed, the answers are refused or become a policy that loads."""
    answers = Answers(address="help@acme.example", agents=(f"{name} <a@b.example>", address), hours=hours)
    for one in (answers, Answers(address="help@acme.example", agents=(f"{name} <a@b.example>",))):
        try:
            files = sample_files(one)
        except PolicyError:
            continue
        load_files(files)
