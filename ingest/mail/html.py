"""HTML to text: what a reader would see, block by block, quotes with the sign ``>``; bounded first."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.mail import guard
from ingest.mail.marks import Marks, Role
from ingest.mail.tidy import write_anew

_SMALL: Final = 32 * 1024
_FEW_TAGS: Final = 1000
"""A document that is smaller and has fewer cannot hold a parser up."""
_NODES: Final = 150_000
_QUOTE_DEPTH: Final = 5
_DROPPED: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "select"}
)
_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt", "fieldset",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_SPACED: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol"})
_LINES: Final = ("MsoNormal", "MsoPlainText", "x_MsoNormal", "x_MsoPlainText")
"""Classes of paragraphs that have no space between them."""
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def to_text(markup: str, meter: guard.Meter, *, marked: bool = False) -> str:
    """The readable text of a document. Linear.

    With ``marked``, for finding the new words, each quote that a mail program marks is one line with the
    sign, and each signature none.
    """
    if len(markup) > guard.HTML:
        meter.note("html cut")
        markup = markup[: guard.HTML]
    if len(markup) > _SMALL or markup.count("<") > _FEW_TAGS:
        markup = write_anew(markup, meter)
    root = LexborHTMLParser(markup).root
    if root is None:
        return ""
    writer = _Writer(Marks(root) if marked else None)
    _read(root, writer, meter)
    return writer.text()


class _Writer:
    """Lines as they come to be: spaces folded, quotes prefixed."""

    def __init__(self, marks: Marks | None) -> None:
        self.marks = marks
        self._lines: list[str] = []
        self._line: list[str] = []
        self.quoted = 0
        self.preformatted = 0

    def write(self, text: str) -> None:
        """Add text to the current line."""
        if self.preformatted:
            first, *rest = text.split("\n")
            self._line.append(first)
            for line in rest:
                self.end_line()
                self._line.append(line)
            return
        folded = _SPACES.sub(" ", text)
        if folded == " " and not self._line:
            return
        self._line.append(folded.lstrip(" ") if not self._line else folded)

    def end_line(self) -> None:
        """Close the current line, empty or not."""
        text = "".join(self._line).replace("\xa0", " ").rstrip()
        signs = ">" * min(self.quoted, _QUOTE_DEPTH)
        self._lines.append(f"{signs} {text}".rstrip() if signs else text)
        self._line = []

    def hide(self, role: Role) -> None:
        """Leave out what mail programs mark: of a quote, the sign stays."""
        self.end_block(spaced=False)
        if role is Role.QUOTE:
            self._lines.append(">")

    def end_block(self, *, spaced: bool) -> None:
        """Close the current line if there is one, and leave an empty one after a paragraph."""
        if self._line:
            self.end_line()
        if spaced and self._lines and self._lines[-1].strip("> "):
            self.end_line()

    def text(self) -> str:
        """Everything written, with at most one empty line between two lines."""
        self.end_block(spaced=False)
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return _EMPTY_LINES.sub("\n\n", "\n".join(self._lines)).strip("\n")


def _read(root: LexborNode, writer: _Writer, meter: guard.Meter) -> None:
    """Walk the document without recursion, at most `_NODES` nodes of it."""
    node: LexborNode | None = root
    # Comparing nodes compares their markup; their places in memory are enough.
    top = root.mem_id
    nodes = 0
    while node is not None:
        nodes += 1
        if nodes > _NODES:
            meter.note("html cut")
            return
        child = _enter(node, writer)
        if child is not None:
            node = child
            continue
        node = _onwards(node, top, writer)


def _onwards(node: LexborNode, top: int, writer: _Writer) -> LexborNode | None:
    """The next node behind this one, leaving every element that ends here."""
    here: LexborNode | None = node
    while here is not None:
        _leave(here, writer)
        if here.mem_id == top:
            return None
        following = here.next
        if following is not None:
            return following
        here = here.parent
    return None


def _enter(node: LexborNode, writer: _Writer) -> LexborNode | None:
    """Write what the node begins with; its first child where that is to be read."""
    tag = node.tag or ""
    role = writer.marks.role(node) if writer.marks is not None else Role.WORDS
    if role is not Role.WORDS:
        writer.hide(role)
        return None
    if tag == "-text":
        writer.write(node.text_content or "")
        return None
    if tag in _DROPPED or tag.startswith(("-", "!")):
        return node.child if tag in {"-document", "-undef"} else None
    if tag == "br":
        writer.end_line()
    elif tag in {"td", "th"}:
        writer.write(" ")
    elif tag in _BLOCKS:
        writer.end_block(spaced=_is_spaced(node, tag))
        _deepen(tag, writer, 1)
    return node.child


def _leave(node: LexborNode, writer: _Writer) -> None:
    tag = node.tag
    if tag in _BLOCKS:
        writer.end_block(spaced=tag != "table" and _is_spaced(node, tag))
        _deepen(tag, writer, -1)


def _is_spaced(node: LexborNode, tag: str | None) -> bool:
    """Whether a reader sees an empty line around a block; Outlook's paragraphs are mere lines."""
    return tag in _SPACED and not (tag == "p" and (node.attributes.get("class") or "").startswith(_LINES))


def _deepen(tag: str | None, writer: _Writer, step: int) -> None:
    """Count the quotes and the verbatim text around; where marks are read, a quote that is read is none."""
    if tag == "blockquote" and writer.marks is None:
        writer.quoted += step
    elif tag == "pre":
        writer.preformatted += step
