"""`despacho mail simulate`: loops end and people are heard under a sound policy, and it shows where not."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from config.limits import Limits
from runtime.cli import settings
from runtime.simulated import scenes
from runtime.simulated.mails import other_words
from runtime.simulated.play import Written
from runtime.simulated.scenes import Seen, most_in_a_day
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

    from tests.runtime.desk_at_hand import Said

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """Commands, and the sample policy in a folder; machines answer for four hours only."""
    shutil.copytree(settings().policy, tmp_path / "policy")
    monkeypatch.setattr(scenes, "HALF_HOURS", 8)
    return DeskAtHand(tmp_path, monkeypatch, capsys)


def without_limits(desk: DeskAtHand) -> None:
    """Take every limit out of the policy, and put it in shadow."""
    file = desk.folder / "policy" / "desk.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    begin = lines.index("[limits]")
    end = begin + lines[begin:].index("")
    none = [f"{one} = 0" for one in msgspec.structs.asdict(Limits())]
    lines[begin:end] = ["[limits]", *none]
    file.write_text("\n".join(['mode = "shadow"', *lines]), encoding="utf-8")


def outcome(said: Said) -> dict[str, tuple[int, bool]]:
    """Of each scene the answers, and whether they are as they should be."""
    document = json.loads(said.out[said.out.index("{\n") :])  # the log of a new database stands before it
    return {one["scene"]: (one["answers"], one["good"]) for one in document["scenes"]}


def test_the_sample_policy_comes_to_rest(desk: DeskAtHand) -> None:
    """Every scene is as it should be: loops end within their bounds, and each person is acknowledged."""
    said = desk.run("mail", "simulate", "policy", "--percent", "2", "--json")
    assert said.code == 0
    assert outcome(said) == {
        "two desks, each the other's customer": (1, True),
        "a responder without headers, another subject each time": (3, True),
        "a responder that is never the same, and a rule that answers it": (3, True),
        "a proved person's requests in an hour": (5, True),
        "bounces": (0, True),
        "proved people of one provider in an hour": (40, True),
        "forged senders at one domain": (100, True),
        "what one agent hears of them": (60, True),
    }


def test_a_policy_without_limits_is_found_out(desk: DeskAtHand) -> None:
    """Where nothing is limited, in shadow too, the loops and the flood go on, and the exit code says so."""
    without_limits(desk)
    said = desk.run("mail", "simulate", "policy", "--percent", "2")
    assert said.code == 1
    wrong = [line.partition(":")[0] for line in said.out.splitlines() if line.startswith("NOT ")]
    assert "ok  two desks, each the other's customer: 1 in, 1 out" in said.out
    assert wrong == [
        "NOT a responder without headers, another subject each time",
        "NOT a responder that is never the same, and a rule that answers it",
        "NOT forged senders at one domain",
    ]


def test_what_was_seen_before_an_interruption_is_told(
    desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the second scene: the first is told, as a document too, and the call has failed."""

    def interrupted(*_given: object) -> Seen:
        raise KeyboardInterrupt

    monkeypatch.setattr(scenes, "_alike", interrupted)
    said = desk.run("mail", "simulate", "policy", "--json")
    assert (said.code, outcome(said)) == (1, {"two desks, each the other's customer": (1, True)})
    assert '"whole": false' in said.out


def test_what_cannot_be_simulated_is_a_wrong_call(desk: DeskAtHand) -> None:
    """A mailbox that the policy does not have, and a policy with mistakes."""
    said = desk.run("mail", "simulate", "policy", "--mailbox", "suport@acme.example")
    assert (said.code, "Did you mean support@acme.example?" in said.err) == (2, True)
    (desk.folder / "policy" / "desk.toml").write_text("name = 1\n", encoding="utf-8")
    assert desk.run("mail", "simulate", "policy").code == 2


@pytest.mark.parametrize(
    ("answers", "good"), [(1, False), (2, True), (3, True), (4, False)], ids=["few", "least", "most", "many"]
)
def test_answers_have_two_bounds(answers: int, good: bool) -> None:  # noqa: FBT001 - a table's column
    """Too few is somebody who was not heard, too many a loop that goes on."""
    assert Seen(scene="", came=1, answers=answers, least=2, most=3).good is good


@pytest.mark.parametrize(
    ("minutes", "most"), [((), 0), ((0, 1439), 2), ((0, 1440), 1), ((0, 1000, 1439, 1441, 2000), 4)]
)
def test_the_most_within_a_day_is_of_any_day(minutes: tuple[int, ...], most: int) -> None:
    """24 hours begin with any mail, not at midnight, and end before the same minute."""
    plain = {"recipient": "", "reason": "", "message_id": "", "subject": "", "reply_to": "", "row": None}
    mails = [
        msgspec.convert(plain | {"number": 1, "at": AT + timedelta(minutes=one)}, Written) for one in minutes
    ]
    assert most_in_a_day(mails) == most


def test_other_words_share_none() -> None:
    """A machine that is never the same, as simulated, repeats no word."""
    texts = [set(other_words(number).split()) for number in (0, 1, 25, 26, 675, 676)]
    assert sum(map(len, texts)) == len(set.union(*texts)) == 6 * 30
