"""One mail that was read, in a frame; and a bar for those who wait for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rich.console import Group
from rich.panel import Panel
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from runtime.cli import err, out
from runtime.listing import one_line, safe, say_block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from runtime.examine.explain import Explained

T = TypeVar("T")


def watched(items: Sequence[T]) -> Iterator[T]:
    """The items, with a bar on a terminal that shows nothing else."""
    if len(items) == 1 or not err.is_terminal or out.is_terminal:
        yield from items
        return
    with Progress(console=err, transient=True) as progress:
        yield from progress.track(items, description="reading")


def print_mail(mail: Explained) -> None:
    """Print what was read in one mail."""
    blocks: list[RenderableType] = [_fields(mail), Text(), *_words("new words", mail.new_words)]
    if mail.text.strip() != mail.new_words.strip():
        blocks += [Text(), *_words("the whole text", mail.text, style="dim")]
    say_block(Panel(Group(*blocks), title=Text(one_line(mail.file)), title_align="left"))


def _fields(mail: Explained) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in _pairs(mail):
        if value:
            table.add_row(name, Text(one_line(value)))
    return table


def _pairs(mail: Explained) -> Iterator[tuple[str, str]]:
    yield "subject", mail.subject
    yield "from", f"{mail.from_name} <{mail.from_addr}>" if mail.from_name else mail.from_addr
    yield "to", ", ".join(mail.to)
    yield "date", mail.date.isoformat() if mail.date else ""
    yield "id", mail.message_id
    yield "in reply to", ", ".join(mail.in_reply_to)
    yield "references", ", ".join(mail.references)
    yield "kind", f"{mail.kind} ({mail.kind_because})" if mail.kind_because else mail.kind
    if mail.bounce is not None:
        lasting = "permanent" if mail.bounce.permanent else "temporary"
        whom = ", ".join(mail.bounce.recipients) or "nobody named"
        yield "bounce", f"{whom}: {mail.bounce.status or 'no status'}, {lasting}"
    yield "language", mail.language or "undecided"
    yield "trust", mail.trust
    for number, file in enumerate(mail.attachments, 1):
        yield f"attachment {number}", f"{file.name}, {file.type}, {file.size:,} bytes"
    for defect in mail.defects:
        yield "defect", defect


def _words(title: str, text: str, style: str = "") -> list[RenderableType]:
    return [Text(title, style="bold"), Text(safe(text).strip() or "(none)", style=style)]
