"""What an agent reads of a deadline: that it will be missed, before it, and that it was, after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.office import opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from pathlib import Path

DUE = "due on Monday, March 2 at 2:00\u202fPM (Europe/Madrid)."
LADDER = """
[[sla]]
name = "standard"
clock = "elapsed"
match = {{ priority = ["low", "normal", "high", "urgent"] }}
first_response = "4h"

[[sla.level]]
of = "first_response"
{when} = "1h"
clock = "elapsed"
urgent = true
notify = ["carol"]
"""


@pytest.mark.parametrize(
    ("when", "hours", "says"),
    [
        ("before", 3, f"The deadline for a first answer will be missed unless somebody acts: it is {DUE}"),
        ("after", 5, f"The deadline for a first answer was missed: it was {DUE}"),
    ],
)
def test_a_level_names_its_deadline(
    tmp_path: Path, sqlite_url: str, when: str, hours: int, says: str
) -> None:
    """The mail of a level says which deadline it is of, when that is due, and whether there is time left."""
    files = sample(None, "")
    files["desk.toml"] += LADDER.format(when=when)
    with opened(sqlite_url, tmp_path / "raw", files) as office:
        office.receive(Mail(sender="kari@customer.example", subject="Brakes", body="They do not work."))
        office.wait(timedelta(hours=hours))
        assert says in office.last("escalated", "carol@acme.example").text
