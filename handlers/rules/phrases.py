"""Lists of phrases: whether a text has one, at a word's start, in any case, with accents or without."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from handlers.rules.words import Start, Words, fold

if TYPE_CHECKING:
    from config.vocabulary import Phrases

_LETTERS = {
    "es": "ñ",
    "gl": "ñ",
    "nb": "æøå",
    "nn": "æøå",
    "no": "æøå",
    "da": "æøå",
    "sv": "åäö",
    "fi": "åäö",
    "de": "äöü",
    "tr": "çğıöşü",
    "pl": "ąćęłńóśźż",
}
"""Letters that are no others with an accent, by language: *año* is not *ano*, *får* is not *far*."""
_PLAIN = frozenset({"en", "es", "gl", "ca", "pt", "fr", "it", "nl", *_LETTERS})
"""Languages in which a letter is the same with and without an accent, but for those in `_LETTERS`."""


def plain(text: str, language: str) -> str:
    """Folded text as a language's phrases are compared: accents that do not make another letter are gone.

    In a language that we know nothing of all accents stay.
    """
    if text.isascii() or language not in _PLAIN:
        return text
    kept = _LETTERS.get(language, "")
    return "".join(one if one in kept else _bare(one) for one in text)


def _bare(letter: str) -> str:
    if letter.isascii():
        return letter
    parts = unicodedata.normalize("NFD", letter)
    # Only what is a letter with marks on it; a mark that stands alone stays.
    return parts[0] if len(parts) > 1 and not unicodedata.combining(parts[0]) else letter


class Phrasebook:
    """A policy's lists, made ready to be looked for."""

    def __init__(self, phrases: Phrases) -> None:
        self.names = tuple(phrases)
        self._lists = {
            name: {
                language: tuple(Start(plain(fold(one), language)) for one in texts)
                for language, texts in lists.items()
            }
            for name, lists in phrases.items()
        }

    def found(self, text: str, language: str) -> tuple[str, ...]:
        """The lists of which the text has a phrase.

        Those of the text's language are looked at, where it has any; of a text whose language cannot be told,
        those of every language.
        """
        folded = fold(text)
        known = {one for lists in self._lists.values() for one in lists}
        languages = (language,) if language in known else tuple(sorted(known))
        words = {one: Words(plain(folded, one)) for one in languages}
        return tuple(
            name
            for name, lists in self._lists.items()
            if any(words[one].have_any(lists.get(one, ())) for one in languages)
        )
