"""Whom to forget: how to find them in a text, and what stands there afterwards."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from events import domains
from store import pseudonym

FORGOTTEN = "[forgotten]"
"""What stands where somebody's words stood."""
RUN = 4
"""So many words of a person's in a row are theirs, wherever they stand; shorter texts count as a whole."""
_WORD = re.compile(r"\S+")
_AROUND = "> -|*_.,;:!?()[]{}<>\"'\u00ab\u00bb\u201c\u201d\u2018\u2019"
_SHORTEST = 8
"""Characters: shorter names and texts stand in any mail."""


class Person(msgspec.Struct, frozen=True):
    """One person under all their addresses (lower case); ``key`` is the desk's key for pseudonyms.

    ``names`` are the names by which others may call them, ``runs`` what they said, as runs of words.
    """

    key: bytes
    addresses: tuple[str, ...]
    names: tuple[str, ...] = ()
    runs: frozenset[tuple[str, ...]] = frozenset()

    def knowing(self, names: set[str], texts: list[str], others: list[str] | None = None) -> Person:
        """The same person with what was found out about them; what others said before them is others'."""
        telling = {name for name in names if len(name) >= _SHORTEST or " " in name.strip()}
        runs = _all_runs(texts) - _all_runs(others or [])
        return msgspec.structs.replace(
            self,
            names=tuple(sorted({*self.names, *telling})),
            runs=self.runs | runs,
        )

    @property
    def pseudonyms(self) -> tuple[str, ...]:
        """What stands in the place of the addresses, in their order."""
        return tuple(pseudonym.pseudonym(self.key, one) for one in self.addresses)

    @property
    def people(self) -> tuple[str, ...]:
        """What stands for the addresses in the books of forgetting, in their order."""
        return tuple(pseudonym.person_of(self.key, one) for one in self.addresses)

    def spellings(self) -> set[str]:
        """Every way in which the addresses are stored: as they travel, and as people read them."""
        shown = set()
        for address in self.addresses:
            local, at, domain = address.rpartition("@")
            shown |= {address, f"{local}{at}{domains.shown(domain)}"}
        return shown

    def has(self, address: str) -> bool:
        """Whether it is an address of theirs."""
        return address.lower() in self.addresses

    def other(self, address: str) -> str:
        """The pseudonym where it is an address of theirs, else the address itself."""
        return pseudonym.pseudonym(self.key, address) if self.has(address) else address

    def is_named_in(self, text: str) -> bool:
        """Whether an address of theirs stands in the text."""
        low = text.lower()
        return any(one in low for one in self.spellings()) and _spelled(self).search(text) is not None

    def without(self, text: str) -> str:
        """The text with pseudonyms for their addresses, and without their names and words."""
        text = _spelled(self).sub(lambda found: self._named(found[0]), text)
        for name in self.names:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", FORGOTTEN, text, flags=re.IGNORECASE)
        return _without_runs(text, self.runs) if self.runs else text

    def purged(self, value: Any) -> Any:
        """The same for every text in a value made of JSON; keys stay."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.purged(one) for one in value]
        if isinstance(value, dict):
            purged = {key: self.purged(one) for key, one in value.items()}
            if self.has(str(value.get("address", ""))):
                purged["name"] = ""
            return purged
        return value

    def _named(self, spelling: str) -> str:
        low = spelling.lower()
        for address in self.addresses:
            local, at, domain = address.rpartition("@")
            if low in {address, f"{local}{at}{domains.shown(domain)}"}:
                return pseudonym.pseudonym(self.key, address)
        return FORGOTTEN


def _spelled(person: Person) -> re.Pattern[str]:
    # The module keeps compiled patterns by itself.
    return pseudonym.spelled(person.spellings())


def _words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text without what quoting and punctuation put around them, each with its place."""
    found = []
    for match in _WORD.finditer(text):
        word = match[0].strip(_AROUND).casefold()
        if word:
            found.append((word, match.start(), match.end()))
    return found


def _all_runs(texts: list[str]) -> set[tuple[str, ...]]:
    return {run for text in texts for run in _runs([word for word, _, _ in _words(text)])}


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    if len(words) >= RUN:
        return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}
    return {tuple(words)} if len(" ".join(words)) >= _SHORTEST else set()


def _without_runs(text: str, runs: frozenset[tuple[str, ...]]) -> str:
    words = _words(text)
    plain = [word for word, _, _ in words]
    theirs = [False] * len(words)
    for length in range(1, RUN + 1):
        for start in range(len(words) - length + 1):
            if tuple(plain[start : start + length]) in runs:
                theirs[start : start + length] = [True] * length
    kept: list[str] = []
    at = 0
    for (_, start, end), taken in zip(words, theirs, strict=True):
        if taken:
            if start >= at:
                kept += [text[at:start], FORGOTTEN if not kept or kept[-1] != FORGOTTEN else ""]
            at = end
    return _joined([*kept, text[at:]])


def _joined(pieces: list[str]) -> str:
    """The pieces with one mark in the place of several that follow each other."""
    text = "".join(pieces)
    mark = re.escape(FORGOTTEN)
    return re.sub(rf"{mark}(?:[\s>|-]*{mark})+", FORGOTTEN, text)
