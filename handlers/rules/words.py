"""How words are compared in rules: any case, any spacing, either spelling of an accent in Unicode."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """The text as rules compare it: composed (NFC), without case, every run of white space one space.

    Accents stay: *año* is not *ano*.
    """
    # Plain ASCII, which most words are, is composed already; casefold of anything else may undo composition.
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def has_word(text: str, start: str) -> bool:
    """Whether a word of ``text`` begins with ``start``, which may be several words; both are folded.

    *factura* is in *facturas* and not in *refactura*. Scripts that put no space between words have no word
    starts, and what does not begin with a letter or a digit may stand anywhere.
    """
    at = text.find(start)
    if at < 0 or at == 0 or not _needs_a_gap(start[0]):
        return at >= 0
    while at > 0 and _inside_a_word(text[at - 1]):
        at = text.find(start, at + 1)
    return at >= 0


def _needs_a_gap(first: str) -> bool:
    # Wide characters are those of Chinese, Japanese and Korean.
    return first.isalnum() and (first.isascii() or unicodedata.east_asian_width(first) not in {"W", "F"})


def _inside_a_word(before: str) -> bool:
    if before.isascii():
        return before.isalnum()
    # A mark belongs to the letter before it: a decomposed accent that has no composed form.
    return before.isalnum() or unicodedata.category(before).startswith("M")
