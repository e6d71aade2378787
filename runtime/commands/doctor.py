"""``despacho doctor``: whether the desk is well, and what is to be done where it is not."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from runtime import doctor as health
from runtime.cli import FAILED, OK, app
from runtime.listing import counted, say, say_json

_MARKS = {"green": "ok", "yellow": "look", "red": "BAD"}
_SAME = "green"


@app.command
def doctor(*, deep: bool = False, json: bool = False) -> int:
    """Look at everything a desk needs and check that its books balance, while it runs or not.

    Each line is green, yellow (have a look) or red (somebody is needed), with what to do next.
    Nothing is changed.

    Exit codes: 0 when nothing is red, 1 when something is.

    Examples: `despacho doctor` · `despacho doctor --deep` · `despacho doctor --json`

    Parameters
    ----------
    deep
        Read every stored message and compare its hash; takes a while on a large desk.
    json
        One document: colour, and the findings with check, colour, says, advice.
    """
    found = health.examine(os.environ, Path.cwd(), deep=deep)
    colour = health.worst(found)
    if json:
        say_json({"colour": colour, "findings": [msgspec.structs.asdict(one) for one in found]})
        return FAILED if colour == "red" else OK
    widest = max(len(one.check) for one in found)
    for one in found:
        say(
            f"{_MARKS[one.colour]:<5} {one.check:<{widest}}  {one.says}",
            style="" if one.colour == _SAME else one.colour,
        )
        if one.advice and one.colour != _SAME:
            say(f"{'':<5} {'':<{widest}}  → {one.advice}")
    bad, odd = (sum(one.colour == which for one in found) for which in ("red", "yellow"))
    if bad:
        say(f"{counted(bad, 'thing')} to mend.", style="red")
    else:
        say(
            "The desk is well." if not odd else "The desk works; have a look at what is marked.", style=colour
        )
    return FAILED if bad else OK
