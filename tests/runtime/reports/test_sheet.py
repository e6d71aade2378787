"""Three forms of one report; no text of a stranger's becomes a formula in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from runtime.cli import Trouble
from runtime.reports.sheet import Column, Sheet, as_csv, form_of, inert

HARMFUL = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"]


@pytest.mark.parametrize("text", HARMFUL, ids=repr)
def test_what_begins_like_a_formula_is_made_a_text(text: str) -> None:
    """Each sign of OWASP's list, and the wide forms of them."""
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'=1", " =1", "#1"], ids=repr)
def test_what_does_not_stays_as_it_is(text: str) -> None:
    """A sign inside a text does nothing."""
    assert inert(text) == text


def test_csv_reads_back_to_the_lines() -> None:
    """Numbers and times as programs read them; quotes, commas and line ends inside a text stay inside."""
    columns = (Column("name"), Column("count"), Column("at"), Column("languages"), Column("nothing"))
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    line = {"name": '=cmd|"a", b\nc', "count": -3, "at": at, "languages": ["en", "nb"], "nothing": None}
    rows = list(csv.reader(io.StringIO(as_csv(Sheet(columns, [line])))))
    assert rows == [
        ["name", "count", "at", "languages", "nothing"],
        ['\'=cmd|"a", b\nc', "-3", "2026-11-21T12:00:00+00:00", "en nb", ""],
    ]


def test_one_form_at_a_time() -> None:
    """Both at once is a mistake of the call."""
    assert [form_of(json=False, csv=False), form_of(json=True, csv=False), form_of(json=False, csv=True)] == [
        "table",
        "json",
        "csv",
    ]
    with pytest.raises(Trouble, match="--json or --csv"):
        form_of(json=True, csv=True)
