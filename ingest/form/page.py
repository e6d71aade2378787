"""The form's pages as HTML: one template, every value escaped, nothing loaded from anywhere."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from ingest.form.submission import HONEYPOT, LONGEST, Submission
from ingest.form.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#fff}"
    "main{max-width:38rem;margin:0 auto;padding:1rem}label{display:block;font-weight:600}"
    "input:not([type=file]),textarea{box-sizing:border-box;width:100%;padding:.5rem;font:inherit;"
    "border:1px solid #6b6b6b;border-radius:.25rem}button{font:inherit;padding:.6rem 1.4rem;color:#fff;"
    "background:#0b5cad;border:0;border-radius:.25rem}:focus-visible{outline:3px solid #f5a623}"
    ".fault{color:#a40000}.apart{position:absolute;left:-100rem}"
)
_FIELDS = (
    ("name", "text", "name", False),
    ("email", "email", "email", True),
    ("subject", "text", "off", False),
)


def form_page(
    language: str,
    token: str,
    *,
    most_files: int,
    sent: Submission | None = None,
    faults: Mapping[str, str] = {},
) -> str:
    """The form, with what was typed before and what is wrong with it."""
    return _page(
        language,
        kind="form",
        title="title",
        token=token,
        fields=_FIELDS,
        longest=LONGEST,
        sent=sent or Submission(),
        faults=faults,
        honeypot=HONEYPOT,
        most_files=most_files,
    )


def thanks_page(language: str) -> str:
    """The message is here."""
    words = WORDS[language]
    return _page(language, kind="said", title="title", said=f"{words['thanks']} {words['look']}")


def confirm_page(language: str, action: str, ticket: int) -> str:
    """A question with a button: programs that follow links in mails press none."""
    ask = WORDS[language]["confirm_ask"].format(ticket=ticket)
    return _page(language, kind="confirm", title="confirm_title", action=action, ask=ask)


def said_page(language: str, word: str) -> str:
    """A few words."""
    return _page(language, kind="said", title="confirm_title", said=WORDS[language][word])


def _page(language: str, **values: Any) -> str:
    faults = {**dict.fromkeys((*LONGEST, "files", "form"), ""), **values.pop("faults", {})}
    usual: dict[str, Any] = {"faults": faults, "wrong": any(faults.values()), "said": "", "style": STYLE}
    return _template().render(language=language, words=WORDS[language], **(usual | values))


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters.clear()
    text = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    return environment.from_string(text)
