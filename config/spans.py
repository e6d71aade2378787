"""Spans of a day as people write them: ``09:00-17:00``, or several in a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.table import Table

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-4]):([0-5]\d)")
_MIDNIGHT = 24 * 60
_SPAN_EXPECTED = 'hours like "09:00-17:00"'


def span_of(text: str) -> tuple[int, int] | None:
    """Begin and end in minutes after midnight; ``None`` for what is no span or ends before it begins."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        return None
    start, end = (int(found[group]) * 60 + int(found[group + 1]) for group in (1, 3))
    return (start, end) if start < end <= _MIDNIGHT else None


def read_spans(table: Table, key: str) -> tuple[str, ...]:
    """The spans at ``key``, in order; one that is none, or that overlaps another, is a mistake."""
    written = [(0, table.text(key))] if isinstance(table.values[key], str) else table.texts(key)
    kept: list[tuple[int, int]] = []
    for index, text in written:
        where = (key, index) if isinstance(table.values[key], list) else (key,)
        span = span_of(text)
        if span is None:
            table.wrong(
                where, f"{text!r} are no opening hours", f"{_SPAN_EXPECTED}; the end is after the start"
            )
        elif any(span[0] < end and start < span[1] for start, end in kept):
            table.wrong(where, f"{text!r} overlaps the hours before it", "hours that do not overlap")
        else:
            kept.append(span)
    return tuple(f"{clock_of(start)}-{clock_of(end)}" for start, end in sorted(kept))


def clock_of(minutes: int) -> str:
    """The time of day so many minutes after midnight."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
