"""From an outgoing row to the bytes of its mail: find the template, fill it in, add marker and footer.

Our own templates are filled in here. An operator's template that stands in place of one of ours is filled in
inside a cage (`runtime.cage`), and when it fails ours is used: a mistake in a template silences nobody.
The words are made once; the HTML part shows the same (`runtime.html_part`), unless an operator wrote it.
"""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from jinja2 import TemplateError

from events.transport import transport_of
from ingest.mail import marker
from runtime import html_part
from runtime.cage import BusyError, Cage, CageError
from runtime.library import FALLBACK, Libraries, Library, sources
from runtime.marks import plain, unmarked
from runtime.sandbox import LONGEST, Sandbox, TooLongError
from runtime.serialise import serialise
from runtime.ways import apis
from store import letter as letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runtime.serialise import Row
    from store.letter import Letter

log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 600.0
_SHORT_PAUSE_SECONDS = 30.0
_LONGEST_HTML = 4 * LONGEST
_Values = dict[str, Any]


class RenderError(Exception):
    """There is no way to say this letter: it cannot be read, or nobody has a template of that name."""


class Words(msgspec.Struct, frozen=True):
    """A mail's body: its text, and the same as an HTML page."""

    text: str
    html: str


class _Tongue(msgspec.Struct, frozen=True):
    """Where a letter's words are looked for: a library, and languages in their order."""

    library: Library
    languages: tuple[str, ...]

    @property
    def first(self) -> str:
        return self.languages[0]

    def language_of(self, name: str) -> str | None:
        """The first of the languages in which there is a template of that name."""
        return next((one for one in self.languages if self.library.has(f"{one}/{name}")), None)


class Renderer:
    """Makes mails; keeps one cage for operators' templates and remembers for a while which of them failed."""

    def __init__(self) -> None:
        self._cage = Cage()
        self._libraries = Libraries()
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
            return self._request(row.recipient, letter, overrides or _NONE)
        words = self.words(letter, overrides or _NONE)
        return serialise(row, letter, words.text, words.html)

    def text(self, letter: Letter, overrides: Mapping[str, str]) -> str:
        """The whole text of a letter: marker, words, footer."""
        return self.words(letter, overrides).text

    def words(self, letter: Letter, overrides: Mapping[str, str]) -> Words:
        """The whole body of a letter, as text and as HTML."""
        tongue = self._tongue(letter, overrides)
        desk = letter.values.get("desk") or letter.sender.name or letter.sender.address
        values = unmarked({"ticket": letter.ticket, **letter.values, "desk": desk})
        said = self._said(tongue, letter.template, values).strip("\n")
        content = plain(said)
        framed = self._said(tongue, "frame", {**values, "content": content}).strip("\n")
        html = self._html(tongue, letter.template, values, said)
        if not letter.marker:
            return Words(plain(framed), html)
        line = marker.line(tongue.first)
        return Words(f"{line}\n\n{plain(framed)}", html_part.above(html, html_part.marker(line)))

    def _tongue(self, letter: Letter, overrides: Mapping[str, str]) -> _Tongue:
        languages = (letter.language.partition("-")[0].lower(), letter.fallback, FALLBACK)
        library = self._libraries.of(overrides, letter.scopes)
        return _Tongue(library, tuple(one for one in dict.fromkeys(languages) if one) or (FALLBACK,))

    def _request(self, recipient: str, letter: Letter, overrides: Mapping[str, str]) -> bytes:
        """What goes out by a service's API: the short form of the words, without marker and footer."""
        tongue = self._tongue(letter, overrides)
        short = f"{letter.template}_short"
        name = short if tongue.language_of(f"{short}.txt") else letter.template
        values = unmarked({"ticket": letter.ticket, **letter.values})
        words = plain(self._said(tongue, name, values))
        try:
            return apis.fixed(recipient, letter.thread, words)
        except apis.NoWayError as error:
            raise RenderError(str(error)) from None

    def close(self) -> None:
        """End the cage."""
        self._cage.close()

    def _said(self, tongue: _Tongue, name: str, values: _Values) -> str:
        """The words of a template, with the marks of its filters."""
        language = tongue.language_of(f"{name}.txt")
        if language is None:
            raise RenderError(f"there is no template {name!r}")
        file = f"{language}/{name}.txt"
        if tongue.library.is_own(file):
            words = self._caged(tongue.library, file, language, values)
            if words is not None:
                return words[:LONGEST]
            # Theirs failed; ours in that language, or else in one that we speak.
            language = next((one for one in tongue.languages if f"{one}/{name}.txt" in sources()), FALLBACK)
        return _packaged(f"{language}/{name}.txt", language, values)

    def _html(self, tongue: _Tongue, name: str, values: _Values, said: str) -> str:
        """The page: an operator's own HTML where there is one in the language of the words."""
        language = tongue.language_of(f"{name}.txt") or FALLBACK
        own = f"{language}/{name}.html"
        content = None
        if tongue.library.is_own(own):
            content = self._caged(tongue.library, own, language, values)
        if content is None:
            content = html_part.to_html(said)
        framing = {**values, "content": content[:_LONGEST_HTML], "language": language}
        page = None
        if tongue.library.is_own(_FRAME):
            page = self._caged(tongue.library, _FRAME, language, framing)
        return page if page is not None else _packaged(_FRAME, language, framing)

    def _caged(self, library: Library, name: str, language: str, values: _Values) -> str | None:
        """What an operator's template says, or None where it fails."""
        key = library.digest + name
        if self._is_bad(key):
            return None
        try:
            return self._cage.text(library, language, name, values)
        except CageError as error:
            self._remember(key, _SHORT_PAUSE_SECONDS if isinstance(error, BusyError) else _PAUSE_SECONDS)
            log.warning("template_failed", template=name, error=str(error))
            return None

    def _is_bad(self, key: str) -> bool:
        with self._lock:
            return self._bad.get(key, 0.0) > time.monotonic()

    def _remember(self, key: str, seconds: float) -> None:
        """Leave a template alone for a while: each failure may cost two seconds."""
        with self._lock:
            now = time.monotonic()
            self._bad = {key: until for key, until in self._bad.items() if until > now}
            self._bad[key] = now + seconds


_FRAME = "frame.html"
_NONE: dict[str, str] = {}


@functools.cache
def _sandbox(language: str) -> Sandbox:
    return Sandbox(sources(), language)


def _packaged(name: str, language: str, values: Mapping[str, Any]) -> str:
    if name not in sources():
        raise RenderError(f"there is no template {name!r}")
    try:
        return _sandbox(language).text(name, values)
    except (TemplateError, TooLongError, ArithmeticError, TypeError, ValueError) as error:
        raise RenderError(f"the template {name!r} failed ({type(error).__name__})") from None
