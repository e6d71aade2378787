"""``despacho report topics|frequency|resolution|time``: what was asked, how often, how soon, at what cost."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from runtime.commands.report_frequency import lines_of
from runtime.reports.period import Period
from runtime.show.times import Clock
from tests.runtime.desk_at_hand import DeskAtHand
from tests.store.asked import plant, plant_time

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """Three about a pump this month and one before it, one in Spanish; some answered, some time spent."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    store = desk.store()
    at = NOW - 5 * DAY
    answered = {"answered_at": at + HOUR, "solved_at": at + 3 * HOUR, "status": "solved"}
    pump = {"language": "en", "group_name": "repairs"}
    plant(store, 1, NOW - 40 * DAY, "My pump leaks oil", subject="Pump", **pump)
    plant(store, 2, at, "The pump is leaking oil", subject="=HYPERLINK(1)", **(pump | answered))
    plant(store, 3, at, "A leak of oil at the pump", subject="=HYPERLINK(2)", **pump)
    plant(store, 4, at, "Leaking pump, oil everywhere", subject="=HYPERLINK(3)", **pump)
    plant(store, 5, at, "¿Cómo cambio la contraseña?", subject="Contraseña", language="es", channel="form")
    plant_time(store, 2, 1, at, minutes=90, billable=True, activity="on site")
    plant_time(store, 3, 1, at, minutes=15, agent="+ben")
    plant_time(store, 1, 1, NOW - 40 * DAY, minutes=30)
    store.close()
    return desk


def test_topics_are_counted_beside_the_time_before(desk: DeskAtHand) -> None:
    """The largest first, with how it changed and a ticket to look at."""
    told = desk.run("report", "topics", "--json").json()
    assert (told["enquiries"], told["before"], told["topics"]) == (4, 1, 2)
    pump, password = told["lines"]
    assert (pump["enquiries"], pump["before"], pump["change"], pump["languages"]) == (3, 1, 2.0, ["en"])
    assert pump["ticket"] in {2, 3, 4}
    assert (password["enquiries"], password["change"], password["ticket"]) == (1, None, 5)
    assert len(desk.run("report", "topics", "--most", "1", "--json").json()["lines"]) == 1
    said = desk.run("report", "topics").out
    assert "+200%" in said
    assert "4 enquiries about 2 topics; 1 in as long before." in said


def test_what_strangers_wrote_is_no_formula_in_csv(desk: DeskAtHand) -> None:
    """In each report with words of theirs, or of agents."""
    for words in (("topics",), ("time",)):
        said = desk.run("report", *words, "--csv")
        cells = [cell for row in csv.reader(io.StringIO(said.out)) for cell in row]
        assert any(cell.startswith(("'=HYPERLINK", "'+ben")) for cell in cells)
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_frequency_is_by_time_or_by_kind(desk: DeskAtHand) -> None:
    """Days without an enquiry are there; what was before stands beside its day."""
    told = desk.run("report", "frequency", "--zone", "UTC", "--json").json()
    assert (told["enquiries"], told["before"]) == (4, 1)
    days = {line["day"]: (line["enquiries"], line["before"]) for line in told["lines"]}
    assert len(days) == 31
    assert days[f"{NOW - 5 * DAY:%Y-%m-%d}"] == (4, 0)
    assert days[f"{NOW - 10 * DAY:%Y-%m-%d}"] == (0, 1)
    assert days[f"{NOW:%Y-%m-%d}"] == (0, 0)
    hours = desk.run("report", "frequency", "--by", "hour", "--zone", "Europe/Oslo", "--json").json()["lines"]
    assert len(hours) == 24
    assert sum(line["enquiries"] for line in hours) == 4
    kinds = desk.run("report", "frequency", "--by", "channel", "--json").json()["lines"]
    assert [(line["channel"], line["enquiries"], line["before"]) for line in kinds] == [
        ("smtp", 3, 1),
        ("form", 1, 0),
    ]


def test_resolution_says_how_many_and_how_soon(desk: DeskAtHand) -> None:
    """By group and by topic, with a line of all and one of as long before."""
    lines = desk.run("report", "resolution", "--json").json()["lines"]
    assert [line["group"] for line in lines] == ["repairs", "(none)", "(all)", "(before)"]
    repairs = lines[0]
    assert (repairs["enquiries"], repairs["solved"], repairs["solved_share"]) == (3, 1, 0.3333)
    assert (repairs["first_response_median"], repairs["resolution_p90"]) == (3600, 3 * 3600)
    assert repairs["resolution_business_median"] <= 3 * 3600
    assert (lines[3]["enquiries"], lines[3]["resolution_median"]) == (1, None)
    topics = desk.run("report", "resolution", "--by", "topic", "--json").json()["lines"]
    assert [line["enquiries"] for line in topics] == [3, 1, 4, 1]
    assert "3 h" in desk.run("report", "resolution", "--clock").out
    assert "business time" in desk.run("report", "resolution").out


def test_time_is_summed_by_whom_and_what_it_was_for(desk: DeskAtHand) -> None:
    """Beside as long before; billable is a line of its own."""
    by_agent = desk.run("report", "time", "--json").json()
    assert (by_agent["minutes"], by_agent["billable_minutes"]) == (105, 90)
    assert [(one["agent"], one["minutes"], one["before_minutes"]) for one in by_agent["lines"]] == [
        ("ana", 90, 30),
        ("+ben", 15, 0),
    ]
    by_use = desk.run("report", "time", "--by", "billable", "--json").json()["lines"]
    assert [(one["billable"], one["minutes"]) for one in by_use] == [("billable", 90), ("not billable", 15)]
    by_activity = desk.run("report", "time", "--by", "activity", "--json").json()["lines"]
    assert [one["activity"] for one in by_activity] == ["on site", "(none)"]
    by_person = desk.run("report", "time", "--by", "requester", "--json").json()["lines"]
    assert [one["tickets"] for one in by_person] == [2]
    assert "1h45m in all, 1h30m of it billable." in desk.run("report", "time").out


def test_a_desk_where_nobody_asked_says_so(desk: DeskAtHand) -> None:
    """In words for people, and as no line for programs; what is no period is told as a mistake."""
    for words in (("topics",), ("frequency",), ("resolution",), ("time",)):
        assert "in the last 1h" in desk.run("report", *words, "--since", "1h").out
        told = desk.run("report", *words, "--since", "1h", "--json")
        assert (told.code, told.json()["lines"]) == (0, [])
        wrong = desk.run("report", *words, "--since", "long")
        assert (wrong.code, wrong.out) == (2, "")
        assert "30d" in wrong.err
        assert desk.run("report", *words, "--json", "--csv").code == 2


def test_no_day_is_left_out_where_clocks_are_put_forward() -> None:
    """The day on which Oslo has 23 hours, seen from shortly before midnight."""
    since = datetime(2026, 3, 27, 22, 30, tzinfo=UTC)
    span = Period(before=since - 4 * DAY, since=since, until=since + 4 * DAY)
    names = lines_of("day", span, Clock(ZoneInfo("Europe/Oslo")), Counter(), Counter())
    assert names == [f"2026-03-{day}" for day in (27, 28, 29, 30, 31)] + ["2026-04-01"]
