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
        found = _marked(letter.html)
        if found.text:
            return found
    return quoting.new_words(letter.text)


def of_html(markup: str) -> NewWords:
    """The new words of a document alone. Never raises; linear."""
    found = _marked(markup)
    return found if found.text else quoting.new_words(html.to_text(markup, guard.Meter()))


def _marked(markup: str) -> NewWords:
    """What is left without the marked quotes and those that the text shows, be it nothing."""
    if len(markup) > _MARKUP:
        return NewWords("", certain=False)
    return quoting.cut(html.to_text(markup, guard.Meter(), marked=True))
