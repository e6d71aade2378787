"""A table of a policy's file, read key by key: what is wrong is noted with its place, and reading goes on."""

from __future__ import annotations

import difflib
import enum
from typing import TYPE_CHECKING, Any, TypeVar

from config.duration import seconds_of
from config.mistakes import listed, near
from config.types import Mistake, Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.positions import Document

Choice = TypeVar("Choice", bound=enum.StrEnum)


class Table:
    """One table and its keys. Asking for a key makes it known; `close` reports the others."""

    def __init__(self, document: Document, path: tuple[str | int, ...], mistakes: list[Mistake]) -> None:
        self.document = document
        self.path = path
        self.mistakes = mistakes
        inside: Any = document.values
        for step in path:
            inside = inside[step]
        self.values: dict[str, Any] = inside
        self._known: list[str] = []

    def close(self) -> None:
        """Notes a mistake for every key that was not asked for."""
        for key in self.values:
            if key not in self._known:
                self.mistakes.append(
                    Mistake(
                        self.document.key(*self.path, key),
                        f"unknown key {key!r}",
                        f"one of {listed(dict.fromkeys(self._known))}",
                        near(key, self._known),
                    )
                )

    def key_place(self, *path: str | int) -> Place:
        """Where a key of this table is written."""
        return self.document.key(*self.path, *path)

    def value_place(self, *path: str | int) -> Place:
        """Where a value of this table begins."""
        return self.document.value(*self.path, *path)

    def wrong(
        self, path: str | tuple[str | int, ...], what: str, expected: str = "", meant: str = ""
    ) -> None:
        """Notes that the value at ``path`` is wrong."""
        path = (path,) if isinstance(path, str) else path
        self.mistakes.append(Mistake(self.value_place(*path), what, expected, meant))

    def text(self, key: str, *, required: bool = False, longest: int = 200) -> str:
        """The text at ``key``, or an empty one; control characters and over ``longest`` are mistakes."""
        value = self._typed(key, str, "a text in quotes", required=required)
        if value is None:
            return ""
        text: str = value.strip()
        if required and not text:
            self.wrong(key, f"{key} is empty", "some text")
        if not text.isprintable():
            self.wrong(key, f"{key} holds control characters", "one line of plain text")
        if len(text) > longest:
            self.wrong(key, f"{key} is {len(text)} characters long", f"at most {longest}")
        return text

    def texts(self, key: str) -> list[tuple[int, str]]:
        """The texts in the list at ``key`` with their index, without what is no text (which is a mistake)."""
        values = self._typed(key, list, 'a list of texts, ["one", "two"]')
        found = []
        for index, value in enumerate(values or ()):
            if isinstance(value, str) and value.strip():
                found.append((index, value.strip()))
            else:
                self.wrong((key, index), f"an element of {key} is {in_words(value)}", "a text in quotes")
        return found

    def number(self, key: str, default: int, *, least: int = 0, most: int = 1_000_000) -> int:
        """The whole number at ``key``, between ``least`` and ``most``."""
        value = self._typed(key, int, f"a whole number from {least} to {most}")
        if value is None:
            return default
        if not least <= value <= most:
            self.wrong(key, f"{key} is {value}", f"a whole number from {least} to {most}")
            return default
        return int(value)

    def seconds(self, key: str, default: int) -> int:
        """The duration at ``key`` in seconds; ``"off"`` is 0."""
        expected = 'a duration like "30m", "8h", "2d", or "off"'
        value = self._typed(key, str, expected)
        if value is None or value == "off":
            return default if value is None else 0
        seconds = seconds_of(value)
        if seconds is None:
            self.wrong(key, f"{key} is {value!r}", expected)
            return default
        return seconds

    def flag(self, key: str, *, usual: bool = False) -> bool:
        """True or false at ``key``."""
        value = self._typed(key, bool, "true or false")
        return usual if value is None else bool(value)

    def choice(self, key: str, choices: type[Choice]) -> Choice | None:
        """The one of ``choices`` at ``key``, or ``None`` where nothing is said or what is said is wrong."""
        word = self.text(key)
        known = [str(one) for one in choices]
        if not word or word in known:
            return choices(word) if word else None
        self.wrong(key, f"unknown {key} {word!r}", f"one of {listed(known)}", near(word, known))
        return None

    def table(self, key: str) -> Table | None:
        """The table at ``key``, if there is one."""
        value = self._typed(key, dict, f"a table, [{key}]")
        return None if value is None else Table(self.document, (*self.path, key), self.mistakes)

    def tables(self, key: str) -> list[Table]:
        """The tables of the list ``[[key]]``."""
        values = self._typed(key, list, f"a list of tables, each begun by [[{'.'.join(self._names(key))}]]")
        found = []
        for index, value in enumerate(values or ()):
            if isinstance(value, dict):
                found.append(Table(self.document, (*self.path, key, index), self.mistakes))
            else:
                self.wrong((key, index), f"an element of {key} is {in_words(value)}", "a table")
        return found

    def know(self, keys: Iterable[str]) -> None:
        """Makes keys known without reading them."""
        self._known.extend(keys)

    def _names(self, key: str) -> list[str]:
        return [step for step in self.path if isinstance(step, str)] + [key]

    def _typed(self, key: str, kind: type, expected: str, *, required: bool = False) -> Any:
        self._known.append(key)
        if key not in self.values:
            if required and not self._misspelt(key):
                self.mistakes.append(Mistake(self.key_place(), f"{key} is missing", expected))
            return None
        value = self.values[key]
        # In Python true is a number too; in a policy it is not.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(key, f"{key} is {in_words(value)}", expected)
            return None
        return value

    def _misspelt(self, key: str) -> bool:
        """Whether a key stands here that is reported as a misspelling of ``key``: one mistake is enough."""
        return bool(difflib.get_close_matches(key, set(self.values) - set(self._known), n=1, cutoff=0.75))


def in_words(value: object) -> str:
    """What a value is, in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value[:40]!r}" if value.strip() else "an empty text"
    if isinstance(value, int | float):
        return f"the number {str(value)[:40]}"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or a time"
