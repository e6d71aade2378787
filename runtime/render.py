"""From an outgoing row to the bytes of its mail: find the template, fill it in, add marker and footer.

Our own templates are filled in here. An operator's template that stands in place of one of ours is filled in
inside a cage (`runtime.cage`), and when it fails ours is used: a mistake in a template silences nobody.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import threading
import time
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from jinja2 import TemplateError

from events.transport import transport_of
from ingest.mail import marker
from runtime.cage import Cage, CageError
from runtime.sandbox import LONGEST, Sandbox, TooLongError
from runtime.serialise import serialise
from runtime.ways import apis
from store import letter as letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.serialise import Row
    from store.letter import Letter

log = structlog.get_logger(__name__)

FALLBACK = "en"
"""The language in which every template exists."""
_PAUSE_SECONDS = 600.0


class RenderError(Exception):
    """There is no way to say this letter: it cannot be read, or nobody has a template of that name."""


class Renderer:
    """Makes mails; keeps one cage for operators' templates and remembers for a while which of them failed."""

    def __init__(self) -> None:
        self._cage = Cage()
        self._bad: dict[str, float] = {}
        self._lock = threading.Lock()

    def render(self, row: Row, overrides: Mapping[str, str] | None = None) -> bytes:
        """The mail of this row, the same bytes every time.

        ``overrides`` maps ``es/acknowledged.txt`` to an operator's text. Raises `RenderError` or
        `runtime.serialise.BadAddressError`, which no second try will mend.
        """
        try:
            letter = letters.decode(row.letter)
        except msgspec.MsgspecError:
            raise RenderError("this mail's letter cannot be read") from None
        if transport_of(row.recipient):
            return self._request(row.recipient, letter, overrides or {})
        text = self.text(letter, overrides or {})
        return serialise(row, letter, text)

    def text(self, letter: Letter, overrides: Mapping[str, str]) -> str:
        """The whole body of a letter: marker, words, footer."""
        language = letter.language.partition("-")[0].lower()
        desk = letter.values.get("desk") or letter.sender.name or letter.sender.address
        values = {**letter.values, "desk": desk, "ticket": letter.values.get("ticket", letter.ticket)}
        content = self._words(letter.template, language, values, overrides).strip("\n")
        framed = self._words("frame", language, {**values, "content": content}, overrides).strip("\n")
        if not letter.marker:
            return framed
        return f"{marker.line(language)}\n\n{framed}"

    def _request(self, recipient: str, letter: Letter, overrides: Mapping[str, str]) -> bytes:
        """What goes out by a service's API: the short form of the words, without marker and footer."""
        language = letter.language.partition("-")[0].lower()
        short = f"{letter.template}_short"
        name = short if f"{FALLBACK}/{short}.txt" in sources() else letter.template
        values = {**letter.values, "ticket": letter.values.get("ticket", letter.ticket)}
        words = self._words(name, language, values, overrides)
        try:
            return apis.fixed(recipient, letter.thread, words)
        except apis.NoWayError as error:
            raise RenderError(str(error)) from None

    def close(self) -> None:
        """End the cage."""
        self._cage.close()

    def _words(
        self, name: str, language: str, values: Mapping[str, Any], overrides: Mapping[str, str]
    ) -> str:
        own = f"{language}/{name}.txt"
        if own in overrides:
            words = self._caged(own, language, values, overrides)
            if words is not None:
                return words
        return _packaged(name, language, values)

    def _caged(
        self, name: str, language: str, values: Mapping[str, Any], overrides: Mapping[str, str]
    ) -> str | None:
        """What an operator's template says, or None where it fails."""
        digest = hashlib.sha256(repr(sorted(overrides.items())).encode("utf-8", "replace")).hexdigest() + name
        if self._is_bad(digest):
            return None
        try:
            words = self._cage.text(sources() | dict(overrides), language, name, values)
        except CageError as error:
            self._remember(digest)
            log.warning("template_failed", template=name, error=str(error))
            return None
        return words[:LONGEST]

    def _is_bad(self, digest: str) -> bool:
        with self._lock:
            return self._bad.get(digest, 0.0) > time.monotonic()

    def _remember(self, digest: str) -> None:
        """Leave a template alone for ten minutes: each failure may cost two seconds."""
        with self._lock:
            now = time.monotonic()
            self._bad = {key: until for key, until in self._bad.items() if until > now}
            self._bad[digest] = now + _PAUSE_SECONDS


@functools.cache
def sources() -> dict[str, str]:
    """Our own templates, ``es/acknowledged.txt`` to text."""
    root = importlib.resources.files("templates")
    return {
        f"{folder.name}/{file.name}": file.read_text(encoding="utf-8")
        for folder in sorted(root.iterdir(), key=lambda one: one.name)
        if folder.is_dir()
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        if file.name.endswith((".txt", ".html"))
    }


@functools.cache
def _sandbox(language: str) -> Sandbox:
    return Sandbox(sources(), language)


def _packaged(name: str, language: str, values: Mapping[str, Any]) -> str:
    language = language if f"{language}/{name}.txt" in sources() else FALLBACK
    if f"{language}/{name}.txt" not in sources():
        raise RenderError(f"there is no template {name!r}")
    try:
        return _sandbox(language).text(f"{language}/{name}.txt", values)
    except (TemplateError, TooLongError, ArithmeticError, TypeError, ValueError) as error:
        raise RenderError(f"the template {name!r} failed ({type(error).__name__})") from None
