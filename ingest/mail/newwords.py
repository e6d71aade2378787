"""The new words of a letter: from its HTML where a program marked there what is old, else from its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ingest.mail import guard, html, marks, quoting
from ingest.mail.quoting import NewWords

if TYPE_CHECKING:
    from ingest.mail.body import Body

_MARKUP: Final = 256 * 1024
"""Characters of HTML in which marks are looked for: no letter is longer that a person wrote."""


def of_letter(letter: Body) -> NewWords:
    """The new words of a letter that may be text, HTML, or both. Never raises; linear."""
    if letter.html and (not letter.plain or marks.stand_in(letter.html)):
        return _marked(letter.html, letter.text)
    return quoting.new_words(letter.text)


def of_html(markup: str) -> NewWords:
    """The new words of a document alone. Never raises; linear."""
    return _marked(markup, html.to_text(markup, guard.Meter()))


def _marked(markup: str, text: str) -> NewWords:
    """What is left of a document without its quotes; where nothing is, the whole text, as uncertain."""
    if len(markup) > _MARKUP:
        return quoting.new_words(text)
    found = quoting.cut(html.to_text(markup, guard.Meter(), marked=True))
    if found.text:
        return found
    whole = text[: guard.TEXT].strip()
    return NewWords(whole, certain=not whole)
