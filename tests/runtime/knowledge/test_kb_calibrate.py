"""``despacho kb calibrate``: a desk's own questions open the gate, or shut it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from runtime.cli import call, find_commands
from runtime.knowledge.measure import Asked, passing
from runtime.knowledge.questions import labelled, learned, tickets_in
from store import articles, tables
from store.articles import Article
from tests.runtime.knowledge.test_suggestions import stock
from tests.store.house import NOON, House, mail, ready_store

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORDS = ("brake", "saddle", "wheel", "chain", "pedal", "basket", "lamp", "bell", "tyre", "helmet")


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desk with ten articles, and thirty questions that they answer."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DESPACHO_DATA", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    store = ready_store(f"sqlite:///{tmp_path / 'var' / 'despacho.db'}")
    given = [
        Article(name=one, language="en", title=f"How do I mend the broken {one}?", body=f"The {one} is easy.")
        for one in WORDS
    ]
    with store.writing() as connection:
        articles.keep(connection, given, NOW)
    store.close()
    path = tmp_path / "questions.jsonl"
    asked = [
        {"text": f"{how} mend the broken {one}", "language": "en", "article": one}
        for one in WORDS
        for how in ("How do I", "How can I", "Please, how do I")
    ]
    path.write_text("\n".join(map(json.dumps, asked)))
    return path


def calibrate(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, Any]:
    """The exit code, and the document or what was said instead."""
    find_commands("kb")
    code = call(["kb", "calibrate", *map(str, words), "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else said.err


def test_right_questions_open_the_gate_and_wrong_ones_shut_it(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was measured last is what counts, and stands there for whoever asks."""
    assert calibrate(capsys) == (1, None)
    code, found = calibrate(capsys, questions)
    assert (code, found["questions"], found["shown"], found["correct"]) == (0, 30, 30, 30)
    assert found["score"] >= 82
    assert calibrate(capsys) == (0, found)
    questions.write_text(questions.read_text().replace('"article": "brake"', '"article": ""'))
    code, found = calibrate(capsys, questions)
    assert (code, found["score"], found["correct"]) == (1, 0, 27)
    assert calibrate(capsys)[0] == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"text": "x", "language": "en", "article": "brakes"}', "there is no article 'brakes'"),
        ('{"ticket": 7, "article": "brake"}', "a ticket that is there"),
        ('{"text": "x", "article": "brake"}', "text and language"),
        ("{}", "required field `article`"),
        ("", "no questions"),
    ],
    ids=["article", "ticket", "language", "empty", "none"],
)
def test_a_file_with_a_mistake_measures_nothing(
    questions: Path, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    """File and line are said, and the gate stays as it was."""
    questions.write_text(line)
    code, said = calibrate(capsys, questions)
    assert code == 2
    assert why in said
    assert calibrate(capsys) == (1, None)


@pytest.mark.parametrize(
    ("right", "wrong", "shown"),
    [(29, 0, None), (30, 0, 0.82), (93, 7, 0.82), (92, 8, None)],
)
def test_the_bar(right: int, wrong: int, shown: float | None) -> None:
    """93% of at least 30, from the usual confidence on."""
    answers = [Asked(answerable=True, rank=1, confidence=0.83, milliseconds=1.0)] * right
    answers += [Asked(answerable=True, rank=2, confidence=0.83, milliseconds=1.0)] * wrong
    assert passing(answers) == shown


def test_a_higher_confidence_may_pass_where_the_usual_one_does_not() -> None:
    """The lowest that is good enough is taken."""
    sure = [Asked(answerable=True, rank=1, confidence=0.91, milliseconds=1.0)] * 30
    unsure = [Asked(answerable=True, rank=2, confidence=0.84, milliseconds=1.0)] * 10
    assert passing(sure + unsure) == 0.85


def test_what_is_asked_was_not_learned_from_the_same_ticket(house: House, tmp_path: Path) -> None:
    """The search knows the words of tickets that articles answered, and of these no other but its own."""
    stock(house, *(Article(name=one, language="en", title=f"All of the {one}", body="x") for one in WORDS))
    for number, one in enumerate(WORDS, 1):
        house.accept(mail(f"m{number}", subject=f"My {one}", body="It is old."))
    house.work()
    with house.store.writing() as connection:
        for number, one in enumerate(WORDS, 1):
            row = {"ticket": number, "article": one, "agent": "ana", "at": NOON, "changed": 0}
            connection.execute(tables.answers.insert().values(row))
    path = tmp_path / "q.jsonl"
    path.write_text('{"ticket": 1, "article": "brake"}\n{"ticket": 2, "article": ""}\n')
    assert tickets_in(path) == {1, 2}
    past = learned(house.store, ["en"], tickets_in(path))
    assert {one.article for one in past} == set(WORDS[2:])
    assert past[0].text.startswith(f"My {WORDS[2]}\n")
    with house.store.reading() as connection:
        assert [one.article for one in labelled(path, connection)] == ["brake", ""]
