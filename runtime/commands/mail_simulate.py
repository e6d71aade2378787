"""``despacho mail simulate``: what a policy does with loops and floods, tried on a desk of its own."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from config import loader
from runtime.busy import counted as bar
from runtime.cli import FAILED, OK, settings
from runtime.commands.mail import mail
from runtime.listing import say, say_json
from runtime.named_mailbox import mailbox_named
from runtime.simulated.play import Play
from runtime.simulated.scenes import scenes, steps

if TYPE_CHECKING:
    from runtime.simulated.scenes import Seen

Percent = Annotated[int, Parameter(validator=Number(gte=1, lte=100))]


@mail.command
def simulate(
    folder: Path | None = None, *, mailbox: str = "", percent: Percent = 100, json: bool = False
) -> int:
    """Try a policy on mail loops and floods: that they end, and that people are heard all the same.

    A desk of its own, with the real chains and a clock that is moved, lives in a temporary folder; nothing is
    sent, and no running desk is touched. Whether a sender is proved is given with each mail, whatever
    channels.toml says; a mailbox in shadow plays as if it were live. Ctrl-C ends it, and what was seen until
    then is told.

    Exit codes: 0 as it should be, 1 a loop or a flood goes on, somebody is not heard, or it was interrupted,
    2 the policy has mistakes.

    Examples: `despacho mail simulate` · `despacho mail simulate ./policy --percent 10` ·
    `despacho mail simulate --mailbox billing@acme.example --json`

    Parameters
    ----------
    folder
        The policy's folder; by default the one that the settings name.
    mailbox
        Which of its mailboxes is written to; by default the first.
    percent
        How large the floods are, of 10,000 forged senders, 2,000 proved people and 1,000 bounces.
    json
        One document: whole, good, seconds, and scenes with scene, came, answers, least, most, unit, good.
    """
    policy = loader.load(folder or settings().policy)
    address = mailbox_named(policy, mailbox)
    began = time.monotonic()
    seen: list[Seen] = []
    with tempfile.TemporaryDirectory(prefix="despacho-") as place, bar("simulating", steps(percent)) as tell:
        play = Play(Path(place), "desk", policy.files, address)
        whole = True
        try:
            for one in scenes(play, Path(place), percent, tell):
                seen.append(one)
                if not json:
                    _say(one)
        except KeyboardInterrupt:
            whole = False
        finally:
            play.desk.close()
    good = all(one.good for one in seen)
    seconds = round(time.monotonic() - began, 1)
    if json:
        found = [as_json(one) for one in seen]
        say_json({"whole": whole, "good": good, "seconds": seconds, "scenes": found})
    else:
        say(f"Simulated in {seconds:,.0f} s." if whole else "Interrupted: what is above was simulated.")
    return OK if good and whole else FAILED


def as_json(one: Seen) -> dict[str, Any]:
    """One scene as a document."""
    return {
        "scene": one.scene,
        "came": one.came,
        "answers": one.answers,
        "least": one.least,
        "most": one.most,
        "unit": one.unit,
        "good": one.good,
    }


def _say(one: Seen) -> None:
    bounds = f"{one.most:,}" if one.least == one.most else f"at most {one.most:,}"
    mark, style = ("ok  ", "") if one.good else ("NOT ", "red")
    what = f"{one.scene}: {one.came:,} in, {one.answers:,} out {one.unit} (wanted: {bounds})"
    say(f"{mark}{what}", style)
