"""The part of an article that says most about a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.search.words import stems

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 300
"""Characters of a passage."""
_READ = 20_000
"""Characters of an article that are looked at."""
_APART = re.compile(r"\n[ \t]*\n+")
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{1,2000}\)")
_MARKS = re.compile(r"^[#>]+|[*_`]{1,3}", re.MULTILINE)


def passage(language: str, body: str, wanted: Collection[str]) -> str:
    """The first paragraph with most of the ``wanted`` stems: without Markdown's marks, on one line, cut."""
    paragraphs = [_plain(one) for one in _APART.split(body[:_READ])]
    said = [one for one in paragraphs if one]
    if not said:
        return ""
    best = max(said, key=lambda one: len(set(stems(language, one)).intersection(wanted)))
    return best if len(best) <= LONGEST else best[: LONGEST - 1].rstrip() + "…"


def _plain(paragraph: str) -> str:
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", paragraph)).split())
