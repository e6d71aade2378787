"""One report in three forms: a table for people, one JSON document, or CSV for a spreadsheet.

CSV is opened by programs that run what looks like a formula, and its texts were written by strangers. So a
text that begins as a formula does, or as what spreadsheets skip before one, gets a quote before it (the rule
of OWASP's page on CSV injection). Numbers are ours, and stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from runtime.cli import OK, WRONG, Trouble
from runtime.listing import duration, say, say_json, say_table, say_text

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula may begin: spreadsheets take the wide forms of East Asian keyboards for the same signs."""


Form = Literal["table", "json", "csv"]


class Column(NamedTuple):
    """A column: its name in all three forms, and how the table shows its values."""

    name: str
    shown: Callable[[Any], str] = str
    right: bool = False


class Sheet(msgspec.Struct, frozen=True):
    """A report's lines, each with a value for every column; ``None`` is nothing."""

    columns: tuple[Column, ...]
    lines: Sequence[Mapping[str, Any]]


def form_of(*, json: bool, csv: bool) -> Form:
    """The form that was asked for; raises `Trouble` where both were."""
    if json and csv:
        raise Trouble("One form at a time: --json or --csv.", WRONG)
    return "json" if json else "csv" if csv else "table"


def tell(sheet: Sheet, about: Mapping[str, Any], form: Form, nothing: str) -> int:
    """Print a report in the form that was asked for; ``about`` is what JSON says besides the lines.

    ``nothing`` is said to people where there is no line.
    """
    if form == "json":
        say_json({**about, "lines": sheet.lines})
    elif form == "csv":
        say_text(as_csv(sheet))
    elif not sheet.lines:
        say(nothing)
    else:
        names = [column.name.replace("_", " ") for column in sheet.columns]
        rows = [[_cell(column, line[column.name]) for column in sheet.columns] for line in sheet.lines]
        right = [name for name, column in zip(names, sheet.columns, strict=True) if column.right]
        say_table(names, rows, right=right)
    return OK


def as_csv(sheet: Sheet) -> str:
    """The lines as CSV below the columns' names; times are ISO 8601 in UTC, lengths in seconds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in sheet.columns)
    for line in sheet.lines:
        writer.writerow(_plain(line[column.name]) for column in sheet.columns)
    return text.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def percent(value: float) -> str:
    """A share as people read it."""
    return f"{value:.0%}"


def signed_percent(value: float) -> str:
    """A change as people read it."""
    return f"{value:+.0%}"


def length(seconds: float) -> str:
    """Seconds in words."""
    return duration(seconds)


def number(value: int) -> str:
    """A number with separators between thousands."""
    return f"{value:,}"


def _cell(column: Column, value: Any) -> str:
    return "-" if value is None else column.shown(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return inert(" ".join(str(one) for one in value))
    return inert(value) if isinstance(value, str) else value
