"""A document's tags and the text between them, as a browser would tell them apart; linear, whatever it holds.

It builds no tree (WHATWG HTML section 13.2.5): what a tag means where it stands is its reader's business.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTRIBUTES: Final = 100
"""Attributes read of one tag: parsers compare each with every other."""

RAW_DROPPED: Final = frozenset({"script", "style", "title", "iframe", "noembed", "noframes"})
"""Elements whose content is text that nobody is shown."""
RAW_KEPT: Final = frozenset({"textarea", "xmp", "plaintext"})
"""Elements whose content is text, tags and all."""

_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|(?![\"'])[^\s>]*))?")
_UNENDED = re.compile(r"\s*=\s*[\"']")
_ATTRIBUTE_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:.-]{0,60}")
_TAG_END = re.compile(r"[\s/]*>")
_COMMENT_END = re.compile(r"--!?>")
_RAW_END: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in (RAW_DROPPED | RAW_KEPT) - {"plaintext"}
}


class Start(msgspec.Struct, frozen=True):
    """A start tag, its name in lower case; values stand as in the document, entities and all.

    ``content`` is what an element holds whose content is text; ``closed`` says that the tag ends itself.
    """

    name: str
    attributes: dict[str, str]
    closed: bool = False
    content: str = ""


class End(msgspec.Struct, frozen=True):
    """An end tag, its name in lower case."""

    name: str


Token = Start | End | str


def tokens(markup: str) -> Iterator[Token]:
    """Tags and text in their order, without comments and declarations. Never raises."""
    at = 0
    while (found := markup.find("<", at)) >= 0:
        if found > at:
            yield markup[at:found]
        token, at = _token(markup, found)
        if token is not None:
            yield token
    yield markup[at:]


def _token(markup: str, at: int) -> tuple[Token | None, int]:
    """What begins with the sign ``<`` here, and where reading goes on; ``None`` for what nobody sees."""
    following = markup[at + 1 : at + 2]
    if following == "/":
        return _end(markup, at)
    if following in {"!", "?"}:
        return None, _behind_comment(markup, at)
    name = _NAME.match(markup, at + 1)
    return ("<", at + 1) if name is None else _start(markup, name)


def _start(markup: str, name: re.Match[str]) -> tuple[Start | None, int]:
    """A start tag; one that the document's end cuts off is ``None``."""
    attributes: dict[str, str] = {}
    at = name.end()
    while (end := _TAG_END.match(markup, at)) is None:
        found = _ATTRIBUTE.match(markup, at)
        if found is None or (found[2] is None and _UNENDED.match(markup, found.end())):
            return None, len(markup)
        if len(attributes) < ATTRIBUTES and _ATTRIBUTE_NAME.fullmatch(found[1]):
            attributes.setdefault(found[1].lower(), _unquoted(found[2] or ""))
        at = found.end()
    lower = name[0].lower()
    content, behind = _content(markup, lower, end.end())
    return Start(lower, attributes, "/" in end[0], content), behind


def _unquoted(value: str) -> str:
    return value[1:-1] if value[:1] in {'"', "'"} else value


def _content(markup: str, name: str, at: int) -> tuple[str, int]:
    """The text that a raw element holds, up to its end tag or the document's end."""
    if name not in RAW_DROPPED and name not in RAW_KEPT:
        return "", at
    end = _RAW_END[name].search(markup, at) if name in _RAW_END else None
    return (markup[at : end.start()], end.start()) if end is not None else (markup[at:], len(markup))


def _end(markup: str, at: int) -> tuple[End | None, int]:
    name = _NAME.match(markup, at + 2)
    end = markup.find(">", name.end() if name else at)
    return End(name[0].lower()) if name else None, end + 1 if end >= 0 else len(markup)


def _behind_comment(markup: str, at: int) -> int:
    """Where reading goes on behind a comment, a declaration or the like."""
    if markup.startswith("<!--", at):
        end = _COMMENT_END.search(markup, at + 2)
        return end.end() if end is not None else len(markup)
    return markup.find(">", at) + 1 or len(markup)
