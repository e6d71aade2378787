"""What is wrong in a policy, all of it at once, with a suggestion where one is near."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.types import Mistake

ALMOST = 0.6
"""How like a known word another must be to be suggested, between 0 and 1."""


class PolicyError(ValueError):
    """A policy cannot be used; ``mistakes`` are all that are wrong with it, by file and line."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        """The text of the error is the mistakes, one a line."""
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = list(mistakes)


def in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The mistakes by file, line and column, each said once."""
    return sorted(
        dict.fromkeys(mistakes), key=lambda one: (one.place.file, one.place.line, one.place.column, one.what)
    )


def near(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty string."""
    by_folded = {one.casefold(): one for one in known}
    folded = word.casefold()
    if folded in by_folded:
        return by_folded[folded]
    found = difflib.get_close_matches(folded, by_folded, n=1, cutoff=ALMOST)
    return by_folded[found[0]] if found else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """The words as a message names them: ``a, b, c``; beyond ``most`` only how many more there are."""
    every = list(words)
    text = ", ".join(every[:most]) or "(none)"
    return f"{text} and {len(every) - most} more" if len(every) > most else text
