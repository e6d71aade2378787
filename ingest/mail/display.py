"""A letter's HTML for an agent's screen: nothing in it runs, loads, submits or covers anything.

It is made each time it is shown and never kept, so that a mended rule holds for all mail there is. The page
around it adds a sandboxed frame and a content security policy; neither is what this relies on.
"""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import msgspec
import nh3

from ingest.mail import guard
from ingest.mail.tidy import write_anew

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.mail.tags import Start

LISTED: Final = 200
"""Remote addresses that are listed; the others are only counted."""
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
"""Where links may lead."""
TAGS: Final = frozenset({
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd",
    "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
})  # fmt: skip
_EVERYWHERE: Final = frozenset(
    {"align", "bgcolor", "dir", "height", "lang", "style", "title", "valign", "width"}
)
ATTRIBUTES: Final = {
    "*": set(_EVERYWHERE),
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "hr": {"color", "noshade", "size"},
    "img": {"alt", "border", "hspace", "src", "vspace"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "table": {"border", "bordercolor", "cellpadding", "cellspacing", "rules"},
    "td": {"colspan", "nowrap", "rowspan"},
    "th": {"colspan", "nowrap", "rowspan", "scope"},
    "ul": {"type"},
}
"""What is kept of each element: no names or classes, which a page could take for its own."""
STYLES: Final = frozenset({
    "background", "background-color", "border", "border-bottom", "border-bottom-color",
    "border-bottom-style", "border-bottom-width", "border-collapse", "border-color", "border-left",
    "border-left-color", "border-left-style", "border-left-width", "border-radius", "border-right",
    "border-right-color", "border-right-style", "border-right-width", "border-spacing", "border-style",
    "border-top", "border-top-color", "border-top-style", "border-top-width", "border-width", "color",
    "direction", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "height",
    "letter-spacing", "line-height", "list-style", "list-style-type", "margin", "margin-bottom",
    "margin-left", "margin-right", "margin-top", "max-width", "min-width", "padding", "padding-bottom",
    "padding-left", "padding-right", "padding-top", "table-layout", "text-align", "text-decoration",
    "text-indent", "text-transform", "unicode-bidi", "vertical-align", "white-space", "width", "word-break",
    "word-spacing", "word-wrap",
})  # fmt: skip
"""Properties that only change how words look: none takes them out of their place, hides or moves them."""

_HARMLESS = re.compile(r"(?![^:]*:[^:]*-\s*\.?\d)[^(\\@<>{}:]*:[^(\\@<>{}:]*")
"""One declaration: no function, no escape, nothing negative that would lay it over what stands around."""
_CSS_URL = re.compile(r"(?:url\(|@import)\s*[\"']?\s*([^\"')\s;]{1,2000})", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:|ftp:|//|\\\\)", re.IGNORECASE)
_LOADING: Final = frozenset(
    {"src", "srcset", "background", "poster", "data", "dynsrc", "lowsrc", "xlink:href"}
)
_LOADING_LINKS: Final = frozenset({"link", "image", "use"})
_LINK = re.compile(rf"(?:{'|'.join(sorted(SCHEMES))}):", re.IGNORECASE)


class Shown(msgspec.Struct, frozen=True):
    """HTML that may stand in a page, and what was kept from loading: how often, and the addresses."""

    html: str
    blocked: int = 0
    remote: tuple[str, ...] = ()
    cut: bool = False


def safe(markup: str, picture: Callable[[str], str | None]) -> Shown:
    """Make a letter's HTML harmless; never raises, and takes a time in proportion to the size.

    ``picture`` gives the address of an enclosed picture by its content id (RFC 2392), or ``None`` where the
    mail has none such; what it gives stands in the page as it is: relative, https or data. At most
    `guard.HTML` characters are shown.
    """
    remote = _Remote()
    meter = guard.Meter()
    tidy = write_anew(markup[: guard.HTML], meter, remote.look)

    def keep(tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return _style(value)
        if tag == "img" and name == "src":
            return _picture(value, picture)
        if name == "href":
            return value.strip() if _LINK.match(value.strip()) else None
        return value

    cleaned = nh3.clean(
        tidy,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        # What a link may be is decided above; the others are a picture's, before and after it was found.
        url_schemes={*SCHEMES, "cid", "data"},
        url_relative="pass_through",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=set(STYLES),
        strip_comments=True,
    )
    return Shown(
        cleaned,
        remote.count,
        tuple(remote.addresses),
        cut=len(markup) > guard.HTML or "html cut" in meter.defects,
    )


def _picture(value: str, picture: Callable[[str], str | None]) -> str | None:
    """The address of an enclosed picture in place of its content id; every other picture has none."""
    scheme, _, content_id = value.strip().partition(":")
    return picture(unquote(content_id)) if scheme.lower() == "cid" else None


def _style(value: str) -> str | None:
    """The declarations that are harmless."""
    kept = [one for one in value.split(";") if _HARMLESS.fullmatch(one) and "/*" not in one and _even(one)]
    return ";".join(kept) or None


def _even(declaration: str) -> bool:
    """Whether quotes are closed, so that none reaches into the next declaration."""
    return declaration.count('"') % 2 == 0 and declaration.count("'") % 2 == 0


class _Remote:
    """What a document would have loaded from elsewhere."""

    def __init__(self) -> None:
        self.count = 0
        self.addresses: dict[str, None] = {}

    def look(self, tag: Start) -> None:
        """Count what this tag would load."""
        for name, value in tag.attributes.items():
            if name in _LOADING or (name == "href" and tag.name in _LOADING_LINKS):
                self._note(entities.unescape(value), several=name == "srcset")
            elif name == "style":
                self._note_css(entities.unescape(value))
        if tag.name == "style":
            self._note_css(tag.content)

    def _note_css(self, text: str) -> None:
        for address in _CSS_URL.findall(text):
            self._note(address)

    def _note(self, value: str, *, several: bool = False) -> None:
        candidates = value.split(",") if several else [value]
        for candidate in candidates:
            address = candidate.strip().partition(" ")[0] if several else candidate.strip()
            if _REMOTE.match(address):
                self.count += 1
                if len(self.addresses) < LISTED:
                    self.addresses[address[:2000]] = None
