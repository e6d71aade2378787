"""``despacho kb calibrate``: may the desk suggest articles to customers by itself? Measured, and kept."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING

from runtime.busy import counted
from runtime.cli import FAILED, OK, WRONG, Trouble, settings
from runtime.commands.kb import kb
from runtime.knowledge.calibrating import measured
from runtime.knowledge.measure import LEAST, WANTED
from runtime.knowledge.questions import LinesError, labelled, learned, tickets_in
from runtime.listing import say, say_fields, say_json
from runtime.open_desk import open_desk
from store import articles, calibrations

if TYPE_CHECKING:
    from store.calibrations import Calibration
    from store.engine import Store


@kb.command
def calibrate(questions: Path | None = None, *, json: bool = False) -> int:
    """Measure on the desk's own articles whether customers may be told of them, and keep the answer.

    Where at least 93 % of at least 30 suggestions are right, acknowledgements suggest articles from then on,
    if `[suggestions]` of desk.toml wants it; otherwise they suggest none. The newest answer counts, within
    two seconds. Measure again when the articles or the questions of your customers have changed much.

    Exit codes: 0 it may, 1 it may not, 2 the file is wrong or there is nothing to measure: nothing is kept.

    Examples: `despacho kb calibrate questions.jsonl` · `despacho kb calibrate` (what counts now)

    Parameters
    ----------
    questions
        JSON Lines: `ticket`, the number of one of your tickets, or `text` and `language`; and `article`, the
        name of the article that answers it, empty where none does. Without a file: print what counts now.
    json
        Print one JSON document.
    """
    with open_desk(settings()) as store:
        found = _standing(store) if questions is None else _measured(store, questions)
    if json:
        say_json(found)
    elif found is None:
        say("Nothing was measured yet: customers are told of no article.")
    else:
        _show(found)
    return OK if found is not None and found.score else FAILED


def _standing(store: Store) -> Calibration | None:
    with store.reading() as connection:
        return calibrations.newest(connection)


def _measured(store: Store, questions: Path) -> Calibration:
    with store.reading() as connection:
        kept = [one.article for one in articles.everything(connection)]
        try:
            asked = labelled(questions, connection)
        except LinesError as error:
            raise Trouble(str(error), WRONG) from error
    if not kept or not asked:
        what = "no articles: bring some in with `despacho kb import`" if not kept else "no questions"
        message = f"There is nothing to measure: {what}."
        raise Trouble(message, WRONG)
    # As the desk searches: with what it has learned, but for what it is asked now.
    history = learned(store, {one.language for one in kept}, tickets_in(questions))
    with counted("asking", len(asked)) as step:
        found = measured(kept, asked, history, step)
    with store.writing() as connection:
        calibrations.keep(connection, found)
    return found


def _show(found: Calibration) -> None:
    share = f"{found.correct / found.shown:.1%}" if found.shown else "-"
    say_fields(
        [
            ("measured", f"{found.at:%Y-%m-%d %H:%M} UTC by {found.who}"),
            ("asked", f"{found.questions:,} questions of {found.articles:,} articles"),
            ("shown", f"{found.shown:,}, of which {found.correct:,} right ({share})"),
        ]
    )
    if found.score:
        say(f"Customers are told of articles from {found.score} % on, where [suggestions] wants it.")
    else:
        say(
            f"Not good enough: {WANTED:.0%} of at least {LEAST} have to be right. Customers are told of none."
        )
