"""``despacho kb``: the knowledge base."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Any

import msgspec
from cyclopts import App

from runtime.busy import counted
from runtime.cli import FAILED, OK, WRONG, Trouble, app
from runtime.knowledge.measure import CONFIDENCES, WANTED, Asked, ask, figures, passed, worth
from runtime.knowledge.questions import LinesError, articles, questions
from runtime.listing import say, say_json

kb = App(name="kb", help="The knowledge base: articles, and how well they are found.")
app.command(kb)


@kb.command(name="eval")
def evaluate(
    articles_file: Path,
    queries_file: Path,
    *,
    history: Path | None = None,
    calibrate: bool = False,
    json: bool = False,
) -> int:
    """Measure the search: how often the right article is first, and how often what would be shown is right.

    Nothing is read from the desk or written to it. Where the history holds some of the questions, they are
    asked in five rounds, each of an index that knows the history without them.

    Exit codes: 0 measured (with --calibrate: and good enough to suggest by itself), 1 not good enough, 2 a
    file cannot be read.

    Examples: `despacho kb eval articles.jsonl queries.jsonl` · `despacho kb eval articles.jsonl
    queries.jsonl --history past.jsonl --json` · `despacho kb eval articles.jsonl queries.jsonl --calibrate`

    Parameters
    ----------
    articles_file
        JSON Lines with id, language, title and body.
    queries_file
        JSON Lines with text, language and article: the id of the one that answers it. A question whose
        article is not there must not be answered.
    history
        Past questions in the same form; an article is found by them too.
    calibrate
        Print how much is right from each confidence on, by five-fold cross-validation: a fifth of the
        questions is asked, the others are learned as past ones.
    json
        Print one JSON document.
    """
    try:
        rows, asked = articles(articles_file), questions(queries_file)
        past = questions(history) if history is not None else []
    except LinesError as error:
        raise Trouble(str(error), WRONG) from error
    if not rows or not asked:
        message = "There is nothing to measure: both files need at least one line."
        raise Trouble(message, WRONG)
    with counted("asking", len(asked)) as step:
        answers = ask(rows, asked, past, apart=calibrate, step=step)
    report = _report(answers, calibrate=calibrate)
    if json:
        say_json(report)
    else:
        _show(report)
    return OK if not calibrate or report["passed"] else FAILED


def _report(answers: list[Asked], *, calibrate: bool) -> dict[str, Any]:
    report = msgspec.to_builtins(figures(answers)) | {"shown": msgspec.to_builtins(worth(answers))}
    if calibrate:
        report["calibration"] = [msgspec.to_builtins(worth(answers, at)) for at in CONFIDENCES]
        report["passed"] = passed(worth(answers))
    return dict(report)


def _show(report: dict[str, Any]) -> None:
    say(f"{report['n']:,} questions, and {report['unanswerable']:,} that no article here answers")
    say(f"MAP {report['map']:.1%}  MRR {report['mrr']:.1%}  P@1 {report['p1']:.1%}  P@3 {report['p3']:.1%}")
    say(f"a question takes {report['median_ms']:.2f} ms (median), {report['p95_ms']:.2f} ms (95 of 100)")
    for at in report.get("calibration", [report["shown"]]):
        right = "-" if at["precision"] is None else f"{at['precision']:.1%}"
        say(
            f"from confidence {at['confidence']:.2f}: {at['shown']:,} shown, {right} right, "
            f"{at['answerable_shown']:.1%} of the questions with an article"
        )
    if "passed" in report:
        verdict = (
            "good enough to suggest by itself" if report["passed"] else "not good enough to suggest by itself"
        )
        say(f"At confidence {report['shown']['confidence']:.2f} it is {verdict} ({WANTED:.0%} are wanted).")
