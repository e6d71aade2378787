"""``despacho kb eval``: what it measures, what it refuses, and that no question teaches its own answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runtime.cli import call, find_commands
from runtime.knowledge.measure import LEAST, Asked, Worth, ask, figures, passed, worth
from store.search.held import Past
from store.search.shelves import Item

if TYPE_CHECKING:
    from pathlib import Path

ARTICLES = [
    {"id": "a", "language": "en", "title": "Reset a password", "body": "Choose forgotten."},
    {"id": "b", "language": "en", "title": "Print an invoice", "body": "Under billing."},
]
QUERIES = [
    {"text": "how to reset my password", "language": "en", "article": "a"},
    {"text": "printing invoices", "language": "en", "article": "b"},
    {"text": "change my telephone number", "language": "en", "article": "gone"},
]


def written(path: Path, rows: list[dict[str, Any]]) -> str:
    """A file of JSON Lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """The exit code, and the report or what was said instead."""
    find_commands("kb")
    code = call(["kb", "eval", *arguments])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else said.err


def test_the_report_has_every_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A question whose article is not there counts apart, and must not be answered."""
    files = written(tmp_path / "a", ARTICLES), written(tmp_path / "q", QUERIES)
    code, report = evaluated(capsys, *files, "--json")
    assert code == 0
    assert (report["n"], report["unanswerable"]) == (2, 1)
    assert (report["map"], report["mrr"], report["p1"], report["p3"]) == (1, 1, 1, 1)
    assert 0 < report["median_ms"] <= report["p95_ms"]
    assert report["shown"]["shown"] == report["shown"]["right"] <= 2


def test_past_questions_teach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An article is found by a question that it answered before; but never by the very question."""
    files = written(tmp_path / "a", ARTICLES), written(tmp_path / "q", [QUERIES[0] | {"text": "login code"}])
    other = written(tmp_path / "h", [QUERIES[0] | {"text": "my login code"}])
    assert evaluated(capsys, *files, "--json")[1]["p1"] == 0
    assert evaluated(capsys, *files, "--history", other, "--json")[1]["p1"] == 1
    assert evaluated(capsys, *files, "--history", files[1], "--json")[1]["p1"] == 0


def test_calibration_says_whether_it_passed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three questions are too few to pass, whatever they say."""
    files = written(tmp_path / "a", ARTICLES), written(tmp_path / "q", QUERIES)
    code, report = evaluated(capsys, *files, "--calibrate", "--json")
    assert (code, report["passed"]) == (1, False)
    confidences = [at["confidence"] for at in report["calibration"]]
    assert confidences == sorted(confidences)


@pytest.mark.parametrize(
    ("line", "said"),
    [('{"text": 1}', "q:1: Expected `str`, got `int`"), ("nonsense", "q:1: JSON is malformed")],
)
def test_a_wrong_line_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    """With its file and number."""
    articles, wrong = written(tmp_path / "a", ARTICLES), tmp_path / "q"
    wrong.write_text(line)
    code, error = evaluated(capsys, articles, str(wrong))
    assert code == 2
    assert said in error


def test_what_cannot_be_measured_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there, an empty one, an id given twice."""
    articles, empty = written(tmp_path / "a", ARTICLES), written(tmp_path / "e", [])
    twice = written(tmp_path / "t", [ARTICLES[0], ARTICLES[0]])
    assert evaluated(capsys, articles, str(tmp_path / "none"))[0] == 2
    assert "at least one line" in evaluated(capsys, articles, empty)[1]
    assert "t:2: the id 'a' was there before" in evaluated(capsys, twice, articles)[1]


def test_a_desk_passes_with_enough_shown_and_enough_of_it_right() -> None:
    """Both bounds, from both sides."""
    at = Worth(confidence=0.8, shown=LEAST, right=28, precision=0.93, answerable_shown=0.5)
    assert passed(at)
    assert not passed(Worth(0.8, LEAST - 1, 28, 0.93, 0.5))
    assert not passed(Worth(0.8, LEAST, 27, 0.929, 0.5))
    assert not passed(Worth(0.8, 0, 0, None, 0.0))


def test_figures_are_the_means_over_what_has_an_article() -> None:
    """Ranks 1, 2 and not found; and one that cannot be answered, shown wrongly."""
    answers = [
        Asked(True, 1, 0.9, 1.0),
        Asked(True, 2, 0.4, 1.0),
        Asked(True, 0, 0.1, 1.0),
        Asked(False, 0, 0.9, 9.0),
    ]
    found = figures(answers)
    assert (found.n, found.mrr, found.p1, found.p3) == (3, 0.5, 0.3333, 0.6667)
    assert worth(answers, 0.9) == Worth(0.9, 2, 1, 0.5, 0.3333)
    assert worth(answers, 0.95).precision is None


def test_each_question_is_asked_once_in_five_rounds() -> None:
    """Of an index that knows the other four fifths."""
    past = [Past(f"question {number} about password", "en", "a") for number in range(12)]
    answers = ask([("en", Item("a", "Reset", "x")), ("en", Item("b", "Print", "x"))], past, (), apart=True)
    assert len(answers) == 12
    assert all(answer.rank == 1 for answer in answers)
