"""Which parts are the letter and which are enclosed: the choice of text and HTML (RFC 2046 section 5.1)."""

from __future__ import annotations

import html as entities
import re
from typing import Final

import msgspec

from ingest.mail import charset, flowed, guard, html
from ingest.mail.mime import Part

_FORMALITIES: Final = frozenset({
    "application/pgp-signature", "application/pgp-encrypted", "application/pkcs7-signature",
    "application/x-pkcs7-signature", "message/delivery-status", "message/global-delivery-status",
    "message/disposition-notification", "message/global-disposition-notification",
    "message/feedback-report", "text/rfc822-headers", "message/global-headers", "text/x-amp-html",
    "text/watch-html",
})  # fmt: skip
"""Parts that mail programs write for mail programs."""
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_LETTER: Final = _HTML | {"text/plain", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown"}
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_ENRICHED = re.compile(r"<(?:/?[A-Za-z-]{1,60}|<)>|<param>[^<]{0,500}</param>", re.IGNORECASE)


class Body(msgspec.Struct):
    """The letter as text and as HTML, and the parts enclosed with it.

    ``plain`` says whether any of the text came as text; if not, it was read off the HTML.
    """

    text: str
    html: str
    enclosed: list[Part]
    plain: bool


class _Piece(msgspec.Struct):
    """One stretch of the letter: plain, HTML, or the same in both."""

    plain: str = ""
    html: str = ""


def read(root: Part, meter: guard.Meter) -> Body:
    """Text and HTML joined from all parts that are the letter; everything else is enclosed. Never raises."""
    enclosed: list[Part] = []
    pieces = _pieces(root, meter, enclosed)
    has_html = any(piece.html.strip() for piece in pieces)
    markup = "\n".join(piece.html or _as_html(piece.plain) for piece in pieces) if has_html else ""
    text = "\n".join(_plain(piece, meter) for piece in pieces)
    return Body(
        text=_cut(text, guard.TEXT, "text cut", meter),
        html=_cut(markup, guard.HTML, "html cut", meter),
        enclosed=enclosed,
        plain=any(piece.plain.strip() for piece in pieces),
    )


def _pieces(part: Part, meter: guard.Meter, enclosed: list[Part]) -> list[_Piece]:
    """The pieces below a part; it calls itself no deeper than `guard.DEPTH`."""
    if not part.children:
        return _leaf(part, meter, enclosed)
    pieces = [piece for child in part.children for piece in _pieces(child, meter, enclosed)]
    if part.type != "multipart/alternative" or not pieces:
        return pieces
    plain = "\n".join(piece.plain for piece in pieces if not piece.html)
    markup = "\n".join(piece.html for piece in pieces if piece.html)
    return [_Piece(plain=plain, html=markup)]


def _leaf(part: Part, meter: guard.Meter, enclosed: list[Part]) -> list[_Piece]:
    if part.type in _FORMALITIES:
        return []
    if not _is_letter(part):
        enclosed.append(part)
        return []
    if part.type in _HTML:
        return [_Piece(html=_decoded(part, meter, guard.HTML))]
    text = _decoded(part, meter, guard.TEXT)
    if part.type in {"text/enriched", "text/richtext"}:
        text = _ENRICHED.sub("", text)
    if part.parameters.get("format", "").lower() == "flowed":
        text = flowed.unfold(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return [_Piece(plain=text)]


def _is_letter(part: Part) -> bool:
    """Whether a leaf is read as part of the letter; a name makes a file of it, but not of an alternative."""
    disposition, parameters = part.disposition
    if disposition == "attachment":
        return False
    if part.type.startswith("multipart/"):
        return True
    if part.type not in _LETTER:
        return False
    named = "filename" in parameters or "name" in part.parameters
    return not named or part.parent is None or part.parent.type == "multipart/alternative"


def _decoded(part: Part, meter: guard.Meter, limit: int) -> str:
    data = part.content(limit)
    label = part.parameters.get("charset", "")
    if not label and part.type in _HTML:
        meta = _META.search(data[:2000])
        label = meta.group(1).decode("ascii") if meta else ""
    # A character takes at most four bytes.
    text, defect = charset.decode(data[: 4 * limit], label)
    if defect:
        meter.note(defect)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _cut(text, limit, "html cut" if part.type in _HTML else "text cut", meter)


def _plain(piece: _Piece, meter: guard.Meter) -> str:
    if piece.plain.strip() or not piece.html:
        return piece.plain
    return html.to_text(piece.html, meter)


def _as_html(plain: str) -> str:
    return f"<pre>{entities.escape(plain)}</pre>" if plain.strip() else ""


def _cut(text: str, limit: int, defect: str, meter: guard.Meter) -> str:
    if len(text) <= limit:
        return text
    meter.note(defect)
    return text[:limit]
