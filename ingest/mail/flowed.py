"""Paragraphs that a mail program broke into lines, whole again (``format=flowed``, RFC 3676)."""

from __future__ import annotations

import re

_QUOTES = re.compile(r"^>+")


def unfold(text: str, *, delete_space: bool) -> str:
    """The text with its soft line breaks undone; ``delete_space`` is the parameter DelSp."""
    lines: list[str] = []
    joined: list[str] = []
    depth = 0
    for line in text.split("\n"):
        marks = _QUOTES.match(line)
        quoted = len(marks.group()) if marks else 0
        content = line[quoted:].removeprefix(" ")
        if joined and quoted != depth:
            lines.append(_line(depth, joined))
            joined = []
        depth = quoted
        soft = content.endswith(" ") and content != "-- "
        joined.append(content[:-1] if soft and delete_space else content)
        if not soft:
            lines.append(_line(depth, joined))
            joined = []
    if joined:
        lines.append(_line(depth, joined))
    return "\n".join(lines)


def _line(depth: int, joined: list[str]) -> str:
    text = "".join(joined)
    return f"{'>' * depth} {text}" if depth else text
