"""What is wrong with HTML that is to be harmless, by another parser and by lists of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

PICTURE: Final = "/pictures/"
"""How the address of every picture begins that a page of a test may load."""

_FRAME: Final = frozenset({"html", "head", "body"})
_ELEMENTS: Final = _FRAME | {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd",
    "li", "main", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong",
    "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_LOOKS: Final = frozenset({
    "abbr", "align", "alt", "bgcolor", "border", "bordercolor", "cellpadding", "cellspacing", "color",
    "colspan", "dir", "face", "height", "hspace", "lang", "noshade", "nowrap", "reversed", "rowspan", "rules",
    "scope", "size", "span", "start", "title", "type", "valign", "value", "vspace", "width",
})  # fmt: skip
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_DECLARATION = re.compile(
    r"(?:background(?:-color)?|border(?:-[a-z]+)*|color|direction|font(?:-[a-z]+)?|height|letter-spacing|"
    r"line-height|list-style(?:-type)?|margin(?:-[a-z]+)?|max-width|min-width|padding(?:-[a-z]+)?|table-layout|text-[a-z]+|"
    r"unicode-bidi|vertical-align|white-space|width|word-[a-z]+):[^(){}<>@\\:;]*"
)
_REL: Final = frozenset({"noopener", "noreferrer", "nofollow"})
_NEGATIVE = re.compile(r":.*-\s*\.?\d")


def faults(markup: str) -> list[str]:
    """Every element, attribute, address and style that must not be there, in words."""
    root = LexborHTMLParser(markup).root
    assert root is not None
    return [fault for node in _elements(root) for fault in _of(node)]


def _elements(root: LexborNode) -> Iterator[LexborNode]:
    return root.traverse(include_text=False)


def _of(node: LexborNode) -> Iterator[str]:
    tag = node.tag or ""
    if tag.startswith("-") or tag == "!doctype":
        return
    if tag not in _ELEMENTS:
        yield f"element {tag}"
    for name, value in node.attributes.items():
        fault = _of_attribute(tag, name, value or "")
        if fault:
            yield f"{tag} {name}={value!r}: {fault}"
    if tag == "a" and not {"noopener", "noreferrer", "nofollow"} <= set(
        (node.attributes.get("rel") or "").split()
    ):
        yield "a link without its rel"


def _of_attribute(tag: str, name: str, value: str) -> str:
    if name == "href":
        return "" if tag == "a" and _LINK.match(value) else "address"
    if name == "src":
        return "" if tag == "img" and value.startswith(PICTURE) else "address"
    if name == "style":
        return next((f"style {one!r}" for one in _declarations(value) if not _is_harmless(one)), "")
    if name == "target":
        return "" if tag == "a" and value == "_blank" else "target"
    if name == "rel":
        return "" if tag == "a" else "rel"
    return "" if name in _LOOKS else "attribute"


def _declarations(value: str) -> list[str]:
    return [one.strip() for one in value.split(";") if one.strip()]


def _is_harmless(declaration: str) -> bool:
    return _DECLARATION.fullmatch(declaration) is not None and not _NEGATIVE.search(declaration)
