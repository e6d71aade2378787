"""An article's Markdown as HTML that may stand in a page: no HTML of its own, nothing that loads or runs."""

from __future__ import annotations

from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt

TAGS: Final = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_DEEPEST = 20


@cache
def _reader() -> MarkdownIt:
    """CommonMark with tables, and without HTML and pictures: a page of ours loads nothing from elsewhere."""
    rules = {"html": False, "linkify": False, "maxNesting": _DEEPEST}
    return MarkdownIt("commonmark", rules).enable(["table", "strikethrough"]).disable(["image", "html_block"])


def to_html(text: str) -> str:
    """The HTML of an article's text.

    What an author writes is trusted no further than anybody's: it is cleaned after it was made.
    """
    made = _reader().render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return nh3.clean(
        made,
        tags=set(TAGS),
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
