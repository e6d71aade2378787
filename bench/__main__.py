"""``python -m bench``: the figures of ``docs/performance.md``, each with the command that prints it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import msgspec
from cyclopts import App
from rich.console import Console
from rich.table import Table

from bench.assigning import assigning as run_assigning
from bench.batches import batches as run_batches
from bench.bombs import bombs as run_bombs
from bench.by_process import by_process as run_processes
from bench.by_stage import by_stage as run_stages
from bench.compare import PARTS, Part
from bench.compare import compare as run_compare
from bench.corpus import corpus as run_corpus
from bench.flood import flood as run_flood
from bench.full import books as run_books
from bench.full import retention as run_retention
from bench.growth import growth as run_growth
from bench.http import http as run_http
from bench.imap import imap as run_imap
from bench.latency import latency as run_latency
from bench.memory import memory as run_memory
from bench.reading import reading as run_reading
from bench.reports import reports as run_reports
from bench.rules import rules as run_rules
from bench.screen import show, show_growth, show_turns, stages
from bench.searching import searching as run_searching
from bench.soak import soak as run_soak
from bench.soak_report import EXIT
from bench.soak_screen import Progress
from bench.soak_screen import show as show_soak
from bench.stacks import stack as servers_of
from bench.suggesting import suggesting as run_suggesting
from bench.timers import timers_due
from bench.topics import run as run_topics
from bench.trial import trial as run_trial
from bench.turns import TurnError
from bench.turns import turns as run_turns

app = App(
    name="bench", help="Measure the desk on this machine. Everything stays on loopback and ends by itself."
)
console = Console(width=130)


@app.command
def compare(
    only: tuple[Part, ...] = PARTS, *, mails: int = 2000, rounds: int = 3, memory: bool = True
) -> None:
    """Measure the desk beside its peers, print the ratios beside their bars, and write build/bench.json.

    ONLY names the parts to measure, such as ``compare accept``; without, all of them.
    """
    found = run_compare(
        mails=mails,
        rounds=rounds,
        only=[part for part in only if memory or part != "memory"],
        say=lambda what: console.print(f"measuring: {what}", style="dim"),
    )
    show(found, console)
    _write("bench", found.summary())


@app.command
def searching(*, articles: int = 100_000, questions: int = 300) -> None:
    """Time questions to a knowledge base of made-up articles; the bar is 5 ms at 100,000, on one core."""
    console.print_json(data=run_searching(articles, questions))


@app.command
def suggesting(*, mails: int = 600, articles: int = 1000) -> None:
    """Time what suggestions add to a mail; the bar is 5 ms inside the transaction."""
    _show("suggesting", run_suggesting(mails, articles))


@app.command
def topics(folder: Path, *, mails: int = 10_000) -> None:
    """Group the labelled questions of FOLDER/train.csv (text, category); time MAILS short and long ones."""
    _show("topics", run_topics(folder, mails=mails))


@app.command
def reports(stack: Literal["sqlite", "postgresql"] = "sqlite", *, enquiries: int = 10_000) -> None:
    """Time what `despacho report` and `kb gaps` do with ENQUIRIES of made-up words in 30 days."""
    _show("reports", run_reports(stack, enquiries))


@app.command
def costs(*, mails: int = 1000) -> None:
    """Measure the processor time of a mail by stage and by process, and write build/costs.json."""
    with servers_of("postgresql") as servers:
        by_stage, by_process = run_stages(servers, mails=mails), run_processes(servers, mails=mails)
    console.print(stages(by_stage, by_process))
    _write("costs", {"by_stage": by_stage, "by_process": by_process})


@app.command
def growth(
    stacks: tuple[Literal["sqlite", "postgresql"], ...] = ("sqlite", "postgresql"),
    *,
    few: int = 10_000,
    many: int = 1_000_000,
    mails: int = 500,
    rounds: int = 5,
) -> None:
    """Measure what a mail costs with MANY tickets in the store beside FEW, and write build/growth.json."""
    figures: dict[str, Any] = {}
    for stack in stacks:
        grown, about = run_growth(stack, few=few, many=many, mails=mails, rounds=rounds)
        show_growth(grown, about, console)
        figures[stack] = about | {"costs": [cost.summary() for cost in grown]}
    _write("growth", figures)


@app.command
def http(*, requests: int = 3000, rounds: int = 5, connections: int = 32) -> None:
    """Post signed requests of 1.8 KB that are kept, and that are not, and write build/http.json."""
    _show("http", run_http(requests=requests, rounds=rounds, connections=connections))


@app.command
def flood(
    stack: Literal["sqlite", "postgresql"] = "sqlite",
    *,
    mails: int = 3000,
    kills: int = 0,
    seed: int = 1,
    limits: bool = False,
) -> None:
    """Send MAILS with smtp-source and as many from different people, and account for all of them.

    With --limits the limits on automatic mail are the sample policy's, and not lifted.
    """
    _show("flood", run_flood(stack, mails=mails, kills=kills, seed=seed, limits=limits))


@app.command
def corpus(folder: Path, *, stack: Literal["sqlite", "postgresql"] = "sqlite") -> None:
    """Send every raw message of a folder with a manifest.jsonl, and say what became of them."""
    _show("corpus", run_corpus(folder, stack))


@app.command
def memory() -> None:
    """Measure memory before the first mail, after 100, and while 50 mails of 25 MB come at once."""
    _show("memory", run_memory())


@app.command
def latency(*, mails: int = 3000) -> None:
    """Measure how long 250 takes while ten senders push and the broker is down."""
    _show("latency", run_latency(mails=mails))


@app.command
def imap(*, mails: int = 2000, rounds: int = 3) -> None:
    """Measure fetching MAILS from Dovecot beside django-helpdesk's fetching of the same, in turns."""
    _show("imap", run_imap(mails=mails, rounds=rounds))


@app.command
def soak(
    *,
    minutes: float = 30,
    stack: Literal["sqlite", "rabbitmq"] = "sqlite",
    rate: float = 5,
    seed: int = 1,
) -> int:
    """Send RATE mails a second for MINUTES through slow faults, and say what grows; writes build/soak.json.

    It ends with 0 (all is flat), 1 (something grows, or went wrong) or 3 (too short to tell). Ctrl-C ends the
    sending, and what was seen so far is judged.
    """
    found = run_soak(stack, minutes=minutes, rate=rate, seed=seed, say=Progress(console, minutes * 60))
    show_soak(found, console)
    _write("soak", found.summary())
    return EXIT[found.verdict]


@app.command
def reading(*, mails: int = 300, rounds: int = 9) -> None:
    """Measure reading a plain mail of 4 KiB beside the standard library's own parse of it."""
    _show("reading", run_reading(mails=mails, rounds=rounds))


@app.command
def batches(*, rounds: int = 5) -> None:
    """Measure what a mail costs its worker in batches of several sizes, and what reading beside saves."""
    _show("batches", run_batches(rounds=rounds))


@app.command
def rules(*, mails: int = 1000, rounds: int = 5) -> None:
    """Measure 200 rules on a ticket, and the whole way with 50 rules and without."""
    _show("rules", run_rules(mails=mails, rounds=rounds))


@app.command
def assigning() -> None:
    """Measure one choice among ten agents, on a desk without shifts and on one with shifts and skills."""
    _show("assigning", run_assigning())


@app.command
def trial(*, tickets: int = 50_000) -> None:
    """Try a policy on TICKETS stored tickets, and give the same mails to a desk that works by it.

    It fails where the trial wrote a row, or foretold anything else than what then happened.
    """
    _show("trial", run_trial(tickets))


@app.command
def books(
    stack: Literal["sqlite", "postgresql"] = "sqlite", *, contacts: int = 200_000, rounds: int = 3
) -> None:
    """Fill a store with CONTACTS, and time the whole books, those of a week, and the doctor on it."""
    _show("books", run_books(stack, contacts=contacts, rounds=rounds))


@app.command
def retention(
    stack: Literal["sqlite", "postgresql"] = "sqlite", *, tickets: int = 50_000, seconds: float = 20
) -> None:
    """Fill a store with TICKETS, delete each kind for SECONDS, and measure how long a writer is held up."""
    _show("retention", run_retention(stack, count=tickets, seconds=seconds))


@app.command
def timers(
    stack: Literal["sqlite", "postgresql"] = "sqlite", *, timers: int = 1_000_000, rounds: int = 20
) -> None:
    """Measure a tick of the timekeeper with 100 of TIMERS due; it has to read those and no others."""
    _show("timers", timers_due(stack, open_timers=timers, rounds=rounds))


@app.command
def bombs() -> None:
    """Measure the mails that are made to hurt a parser."""
    _show("bombs", run_bombs())


@app.command
def turns(before: Path, after: Path, *command: str, rounds: int = 9, only: str = "") -> int:
    """Run a COMMAND of the bench in two trees by turns, and set its figures beside each other, in pairs.

    A pair's sides run one after the other, so what the machine's other guests do falls on both; the interval
    is the median's. BEFORE and AFTER are folders, such as a clone at an earlier commit and this one.

    Example: `python -m bench turns --rounds 9 ../before . -- costs --mails 300`
    """
    before, after = before.resolve(), after.resolve()
    for tree in (before, after):
        if not (tree / "bench" / "__main__.py").is_file():
            console.print(f"{tree} is no tree of this project: it has no bench/__main__.py", style="bold red")
            return 2
    if not command:
        console.print("say which command to run in both, such as: -- costs --mails 300", style="bold red")
        return 2
    try:
        found = run_turns(
            before,
            after,
            command,
            rounds=rounds,
            only=only,
            say=lambda what: console.print(what, style="dim", highlight=False),
        )
    except TurnError as error:
        console.print(str(error), style="bold red", markup=False)
        return 1
    show_turns(found, console)
    _write("turns", {"command": command, "turns": [msgspec.to_builtins(turn) for turn in found]})
    return 0


def _show(name: str, figures: dict[str, Any]) -> None:
    table = Table(title=name, show_header=False)
    for key, value in figures.items():
        table.add_row(key, f"{value:.3f}" if isinstance(value, float) else str(value))
    console.print(table)
    _write(name, figures)


def _write(name: str, figures: dict[str, Any]) -> None:
    target = Path("build") / f"{name}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(figures, indent=2, default=str) + "\n")


if __name__ == "__main__":
    app()
