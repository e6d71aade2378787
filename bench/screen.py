"""What a comparison looks like on one screen: the ratios with their verdicts, and what they were made of."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.table import Table

from bench.growth import BAR

if TYPE_CHECKING:
    from rich.console import Console

    from bench.bars import Ratio
    from bench.compare import Comparison
    from bench.growth import Grown
    from bench.turns import Turn

_COLOURS = {"ok": "green", "below": "bold red", "above": "bold red", "told": "dim", "not measured": "yellow"}


def show(found: Comparison, console: Console) -> None:
    """Print it all."""
    about = "  ".join(f"{name} {value}" for name, value in found.machine.items())
    console.print(f"{about}  took {found.seconds:.0f} s", style="dim", highlight=False)
    console.print(_ratios(found.ratios))
    costs = [stages(found.cpu_by_stage, found.cpu_by_process)] if found.cpu_by_stage else []
    console.print(Columns([_figures(found), *costs]))
    for stack, footprint in found.bytes_a_mail.items():
        sizes = "  ".join(f"{what} {size / 1024:.1f}" for what, size in footprint.items())
        console.print(f"KiB a mail on {stack}: {sizes}", highlight=False)
    if found.memory:
        memory = "  ".join(f"{name} {_short(value)}" for name, value in found.memory.items())
        console.print(f"memory (MiB): {memory}", highlight=False)
    for peer, reason in found.skipped.items():
        console.print(f"{peer} was not measured: {reason}", style="yellow")


def show_growth(grown: list[Grown], about: dict[str, Any], console: Console) -> None:
    """Print what a mail costs with few tickets and with many."""
    console.print("  ".join(f"{name} {value}" for name, value in about.items()), style="dim", highlight=False)
    table = Table(title="Microseconds a mail: median [spread]", title_justify="left", box=SIMPLE_HEAD)
    for name in (
        "what",
        f"{about['few']:,} tickets",
        f"{about['many']:,} tickets",
        "ratio",
        "bar",
        "verdict",
    ):
        table.add_column(name)
    for cost in grown:
        bar = "" if cost.verdict == "told" else f"≤ {BAR:g}"
        verdict = f"[{_COLOURS[cost.verdict]}]{cost.verdict}"
        table.add_row(cost.what, str(cost.few), str(cost.many), f"{cost.ratio:.2f}", bar, verdict)
    console.print(table)


def show_turns(found: list[Turn], console: Console) -> None:
    """Print what two trees said by turns."""
    table = Table(title="Medians, and the median of the pairs", title_justify="left", box=SIMPLE_HEAD)
    for name in ("what", "before", "after", "after ÷ before", "95 %"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for turn in found:
        within = turn.interval
        between = f"[{within[0]:.3f}, {within[1]:.3f}]" if within else "six rounds say it"
        medians = (f"{side.median:,.6g}" for side in (turn.before, turn.after))
        table.add_row(turn.what, *medians, f"{turn.ratios.median:.3f}", between)
    console.print(table)


def _ratios(ratios: list[Ratio]) -> Table:
    table = Table(title="Ratios of medians", title_justify="left", box=SIMPLE_HEAD)
    for name in ("what", "measured", "bar", "verdict"):
        table.add_column(name, justify="left" if name in {"what", "verdict"} else "right")
    for ratio in ratios:
        value = "-" if ratio.value is None else f"{ratio.value:.2f}"
        bar = f"≥ {ratio.bar:g}" if ratio.bar else ""
        table.add_row(ratio.what, value, bar, f"[{_COLOURS[ratio.verdict]}]{ratio.verdict}")
    return table


def _figures(found: Comparison) -> Table:
    table = Table(title="A second: median [spread]", title_justify="left", box=SIMPLE_HEAD, show_header=False)
    for name, series in found.figures.items():
        table.add_row(name, str(series))
    return table


def stages(by_stage: dict[str, dict[str, float]], by_process: dict[str, dict[str, float]]) -> Table:
    """What a mail costs, by stage in one process without sockets, and by process in a whole desk."""
    table = Table(title="Processor time, microseconds a mail", title_justify="left", box=SIMPLE_HEAD)
    for name in ("stage", "SQLite", "PostgreSQL"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    one, other = by_stage["sqlite"], by_stage["postgresql"]
    for stage in one:
        table.add_row(stage, f"{one[stage]:,.0f}", f"{other.get(stage, 0):,.0f}")
    table.add_section()
    alone, apart = by_process["sqlite"], by_process["postgresql"]
    for mine, theirs in zip_longest(alone, apart):
        table.add_row(
            f"process {theirs}", f"{alone[mine]:,.0f} (all)" if mine else "", f"{apart[theirs]:,.0f}"
        )
    return table


def _short(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) else str(value)
