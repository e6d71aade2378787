"""Every mail in every language, as text and as HTML, byte for byte as it was looked at.

``despacho templates preview --all --into tests/templates/golden`` makes the files again.
"""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from runtime.library import sources
from runtime.render import Renderer
from runtime.serialise import TO_AGENTS
from runtime.template_samples import documented, letter_for, mails, values_for

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "es", "nb")
EVERY = [(language, name) for language in LANGUAGES for name in mails()]
_ACTIVE = ("script", "link", "form", "input", "iframe", "object", "img", "svg", "base")


class _Reader(HTMLParser):
    """What a page says, and what is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.unstyled: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and one that has words and brings no style."""
        self.tags.append(tag)
        if tag in {"p", "a", "td", "blockquote"} and not dict(attrs).get("style"):
            self.unstyled.append(tag)

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.said.append(data)


def read(html: str) -> _Reader:
    """The page, read by the standard library."""
    reader = _Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_the_mail_is_as_it_was_looked_at(language: str, name: str) -> None:
    """Neither words nor looks of any mail change by accident."""
    words = Renderer().words(letter_for(name, language), {})
    golden = GOLDEN / language
    assert words.text + "\n" == (golden / f"{name}.txt").read_text(encoding="utf-8")
    assert words.html + "\n" == (golden / f"{name}.html").read_text(encoding="utf-8")


def test_nothing_golden_is_left_over() -> None:
    """A mail that is no more leaves no file behind."""
    there = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.*")}
    assert there == {f"{language}/{name}.{kind}" for language, name in EVERY for kind in ("txt", "html")}


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_both_parts_say_the_same(language: str, name: str) -> None:
    """Every word of the text stands in the HTML, in the same order; nothing there is active or fetched."""
    words = Renderer().words(letter_for(name, language), {})
    page = read(words.html)
    said = iter(" ".join(page.said).split())
    for word in words.text.replace("\n>", "\n").split():
        if word == "--" or word.startswith("https://desk."):
            continue  # the signature's dashes, and an address behind a button
        # A fact's name stands in a cell of its own, and needs no colon there.
        assert any(word.rstrip(":") in one for one in said), word
    assert not set(page.tags) & set(_ACTIVE)
    assert not page.unstyled
    assert f'lang="{language}"' in words.html


@pytest.mark.parametrize(
    "name", [name.removesuffix(".txt")[3:] for name in sources() if name.startswith("en/")]
)
def test_every_variable_has_a_sample(name: str) -> None:
    """A preview shows something for each variable that a template names."""
    for language in LANGUAGES:
        samples = values_for(documented(name), language)
        missing = [one for one, value in samples.items() if value == f"[{one}]" and one != "content"]
        assert not missing, f"add to runtime/template_samples.py: {missing}"


def test_mails_to_agents_are_known_as_such() -> None:
    """What is written to agents is no answer to a requester, and its headers say so (RFC 3834 section 5)."""
    to_agents = {
        name.removesuffix(".txt")[3:]
        for name, text in sources().items()
        if name.startswith("en/")
        and text.startswith(("{# To the agent", "{# To an agent", "{# To everyone in"))
    }
    assert to_agents == TO_AGENTS
