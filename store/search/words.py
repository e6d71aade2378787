"""Take a text apart for searching: lower case, no stop words, cut to stems by the rules of its language."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

STEMMED = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
"""Languages whose words are cut to stems, by tantivy's names; others are searched by whole words."""
_NO_STOP_WORDS = {"arabic", "greek", "romanian", "turkish"}
_LONGEST = 40
"""Longer words are keys and addresses, which nobody searches by; in bytes, as tantivy counts."""
_GRAMS = (3, 4)
_WORD = re.compile(r"\w+")
WORDING = 300
"""How many characters of a title or of a question are compared as one wording."""


class Wording(NamedTuple):
    """A title or a question, ready to be compared with another one."""

    stems: frozenset[str]
    grams: frozenset[str]


@cache
def analyzer(language: str) -> TextAnalyzer:
    """What cuts texts of a language (an ISO 639 code) into stems, in the index and in questions alike."""
    name = STEMMED.get(language)
    chain = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_LONGEST))
        .filter(Filter.lowercase())
    )
    if name is not None:
        if name not in _NO_STOP_WORDS:
            chain = chain.filter(Filter.stopword(name))
        chain = chain.filter(Filter.stemmer(name))
    return chain.filter(Filter.ascii_fold()).build()


def stems(language: str, text: str) -> list[str]:
    """The stems of a text in their order, as often as they stand there."""
    return analyzer(language).analyze(text)


@lru_cache(maxsize=20_000)
def wording(language: str, text: str) -> Wording:
    """A wording's different stems, and its pieces of three and four letters, which survive a slip."""
    text = text[:WORDING]
    return Wording(frozenset(stems(language, text)), frozenset(_pieces(text.lower())))


def pieces(word: str) -> frozenset[str]:
    """The pieces of two and three letters of one stem, its ends marked."""
    return _cut(f"_{word}_", (2, 3))


def alike(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """How much two sets have in common, from 0 to 1 (Dice)."""
    total = len(ours) + len(theirs)
    return 2 * len(ours & theirs) / total if total else 0.0


def _pieces(text: str) -> set[str]:
    found: set[str] = set()
    for word in _WORD.findall(text):
        found |= _cut(f"_{word}_", _GRAMS)
    return found


@lru_cache(maxsize=50_000)
def _cut(word: str, sizes: tuple[int, ...]) -> frozenset[str]:
    return frozenset(word[at : at + size] for size in sizes for at in range(max(1, len(word) - size + 1)))
