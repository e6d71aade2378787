"""A page as HTML: one template, every value escaped but an article's cleaned text; no script, no picture."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import msgspec
from markupsafe import Markup

from ingest.pages.markdown import to_html
from ingest.pages.words import WORDS

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#fff}"
    "main,header{max-width:42rem;margin:0 auto;padding:1rem}header{border-bottom:1px solid #6b6b6b}"
    "input{box-sizing:border-box;max-width:100%;padding:.5rem;font:inherit}button{font:inherit;"
    "padding:.6rem 1.4rem;color:#fff;background:#0b5cad;border:0;border-radius:.25rem}"
    "button.other{color:#1a1a1a;background:#e4e7eb}pre{overflow:auto;padding:.5rem;background:#f5f7fa}"
    "td,th{border:1px solid #6b6b6b;padding:.25rem .5rem}table{border-collapse:collapse}"
    "a{color:#0b5cad}:focus-visible{outline:3px solid #f5a623}"
)
QUESTION_MOST = 200
"""Characters of what is looked for."""


class Line(msgspec.Struct, frozen=True):
    """An article in a list."""

    title: str
    address: str
    passage: str = ""


class Frame(msgspec.Struct, frozen=True):
    """What is the same on each page of one language."""

    desk: str
    language: str
    languages: tuple[str, ...]

    @property
    def words(self) -> dict[str, str]:
        """The page's words."""
        return WORDS[self.language]


def address(language: str, name: str, token: str = "") -> str:
    """Where an article stands on this desk."""
    return f"/kb/{language}/{quote(name)}" + (f"?t={quote(token)}" if token else "")


def listed(frame: Frame, found: list[Line], asked: str) -> str:
    """What was found for a question, or without one every article."""
    title = frame.words["found" if asked else "all"]
    said = "" if found or not asked else frame.words["nothing"]
    return _page(frame, title, found=found, said=said, asked=asked)


def article(frame: Frame, title: str, body: str, *, action: str = "", ticket: int = 0) -> str:
    """One article, with the question whether it helped where ``action`` takes the answer."""
    ask = frame.words["ask"].format(ticket=ticket)
    return _page(frame, title, content=Markup(to_html(body)), action=action, ask=ask, private=bool(action))  # noqa: S704 - it was cleaned


def said(frame: Frame, word: str, *, title: str = "", action: str = "", ticket: int = 0) -> str:
    """A few words, and the question once more where ``action`` is given."""
    ask = frame.words["ask"].format(ticket=ticket)
    shown = frame.words[word] if word else ""
    return _page(frame, title or frame.words["title"], said=shown, action=action, ask=ask, private=True)


def _page(frame: Frame, title: str, **values: Any) -> str:
    usual: dict[str, Any] = {
        "said": "",
        "found": [],
        "content": "",
        "action": "",
        "ask": "",
        "asked": "",
        "private": False,
        "longest": QUESTION_MOST,
        "style": STYLE,
    }
    fixed = {
        "desk": frame.desk,
        "language": frame.language,
        "languages": frame.languages,
        "words": frame.words,
    }
    return _template().render(title=title, **fixed, **(usual | values))


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters.clear()
    return environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
