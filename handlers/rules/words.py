"""How words are compared in rules: any case, any spacing, either spelling of an accent in Unicode."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_RUN = re.compile(r"[^\W_]+")
"""Letters and digits in a row."""
_GAPS = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
"""What separates the runs of a plain text, all made a space."""
_FEW = 200
"""Characters of a text in which looking is cheaper than sorting its words first."""


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


class Start:
    """How a word begins that is looked for, folded, with the run of letters and digits that it begins with.

    The run is empty where that says nothing of where it may stand.
    """

    __slots__ = ("run", "text")

    def __init__(self, text: str) -> None:
        found = _RUN.match(text) if _needs_a_gap(text[0]) else None
        self.text = text
        self.run = found[0] if found else ""


class Words:
    """A folded text in which many words are looked for: it sorts its own at the first look.

    It answers as `has_word` does; the sorted words only say quickly that there is no such word.
    """

    __slots__ = ("_sorted", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._sorted: list[str] | None = [] if len(text) <= _FEW else None

    def have_any(self, starts: Iterable[Start]) -> bool:
        """Whether a word begins with any of these."""
        ordered = self._sorted
        if ordered is None:
            ordered = self._sorted = sorted(set(_runs(self.text)))
        for start in starts:
            if ordered and start.run:
                # A word that begins so begins with the same run of letters.
                at = bisect_left(ordered, start.run)
                if at == len(ordered) or not ordered[at].startswith(start.run):
                    continue
            if start.text in self.text and has_word(self.text, start.text):
                return True
        return False


def _runs(text: str) -> list[str]:
    # Splitting takes a third of the time that the pattern does.
    return text.translate(_GAPS).split() if text.isascii() else _RUN.findall(text)


def _needs_a_gap(first: str) -> bool:
    # Wide characters are those of Chinese, Japanese and Korean.
    return first.isalnum() and (first.isascii() or unicodedata.east_asian_width(first) not in {"W", "F"})


def _inside_a_word(before: str) -> bool:
    if before.isascii():
        return before.isalnum()
    # A mark belongs to the letter before it: a decomposed accent that has no composed form.
    return before.isalnum() or unicodedata.category(before).startswith("M")
