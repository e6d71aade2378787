"""Show on a terminal that long work gets on; elsewhere say nothing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from runtime.cli import err

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def steps(what: str) -> Iterator[Callable[[], None]]:
    """Count steps of which nobody knows how many there will be; gives what is called for each."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} steps"))
    with Progress(
        *columns, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda: bar.advance(task)


@contextlib.contextmanager
def amount(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar over ``total`` bytes; gives what is called with each number of bytes that are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)


@contextlib.contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar over ``total`` steps; gives what is called for each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
