"""``despacho calendar eval``: cases in, the same with results out, and what is wrong named by its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from runtime.cli import call, find_commands

if TYPE_CHECKING:
    from pathlib import Path

WEEK = {"hours": {"mon": [["09:00", "17:00"]], "fri": [["09:00", "17:00"]]}, "time_zone": "Europe/Oslo"}


def case(operation: str, start: str, **more: Any) -> dict[str, Any]:
    """A question about Mondays and Fridays in Oslo."""
    schedule = WEEK | {
        "shifts": {"2026-03-13": [["09:00", "10:00"]]},
        "breaks": {"2026-03-09": [["12:00", "13:00"]]},
        "holidays": ["2026-03-20"],
    }
    return {"name": operation, "schedule": schedule, "operation": operation, "start": start} | more


def test_each_operation_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lines come back in order, each with a result in the form of what is expected."""
    asked = {
        "2026-03-09T08:00:30Z": case("after", "2026-03-09T08:00:00Z", amount=30, unit="seconds"),
        "2026-03-13T08:00:00Z": case("after", "2026-03-09T08:00:00Z", amount=7, unit="hours"),
        "2026-03-16T09:00:00Z": case("after", "2026-03-09T09:00:00Z", amount=2, unit="days"),
        "2026-03-06T15:00:00Z": case("before", "2026-03-09T09:00:00Z", amount=120, unit="minutes"),
    }
    checks = [
        (8 * 3600, case("within", "2026-03-08T00:00:00Z", end="2026-03-14T00:00:00Z")),
        (False, case("in_hours", "2026-03-09T11:30:00Z")),
        (True, case("on_break", "2026-03-09T11:30:00Z")),
        (True, case("on_holiday", "2026-03-19T23:30:00Z")),
        (
            [["2026-03-13T08:00:00Z", "2026-03-13T09:00:00Z"]],
            case("periods_after", "2026-03-10T00:00:00Z", count=1),
        ),
        (
            [["2026-03-06T08:00:00Z", "2026-03-06T16:00:00Z"]],
            case("periods_before", "2026-03-09T00:00:00Z", count=1),
        ),
    ]
    expected = [*asked, *(result for result, _ in checks)]
    cases = [*asked.values(), *(one for _, one in checks)]
    code, answers = evaluate(tmp_path, capsys, *(json.dumps(one) for one in cases))
    assert code == 0
    assert [answer["result"] for answer in answers] == expected
    assert [{key: answer[key] for key in one} for answer, one in zip(answers, cases, strict=True)] == cases


def test_closing_time_is_told_beside_the_reference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where people are told another time than the reference library gives, both are there."""
    due = json.dumps(case("after", "2026-03-16T08:00:00Z", amount=8, unit="hours"))
    _, (answer,) = evaluate(tmp_path, capsys, due)
    assert (answer["result"], answer["for_people"]) == ("2026-03-23T08:00:00Z", "2026-03-16T16:00:00Z")


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        json.dumps(case("later", "2026-03-16T08:00:00Z")),
        json.dumps(case("after", "2026-03-16T08:00:00", amount=1, unit="hours")),
        json.dumps(case("after", "2026-03-16T08:00:00Z", amount=-1, unit="hours")),
        json.dumps(case("after", "2026-03-16T08:00:00Z", amount=3661, unit="days")),
        json.dumps(case("within", "2026-03-16T08:00:00Z")),
        json.dumps(
            case("after", "2026-03-16T08:00:00Z", amount=1) | {"schedule": WEEK | {"time_zone": "Oslo"}}
        ),
        json.dumps(case("after", "2026-03-16T08:00:00Z", amount=1) | {"schedule": WEEK | {"hours": {}}}),
        json.dumps(
            case("in_hours", "2026-03-16T08:00:00Z")
            | {"schedule": WEEK | {"hours": {"mon": [["17:00", "09:00"]]}}}
        ),
    ],
)
def test_a_broken_line_is_named_and_the_rest_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    """One wrong line costs its own answer and the exit code."""
    good = json.dumps(case("in_hours", "2026-03-16T08:00:00Z"))
    path = tmp_path / "cases.jsonl"
    path.write_text(f"{good}\n{broken}\n\n{good}\n")
    find_commands("calendar")
    assert call(["calendar", "eval", str(path)]) == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert said.err.startswith("line 2: ")


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the call that is wrong."""
    find_commands("calendar")
    assert call(["calendar", "eval", str(tmp_path / "none.jsonl")]) == 2
    assert "No such file" in capsys.readouterr().err


def evaluate(
    folder: Path, capsys: pytest.CaptureFixture[str], *lines: str
) -> tuple[int, list[dict[str, Any]]]:
    """Run the command on these lines; gives its exit code and the lines that it printed."""
    path = folder / "cases.jsonl"
    path.write_text("\n".join(lines) + "\n")
    find_commands("calendar")
    code = call(["calendar", "eval", str(path)])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]
