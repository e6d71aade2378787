"""Read articles and questions from JSON Lines, to measure with."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from runtime.knowledge.files import heading_of
from store import answers
from store.articles import everything
from store.asked import Question, question_of
from store.search.held import Past
from store.search.shelves import Item

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from store.engine import Connection, Store

_Row = TypeVar("_Row")


_EVER = 2**62
"""A count of changes that no desk reaches."""


class LinesError(Exception):
    """A file cannot be read, or a line of it says something else than was expected; names file and line."""


class _Article(msgspec.Struct):
    id: str
    language: str
    body: str
    title: str = ""


class _Question(msgspec.Struct):
    text: str
    language: str
    article: str


class _Labelled(msgspec.Struct):
    article: str
    ticket: int | None = None
    text: str = ""
    language: str = ""


def labelled(path: Path, connection: Connection) -> list[Past]:
    """A desk's own questions; lines have article, and ticket, or text and language.

    What a ticket asked is read from it. Raises ``LinesError``, also for a ticket or an article that there is
    not: a misspelt name would count as a wrong answer.
    """
    known = {(one.article.name, one.article.language) for one in everything(connection)}
    names = {name for name, _ in known}
    found = []
    for number, line in _lines(path):
        row = _decoded(path, number, line, _Labelled)
        asked = (
            Question(row.text, row.language) if row.ticket is None else question_of(connection, row.ticket)
        )
        text, language = asked or ("", "")
        if not text or not language:
            message = f"{path}:{number}: it needs text and language, or the number of a ticket that is there"
            raise LinesError(message)
        if row.article and row.article not in names:
            message = f"{path}:{number}: there is no article {row.article!r}; `despacho kb list` lists them"
            raise LinesError(message)
        # One that is there in other languages only cannot be found, and nothing is right then.
        answer = row.article if (row.article, language) in known else ""
        found.append(Past(text, language, answer))
    return found


def learned(store: Store, languages: Iterable[str], without: Collection[int]) -> list[Past]:
    """What the desk's search has learned from tickets, but for those in ``without``."""
    return [
        Past(one.text, language, one.article)
        for language in sorted(languages)
        for one in answers.asked(store, language, since=-1, until=_EVER)
        if one.audience and one.ticket not in without
    ]


def tickets_in(path: Path) -> set[int]:
    """The tickets that a file of a desk's own questions names; raises ``LinesError``."""
    rows = [_decoded(path, number, line, _Labelled) for number, line in _lines(path)]
    return {row.ticket for row in rows if row.ticket is not None}


def articles(path: Path) -> list[tuple[str, Item]]:
    """Each article with its language; lines have id, language, title and body.

    Raises ``LinesError``, also where two articles have one id.
    """
    found: dict[str, tuple[str, Item]] = {}
    for number, line in _lines(path):
        row = _decoded(path, number, line, _Article)
        if row.id in found:
            message = f"{path}:{number}: the id {row.id!r} was there before; each article needs its own"
            raise LinesError(message)
        # A first line that is no heading is no title: as one it cost a tenth of the right first places.
        title = row.title or heading_of(row.body)
        found[row.id] = (row.language, Item(row.id, title, row.body))
    return list(found.values())


def questions(path: Path) -> list[Past]:
    """Questions with the article that answers them; lines have text, language and article.

    Raises ``LinesError``.
    """
    rows = (_decoded(path, number, line, _Question) for number, line in _lines(path))
    return [Past(row.text, row.language, row.article) for row in rows]


def _lines(path: Path) -> list[tuple[int, bytes]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        message = f"{path}: {error.strerror or error}"
        raise LinesError(message) from error
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _decoded(path: Path, number: int, line: bytes, kind: type[_Row]) -> _Row:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        message = f"{path}:{number}: {error}"
        raise LinesError(message) from error
