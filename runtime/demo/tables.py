"""The demonstration on the screen: one table of the mails that came, one of the mails that the desk wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from runtime.demo import words
from runtime.demo.reading import Read, read
from runtime.listing import one_line, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runtime.demo.play import Result
    from store.fates import Mailed


def came(results: Sequence[Result], wrong: Sequence[Sequence[str]]) -> Table:
    """What became of each mail; what is wrong with one stands in red in its place."""
    table = _table("What became of each mail")
    table.caption = "Ack: the language in which the customer was told that the mail is here."
    table.add_column("", justify="right")
    table.add_column("Mail", ratio=3)
    table.add_column("Became", no_wrap=True)
    table.add_column("Lang")
    table.add_column("Who", min_width=10, overflow="fold")
    table.add_column("Ack")
    table.add_column("Because", ratio=4, overflow="fold")
    numbers = {name: str(at) for at, name in enumerate(dict.fromkeys(one.step.name for one in results), 1)}
    for result, mistakes in zip(results, wrong, strict=True):
        cells = [numbers.pop(result.step.name, ""), *_came(result)]
        if mistakes:
            cells[-1] = f"WRONG: {'; '.join(mistakes)}"
        table.add_row(*(Text(safe(cell)) for cell in cells), style="bold red" if mistakes else "")
    return table


def _came(result: Result) -> list[str]:
    title = result.step.title
    if len(result.step.expected) > 1:
        title = f"{title}: {result.mailbox.partition('@')[0]}"
    return [
        title,
        words.became(result),
        result.story.language or "-",
        words.who(result) or "-",
        words.acknowledged(result),
        words.because(result),
    ]


def wrote(mails: Sequence[Mailed]) -> Table:
    """The mails that the desk wrote, a line each."""
    table = _table("What the desk wrote: captured, and sent to nobody")
    for name, width, ratio in (
        ("To", 20, 0),
        ("Why", 12, 0),
        ("Lang", 4, 0),
        ("Subject", 12, 2),
        ("First line", 20, 3),
    ):
        table.add_column(name, no_wrap=True, overflow="ellipsis", min_width=width, ratio=ratio or None)
    for mail in map(read, mails):
        table.add_row(*(Text(one_line(cell)) for cell in _wrote(mail)))
    return table


def _table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        expand=True,
        caption_justify="left",
    )


def _wrote(mail: Read) -> tuple[str, ...]:
    why = words.WHY.get(mail.mail.reason, mail.mail.reason)
    return mail.mail.recipient, why, mail.language, mail.subject, mail.first_line
