"""A stranger's HTML written anew, so that a parser may be given it: every tag closed, few nested, none odd.

Parsers that build the standard's tree (WHATWG HTML section 13.2.6) take a time that grows with the square of
the depth, of the attributes of a tag and of what stands loose in a table; and they copy formatting that is
not closed into each paragraph that follows: 56 kB could cost 1.6 GB. What is written here leaves a parser
nothing to repair. No words are left out that a reader would see. One pass, linear.
"""

from __future__ import annotations

import collections
import itertools
import re
from typing import TYPE_CHECKING, Final

from ingest.mail.tags import RAW_DROPPED, RAW_KEPT, End, Start, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from ingest.mail import guard
    from ingest.mail.tags import Token

DEPTH: Final = 500
"""Elements within elements; of deeper ones only the content is kept."""
FORMATTING: Final = 20
"""Bold, links and the like within each other; of more only the content is kept."""

TOKENS: Final = 70_000
"""Tags and stretches of text that are read; a report in a table of 20,000 cells has fewer."""

_TABLE_ROOM: Final = 4
"""Levels that a table needs: itself, body, row and cell."""
_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
_UNWRAPPED: Final = frozenset({
    "applet", "body", "button", "form", "frame", "frameset", "head", "html", "marquee", "option", "optgroup",
})  # fmt: skip
"""Elements of which only the content is kept: they change how a parser reads what follows."""
_HIDDEN: Final = frozenset({"svg", "math", "object", "template", "noscript", "select"})
"""Elements that go with their content: it is no part of the letter."""
_FORMATS: Final = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS: Final = _HEADINGS | {
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "hr", "li", "listing", "main",
    "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "ul",
}  # fmt: skip
"""Elements that end an open paragraph."""
_CELLS: Final = frozenset({"td", "th", "caption"})
_BODIES: Final = frozenset({"tbody", "thead", "tfoot"})
_LOOSE: Final = _BODIES | {"table", "tr"}
"""Elements in which nothing may stand but parts of the table."""
_WITHIN: Final[Mapping[str, frozenset[str]]] = {
    "td": _LOOSE, "th": _LOOSE,
    "tr": _BODIES | {"table"},
    "tbody": frozenset({"table"}), "thead": frozenset({"table"}), "tfoot": frozenset({"table"}),
    "caption": frozenset({"table"}), "colgroup": frozenset({"table"}),
    "col": frozenset({"table", "colgroup"}),
}  # fmt: skip
"""The elements that a part of a table may stand in."""
_ITEMS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "li": (frozenset({"li"}), _CELLS | {"ul", "ol", "menu", "dir"}),
    "dd": (frozenset({"dd", "dt"}), _CELLS | {"dl"}),
    "dt": (frozenset({"dd", "dt"}), _CELLS | {"dl"}),
}
"""Which open elements an item of a list ends, unless one of the others is nearer."""
_PARAGRAPH: Final = frozenset({"p"})
_TABLE: Final = frozenset({"table"})
_KNOWN_NAME = re.compile(r"[a-z][a-z0-9:_-]{0,40}")
_BLANK: Final = " \t\r\n\f"


def write_anew(markup: str, meter: guard.Meter, seen: Callable[[Start], None] | None = None) -> str:
    """The same document, for any parser; ``seen`` is told of every start tag. Never raises."""
    writer = _Writer()
    unread = tokens(markup)
    for token in itertools.islice(unread, TOKENS):
        if seen is not None and isinstance(token, Start):
            seen(token)
        writer.take(token)
    if next(unread, None) is not None:
        meter.note("html cut")
    if writer.flattened:
        meter.note("guard: html nests too deep")
    return writer.finish()


class _Writer:
    """What was written, and which elements are open in it; ``flattened`` where some were too deep."""

    def __init__(self) -> None:
        self.flattened = False
        self._out: list[str] = []
        self._open: list[str] = []
        self._places: dict[str, list[int]] = collections.defaultdict(list)
        self._formats = 0
        self._left_out: collections.Counter[str] = collections.Counter()
        self._hidden = ""
        self._within_hidden: collections.Counter[str] = collections.Counter()

    def take(self, token: Token) -> None:
        """Write one token."""
        if isinstance(token, End):
            self._end(token.name)
        elif self._hidden:
            self._pass_over(token)
        elif isinstance(token, Start):
            self._start(token)
        else:
            self._text(token)

    def finish(self) -> str:
        """The document, with everything closed."""
        self._close_to(0)
        return "".join(self._out)

    def _text(self, text: str) -> None:
        if text.strip(_BLANK):
            self._make_room()
        self._out.append(text.replace("<", "&lt;"))

    def _pass_over(self, token: Start | str) -> None:
        """Count what opens in a hidden element, to know the end tags that are its own."""
        if isinstance(token, Start) and not token.closed and token.name not in _VOID:
            self._within_hidden[token.name] += 1

    def _start(self, token: Start) -> None:
        name = token.name
        if name in RAW_KEPT:
            self._text(token.content)
        elif name in _WITHIN:
            if self._places["table"]:
                self._table_part(token)
        elif name in _HIDDEN:
            self._hidden = "" if token.closed else name
            self._within_hidden.clear()
        elif name not in RAW_DROPPED and name not in _UNWRAPPED and _KNOWN_NAME.fullmatch(name):
            self._element(token)

    def _table_part(self, token: Start) -> None:
        while self._open[-1] not in _WITHIN[token.name]:
            self._close_to(len(self._open) - 1)
        if token.name in {"td", "th"} and self._open[-1] != "tr":
            self._table_part(Start("tr", {}))
        if token.name == "tr" and self._open[-1] == "table":
            self._push(Start("tbody", {}))
        self._push(token)

    def _element(self, token: Start) -> None:
        name = token.name
        if name in _BLOCKS:
            self._end_nearest(_PARAGRAPH, _CELLS)
        if name in _HEADINGS and self._open and self._open[-1] in _HEADINGS:
            self._close_to(len(self._open) - 1)
        if name in _ITEMS:
            self._end_nearest(*_ITEMS[name])
        self._make_room()
        if name in _VOID or self._has_room(name):
            self._push(token)
        else:
            self.flattened = True
            self._left_out[name] += 1

    def _has_room(self, name: str) -> bool:
        if name in _FORMATS and self._formats >= FORMATTING:
            return False
        return len(self._open) < (DEPTH - _TABLE_ROOM if name == "table" else DEPTH)

    def _make_room(self) -> None:
        """Open a cell where words and the like would stand loose in a table."""
        if self._open and self._open[-1] == "colgroup":
            self._close_to(len(self._open) - 1)
        if self._open and self._open[-1] in _LOOSE:
            self._table_part(Start("td", {}))

    def _end(self, name: str) -> None:
        if self._hidden:
            if not self._ends_hidden(name):
                return
        elif self._left_out[name]:
            self._left_out[name] -= 1
            return
        at = self._last(_HEADINGS if name in _HEADINGS else (name,))
        stops = () if name == "table" else _TABLE if name in _WITHIN else _CELLS
        if at >= 0 and at >= self._last(stops) and not self._crosses(name, at):
            self._close_to(at)

    def _ends_hidden(self, name: str) -> bool:
        """Whether an end tag in a hidden element is that of one around it; its own is used up here."""
        if self._within_hidden[name]:
            self._within_hidden[name] -= 1
            return False
        if name == self._hidden:
            self._hidden = ""
            return False
        if not self._places[name]:
            return False
        self._hidden = ""
        return True

    def _crosses(self, name: str, at: int) -> bool:
        """Whether formatting would end an element that is more; it then lasts until that one ends."""
        return name in _FORMATS and any(one not in _FORMATS for one in self._open[at : at + FORMATTING + 1])

    def _end_nearest(self, names: Collection[str], stops: Collection[str]) -> None:
        at = self._last(names)
        if at >= 0 and at > self._last(stops):
            self._close_to(at)

    def _last(self, names: Collection[str]) -> int:
        """Where the innermost open element of these stands, or -1."""
        return max([self._places[name][-1] for name in names if self._places[name]], default=-1)

    def _push(self, token: Start) -> None:
        values = "".join(f' {name}="{_quoted(value)}"' for name, value in token.attributes.items())
        self._out.append(f"<{token.name}{values}>")
        if token.name in _VOID:
            return
        self._places[token.name].append(len(self._open))
        self._open.append(token.name)
        self._formats += token.name in _FORMATS

    def _close_to(self, depth: int) -> None:
        """Close the innermost elements until so many are open."""
        while len(self._open) > depth:
            name = self._open.pop()
            self._places[name].pop()
            self._formats -= name in _FORMATS
            self._out.append(f"</{name}>")


def _quoted(value: str) -> str:
    return value.replace('"', "&quot;") if '"' in value else value
