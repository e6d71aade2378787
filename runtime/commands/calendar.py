"""``despacho calendar``: ask opening hours what an amount of staffed time comes to."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING

from cyclopts import App

from runtime.calendar_cases import CaseError, answer
from runtime.cli import FAILED, OK, WRONG, Trouble, app, err
from runtime.listing import say_json_line

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import BinaryIO

calendar = App(
    name="calendar", help="Opening hours: what they come to, around holidays and changes of clocks."
)
app.command(calendar)


@calendar.command(name="eval")
def evaluate(file: Path) -> int:
    """Answer questions to calendars: JSON Lines in, the same lines out, each with its `result`.

    A line has a schedule (hours by weekday, shifts and breaks by date, holidays, time_zone), an operation
    (after, before, within, in_hours, on_break, on_holiday, periods_after, periods_before), a start in UTC
    and what the operation needs: amount and unit, end, or count. An amount that ends exactly at closing
    time is due then, as the desk tells people; `result` follows the biz library, which names the next
    opening, and where the two differ `for_people` is there too.

    Exit codes: 0 all lines were answered, 1 some were not (each is named with its number), 2 the file
    cannot be read.

    Examples: `despacho calendar eval cases.jsonl` · `despacho calendar eval - < cases.jsonl`

    Parameters
    ----------
    file
        The questions; - is standard input.
    """
    wrong = 0
    try:
        with _opened(file) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    wrong += not _say_answer(number, line)
    except OSError as error:
        message = f"{file}: {error.strerror or error}"
        raise Trouble(message, WRONG) from error
    return FAILED if wrong else OK


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")


def _say_answer(number: int, line: bytes) -> bool:
    try:
        say_json_line(answer(line))
    except CaseError as error:
        err.print(f"line {number}: {error}", markup=False, soft_wrap=True)
        return False
    return True
