"""The index of one language: articles on one shelf, the questions they answered before on another.

Two tantivy indexes, because the lengths of questions would shift what counts as a long article.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING, NamedTuple

import tantivy
from tantivy import Document, Index, Occur, Query, Schema, Searcher

from store.search.words import analyzer

if TYPE_CHECKING:
    from pathlib import Path

HEAP = 30_000_000
"""Bytes of memory for writing, for each shelf; tantivy asks for at least 15 MB a thread."""
_FIELDS = {"articles": ("title", "text"), "questions": ("question",)}


class Found(NamedTuple):
    """One row that the index offers for a question."""

    article: str
    score: float
    """BM25 over all fields of the shelf."""
    text: str
    """The title on the shelf of articles, the question on the other."""
    body: str


@dataclass(frozen=True, slots=True)
class Item:
    """An article as the index holds it."""

    article: str
    title: str
    body: str


@dataclass(slots=True)
class Shelf:
    """One tantivy index; ``name`` is ``articles`` or ``questions``."""

    name: str
    index: Index
    schema: Schema

    def searcher(self) -> Searcher:
        """The state after the last commit that was seen."""
        return self.index.searcher()

    def find(self, stems: list[str], most: int, only: frozenset[str] = frozenset()) -> list[Found]:
        """The best rows for these stems, at most ``most``; ``only`` limits them to some articles."""
        wanted = self._any_of(stems)
        if only:
            limit = Query.term_set_query(self.schema, "article", sorted(only))
            within = Query.const_score_query(limit, 0.0)
            wanted = Query.boolean_query([(Occur.Must, within), (Occur.Should, wanted)])
        searcher = self.searcher()
        hits = searcher.search(wanted, most, count=False).hits
        return [self._found(searcher, score, address) for score, address in hits]

    def weight(self, stem: str) -> float:
        """The inverse document frequency of a stem; the highest for one that is nowhere."""
        searcher = self.searcher()
        there = searcher.doc_freq(_FIELDS[self.name][-1], stem)
        return log1p((searcher.num_docs - there + 0.5) / (there + 0.5))

    def _any_of(self, stems: list[str]) -> Query:
        each = [
            (Occur.Should, Query.term_query(self.schema, field, stem, "freq"))
            for field in _FIELDS[self.name]
            for stem in stems
        ]
        return Query.boolean_query(each)

    def _found(self, searcher: Searcher, score: float, address: tantivy.DocAddress) -> Found:
        row = searcher.doc(address)
        return Found(str(row.get_first("article")), score, _text(row, "shown"), _text(row, "body"))


def _text(row: Document, field: str) -> str:
    """A text that is kept as bytes; tantivy hands them out as a list of numbers, or as bytes."""
    kept = row.get_first(field)
    return bytes(kept).decode() if kept else ""


def open_shelf(name: str, language: str, folder: Path | None) -> Shelf:
    """Open a shelf in its folder, or make an empty one; without a folder it stands in memory.

    Raises ``ValueError`` where what lies there is no index of this kind.
    """
    build = tantivy.SchemaBuilder()
    build.add_text_field("article", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("ticket", tokenizer_name="raw", index_option="basic")
    # As bytes they are kept and not indexed.
    build.add_bytes_field("shown", stored=True, indexed=False)
    build.add_bytes_field("body", stored=True, indexed=False)
    for field in _FIELDS[name]:
        build.add_text_field(field, tokenizer_name="stems", index_option="freq")
    schema = build.build()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    index = Index(schema, None if folder is None else str(folder))
    index.register_tokenizer("stems", analyzer(language))
    return Shelf(name, index, schema)


def article_row(item: Item) -> Document:
    """An article as a row of its shelf."""
    row = Document()
    row.add_text("article", item.article)
    row.add_bytes("shown", item.title.encode())
    row.add_bytes("body", item.body.encode())
    row.add_text("title", item.title)
    row.add_text("text", f"{item.title}\n{item.body}")
    return row


def question_row(article: str, text: str, ticket: int = 0) -> Document:
    """A past question as a row of its shelf; it is taken out again by the ticket that asked it."""
    row = Document()
    row.add_text("article", article)
    row.add_text("ticket", str(ticket))
    row.add_bytes("shown", text.encode())
    row.add_text("question", text)
    return row
