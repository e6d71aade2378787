"""The page as HTML: one template, every value escaped, nothing loaded from anywhere, no script."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import jinja2

from ingest.votes.words import WORDS

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#fff}"
    "main{max-width:38rem;margin:0 auto;padding:1rem}fieldset{border:1px solid #6b6b6b;border-radius:.25rem}"
    "textarea{box-sizing:border-box;width:100%;padding:.5rem;font:inherit}button{font:inherit;"
    "padding:.6rem 1.4rem;color:#fff;background:#0b5cad;border:0;border-radius:.25rem}"
    ":focus-visible{outline:3px solid #f5a623}.fault{color:#a40000}"
)
COMMENT_MOST = 2_000
SCORES = ("1", "2", "3", "4", "5")


def question(language: str, action: str, ticket: int, *, comment: str = "", missing: bool = False) -> str:
    """The question, with what was typed before and whether a choice is missing."""
    ask = WORDS[language]["ask"].format(ticket=ticket)
    return _page(language, action=action, ask=ask, comment=comment, missing=missing)


def said(language: str, word: str) -> str:
    """A few words."""
    return _page(language, said=word)


def _page(language: str, **values: Any) -> str:
    usual: dict[str, Any] = {"said": "", "scores": SCORES, "longest": COMMENT_MOST, "style": STYLE}
    return _template().render(language=language, words=WORDS[language], **(usual | values))


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters.clear()
    return environment.from_string(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
