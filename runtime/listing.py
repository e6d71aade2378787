"""How commands print: tables for people, one JSON document for programs, and nothing that moves the cursor.

What is printed was often written by strangers, so control characters are made visible first.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import msgspec
from rich.table import Table
from rich.text import Text

from runtime.cli import out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rich.console import RenderableType

PIPED_WIDTH = 200
"""Columns of a table that goes into a file or another program."""

_STEPS = ((86_400, "d"), (3600, "h"), (60, "min"))
_TWO_STEPS = 2
# Escape sequences could move the cursor or set a title, and bidi overrides reorder what is read.
_HARMFUL = [*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_VISIBLE = dict.fromkeys(_HARMFUL, "\N{REPLACEMENT CHARACTER}")
_ESCAPED = {code: f"\\u{code:04x}" for code in _HARMFUL if code >= 127}  # noqa: PLR2004 - JSON escapes the rest


def safe(text: object) -> str:
    """Text that a terminal only shows; line ends and tabs stay."""
    return str(text).replace("\r\n", "\n").translate(_VISIBLE)


def one_line(text: object) -> str:
    """As `safe`, on one line."""
    return " ".join(safe(text).split())


def say(text: object = "", style: str = "") -> None:
    """Print a text as it is, neither wrapped nor marked up."""
    out.print(Text(safe(text), style=style), soft_wrap=True)


def say_json(value: Any) -> None:
    """Print one JSON document; times are ISO 8601 in UTC."""
    _write_json(msgspec.json.format(msgspec.json.encode(value), indent=2))


def say_json_line(value: Any) -> None:
    """Print a value as one line of JSON (JSON Lines)."""
    _write_json(msgspec.json.encode(value))


def say_text(text: str) -> None:
    """Print a text for programs, as lines that are not wrapped; what moves a cursor is made visible."""
    _write(safe(text))


def _write_json(document: bytes) -> None:
    _write(document.decode().translate(_ESCAPED) + "\n")


def _write(text: str) -> None:
    try:
        out.file.write(text)
        out.file.flush()
    except BrokenPipeError:
        out.on_broken_pipe()


def say_bytes(data: bytes) -> None:
    """Write exactly these bytes to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[str] = ()) -> None:
    """Print a table; the columns named in ``right`` hold numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    numbers = set(right)
    for name in columns:
        table.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line("" if cell is None else cell)) for cell in row))
    say_block(table)


def say_block(block: RenderableType) -> None:
    """Print a table or the like, on a terminal as wide as that is, elsewhere `PIPED_WIDTH` wide."""
    if out.is_terminal:
        out.print(block)
        return
    # Rich takes a file for 80 columns wide, and would fold every row there.
    narrow = out.width
    out.width = max(narrow, PIPED_WIDTH)
    try:
        out.print(block)
    finally:
        out.width = narrow


def say_fields(fields: Iterable[tuple[str, object]]) -> None:
    """Print names and values under each other; empty values are left out."""
    shown = [(name, one_line(value)) for name, value in fields if value not in {None, ""}]
    widest = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        say(f"{name:<{widest}}  {value}")


def clock(moment: datetime | None) -> str:
    """A time to the second, in UTC, as tables show it."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}Z"


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago that was, roughly: ``3 d 4 h``, ``12 min``, ``8 s``; a time to come counts as 0."""
    return "" if moment is None else duration((now - moment).total_seconds())


def duration(seconds: float) -> str:
    """Seconds in words, the two largest units of them."""
    left = max(0, int(seconds))
    parts: list[str] = []
    for size, unit in _STEPS:
        if left >= size or (parts and left):
            parts.append(f"{left // size} {unit}")
            left %= size
    if not parts:
        return f"{left} s"
    return " ".join(part for part in parts[:_TWO_STEPS] if not part.startswith("0 "))


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 mail``, ``3 mails``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
