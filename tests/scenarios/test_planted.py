"""A Message-ID that many people have, planted in a stranger's mail, draws nobody onto that ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KARI, OLA, MALLORY = "kari@customer.example", "ola@customer.example", "mallory@elsewhere.example"


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """An empty desk."""
    with opened(sqlite_url, tmp_path / "raw", sample(rules="")) as office:
        yield office


@pytest.mark.parametrize("planted", ["reference", "own id"])
def test_a_planted_id_draws_no_answers_from_whom_it_puts_in_copy(office: Office, planted: str) -> None:
    """Who knows the id of a newsletter and puts its readers in copy does not get what they answer to it."""
    letter = "<newsletter-7@acme.example>"
    lure = Mail(
        sender=MALLORY,
        cc=f"{KARI}, {OLA}",
        subject="Newsletter",
        body="I also got your newsletter.",
        headers={"References": letter} if planted == "reference" else {},
        message_id=letter if planted == "own id" else "",
    )
    office.receive(lure)
    for number, sender in ((2, KARI), (3, OLA)):
        words = f"This is a private matter of {sender}."
        office.receive(
            Mail(sender=sender, subject="Re: Newsletter", body=words, headers={"In-Reply-To": letter})
        )
        assert [entry.text for entry in office.entries(number) if entry.kind == "message"] == [words]
        assert "the sender was only put in copy of it" in office.traces(number)
        assert "Possibly related: #1." in [entry.text for entry in office.entries(number)]
    assert len([entry for entry in office.entries(1) if entry.kind == "message"]) == 1


def test_an_answer_to_all_of_someone_in_copy_joins(office: Office) -> None:
    """Who is in copy of a mail to the desk and answers its author, too, writes on that ticket."""
    first = Mail(
        sender=KARI, cc=OLA, subject="Bell", body="My bell is silent.", message_id="<bell@customer.example>"
    )
    office.receive(first)
    headers = {"In-Reply-To": "<bell@customer.example>"}
    office.receive(Mail(sender=OLA, cc=KARI, subject="Re: Bell", body="Mine is loud.", headers=headers))
    office.receive(Mail(sender=OLA, subject="Re: Bell", body="Mine is too loud.", headers=headers))
    said = [entry.text for entry in office.entries(1) if entry.kind == "message"]
    assert said == ["My bell is silent.", "Mine is loud.", "Mine is too loud."]
