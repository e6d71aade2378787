"""A mail's words as HTML with its styles inside: the same words in the same order as the text part.

Nothing is markup but what is written here: every word is escaped. The shapes are those of our text: ``> ``
before other people's words, ``Name:  value`` for facts, two spaces before an item, and the marks of filters.
Mail programs keep styles only where they stand in each element, so there is no style sheet.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby

from runtime.marks import BUTTON, LINK, MARK

_FACT = re.compile(r"([^\s:>#][^:\n]{0,23}): {2,}(\S.*)")
_ITEM = re.compile(r" {2}(#[^\n]*?) {2,}(\S.*)")
_BODY = re.compile("<body", re.IGNORECASE)
_LONGEST_SHAPED = 300
"""Characters of a line that is looked at for what it might be; a longer one is words."""
_SPACES = re.compile(r"^ +| {2,}", re.MULTILINE)

_PARAGRAPH = '<p style="margin:0 0 16px">'
_QUOTE = (
    '<blockquote style="margin:0 0 16px;padding:10px 16px;border-left:3px solid #9fb3c8;'
    'background:#f5f7fa;color:#3e4c59;border-radius:0 4px 4px 0">'
)
_TABLE = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" '
    'style="margin:0 0 16px;border-collapse:collapse">'
)
_NAME = '<td style="padding:2px 16px 2px 0;color:#616e7c;vertical-align:top;white-space:nowrap">'
_VALUE = '<td style="padding:2px 0;vertical-align:top">'
_WORD = (
    '<td style="padding:2px 16px 2px 0;vertical-align:top;white-space:nowrap;'
    'font-family:ui-monospace,Menlo,Consolas,monospace;font-size:14px">'
)
_A = '<a href="{0}" style="color:#0b5cad;text-decoration:underline">{1}</a>'
_BUTTON = (
    '<a href="{0}" style="display:inline-block;margin:8px 0 0;padding:11px 22px;background:#0b5cad;'
    'color:#ffffff;border-radius:6px;text-decoration:none;font-weight:600">{1}</a>'
)


def to_html(words: str) -> str:
    """The words as HTML elements; linear in their length."""
    blocks = []
    for block in re.split(r"\n[ \t]*\n+", words.strip("\n")):
        for shape, lines in groupby(block.split("\n"), key=_shape):
            blocks.append(_SHAPES[shape](list(lines)))
    return "\n".join(one for one in blocks if one)


def marker(line: str) -> str:
    """The line to reply above; the class and the attribute live through mail programs that rename one."""
    style = "padding:8px 16px;font:12px/1.4 Arial,sans-serif;color:#616e7c;text-align:center"
    return f'<div class="despacho-marker" data-despacho="marker" style="{style}">{escape(line)}</div>\n'


def above(html: str, what: str) -> str:
    """``what`` as the first thing of a page's body, or in front of what has no body."""
    found = _BODY.search(html)
    end = html.find(">", found.start()) + 1 if found else 0
    return f"{html[:end]}\n{what}{html[end:].lstrip()}" if end else f"{what}{html}"


def _shape(line: str) -> str:
    if line.startswith(">"):
        return "quote"
    if len(line) > _LONGEST_SHAPED:
        return "words"
    if _FACT.fullmatch(line):
        return "facts"
    return "items" if _ITEM.fullmatch(line) else "words"


def _words(lines: list[str]) -> str:
    while lines and not lines[-1].strip():
        lines.pop()
    return f"{_PARAGRAPH}{_lines(lines)}</p>" if lines else ""


def _quote(lines: list[str]) -> str:
    # One level is taken off; what was quoted before keeps its signs.
    inside = [line[1:].removeprefix(" ") for line in lines]
    return f"{_QUOTE}{_lines(inside)}</blockquote>"


def _facts(lines: list[str]) -> str:
    found = [match for line in lines if (match := _FACT.fullmatch(line))]
    rows = (f"<tr>{_NAME}{_line(one[1])}</td>{_VALUE}{_line(one[2])}</td></tr>" for one in found)
    return f"{_TABLE}{''.join(rows)}</table>"


def _items(lines: list[str]) -> str:
    found = [match for line in lines if (match := _ITEM.fullmatch(line))]
    rows = (f"<tr>{_WORD}{_line(one[1])}</td>{_VALUE}{_line(one[2])}</td></tr>" for one in found)
    return f"{_TABLE}{''.join(rows)}</table>"


_SHAPES = {"quote": _quote, "facts": _facts, "items": _items, "words": _words}


def _lines(lines: list[str]) -> str:
    """Lines below each other: all at once, as each step of one alone costs as much as of all."""
    return _line("\n".join(lines)).replace("\n", "<br>")


def _line(line: str) -> str:
    """A line or several, escaped; their spaces stay where they line something up."""
    spaced = line
    if "  " in line or "\n " in line or line[:1] == " ":
        spaced = _SPACES.sub(lambda found: "\xa0" * len(found[0]), line)
    escaped = escape(spaced)
    return MARK.sub(_mark, escaped) if LINK in escaped or BUTTON in escaped else escaped


def _mark(found: re.Match[str]) -> str:
    # Both are escaped already, as the line around them is.
    return (_BUTTON if found[1] == BUTTON else _A).format(found[2], found[3])
