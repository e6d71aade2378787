"""What mail programs leave in their HTML: where a quote stands, where it begins, what is a signature.

Programs of the Outlook family put ``x_`` before every class and id of a mail that they quote, and old Hotmail
``ecx``: a name counts with and without.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

OWN: Final = "despacho-marker"
"""The class, and with ``data-`` before it the attribute, of our own marker in HTML that we mail out."""


class Role(enum.Enum):
    """What an element is to the new words."""

    WORDS = "words"
    QUOTE = "quote"
    SIGNATURE = "signature"


_QUOTES: Final = frozenset({
    "gmail_quote", "gmail_quote_container", "gmail_attr", "nylas-quote", "yahoo_quoted", "protonmail_quote",
    "tutanota_quote", "zmail_extra", "moz-cite-prefix", "moz-forward-container", "moz-email-headers-table",
    "olk_src_body_section", "messagereplysection", "airmail_on", "front-blockquote", "isreplycontent",
    "ms-outlook-mobile-reference-message", "hse_quote", "mailbox_quote", "skiff_quote",
})  # fmt: skip
_RESTS: Final = frozenset({
    "divrplyfwdmsg", "appendonsend", "stopspelling", "_origcontent", "replysplit",
    "mail-editor-reference-message-container", OWN,
})  # fmt: skip
_SIGNATURES: Final = frozenset({
    "gmail_signature", "gmail_signature_prefix", "moz-signature", "signature", "ms-outlook-mobile-signature",
    "applemailsignature", "protonmail_signature_block", "messagesignaturesection", "zm-_id_-sgn",
    "-x-evo-signature-wrapper", "-x-evo-signature", "mailbox_signature", "tutanota_signature",
    "yahoo-signature", "front-signature", "outlooksignature",
})  # fmt: skip
_SIGNATURE_LENGTH: Final = 2000
_LOOKED_AT: Final = frozenset(
    {"div", "span", "p", "hr", "table", "pre", "blockquote", "section", "font", "a"}
)
_PREFIX = re.compile(r"^(?:x_|ecx|ydp[0-9a-f]{6,12})+")
_DIVIDER = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+#?\w{3,12}\s+1\.0pt;\s*padding:\s*3\.0pt\s+0", re.IGNORECASE
)
_FRAMED = re.compile(r"border-left\s*:\s*(?!none|0)|border-left-width\s*:\s*[1-9]", re.IGNORECASE)
_SIGNS: Final = (
    *sorted(_QUOTES | _RESTS | _SIGNATURES), 'type="cite"', "type=cite", "type='cite'", "border-top:solid",
    "border-top: solid", 'name="quote"', "name=quote",
)  # fmt: skip
"""What a document has somewhere in which a program marked anything."""


def stand_in(markup: str) -> bool:
    """Whether a program that we know may have marked a quote or a signature here."""
    text = markup.lower()
    return any(sign in text for sign in _SIGNS)


class Marks:
    """Says of each element, as a document is walked through, whether its words are new."""

    def __init__(self, root: LexborNode) -> None:
        self._old = False
        self._answered = 0
        self._last = _last_quote(root)

    def role(self, node: LexborNode) -> Role:
        """What an element is; never asked about what stands inside of a quote or a signature."""
        if self._old:
            return Role.QUOTE
        tag = node.tag
        if self._answered:
            if node.mem_id != self._answered:
                return Role.QUOTE
            self._answered = 0
            if tag == "blockquote":
                return Role.QUOTE
        if tag not in _LOOKED_AT:
            return Role.WORDS
        attributes = node.attributes
        if tag == "blockquote":
            own = _is_own(attributes, last=node.mem_id == self._last)
            return Role.WORDS if own else Role.QUOTE
        return self._role(node, attributes) if attributes else Role.WORDS

    def _role(self, node: LexborNode, attributes: dict[str, str | None]) -> Role:
        """What an element's class, id, name and style say of it."""
        names = _names(attributes)
        if names & _RESTS or f"data-{OWN}" in attributes or _DIVIDER.search(attributes.get("style") or ""):
            self._old = True
            return Role.QUOTE
        if names & _SIGNATURES and _is_signature(node):
            return Role.SIGNATURE
        return self._contained(node) if names & _QUOTES or attributes.get("name") == "quote" else Role.WORDS

    def _contained(self, node: LexborNode) -> Role:
        """A quote's container is all old, or as far as the quote in it: behind that may stand answers."""
        answered = _quote_in(node)
        if answered is None:
            return Role.QUOTE
        self._answered = answered.mem_id
        return Role.WORDS


def _is_own(attributes: dict[str, str | None], *, last: bool) -> bool:
    """Whether a block quote without a program's sign is the writer's own, who sets off an error message, say.

    One that is followed by another is; so is Gmail's without the line at its side, which indents. Any other
    at the end is a quote, though nothing says so: some programs put no sign there.
    """
    names = _names(attributes)
    signed = attributes.get("type") == "cite" or "cite" in attributes or names & (_QUOTES - {"gmail_quote"})
    if signed or _FRAMED.search(attributes.get("style") or ""):
        return False
    return not last or "gmail_quote" in names


def _quote_in(container: LexborNode) -> LexborNode | None:
    """The child of a quote's container at which the quote itself begins; None where it holds it bare."""
    child = container.child
    while child is not None:
        if child.tag == "blockquote" or (child.tag == "div" and _holds_quote(child)):
            return child
        child = child.next
    return None


def _holds_quote(inner: LexborNode) -> bool:
    """Whether an element is a container within a container, and answers for its own quote."""
    return bool(_names(inner.attributes) & _QUOTES) and inner.css_first("blockquote") is not None


def _names(attributes: dict[str, str | None]) -> set[str]:
    """Class, id and name as single words in lower case, without the prefixes of programs that quote."""
    written = " ".join(attributes.get(key) or "" for key in ("class", "id", "name"))
    return {_PREFIX.sub("", word) for word in written.lower().split()}


def _is_signature(node: LexborNode) -> bool:
    """Whether a signature is no more than that: some people write their answer into it, or below a quote."""
    return len(node.text()) <= _SIGNATURE_LENGTH and node.css_first("blockquote") is None


def _last_quote(root: LexborNode) -> int:
    """The last block quote of a document that stands in no other."""
    found = 0
    quotes = root.css("blockquote")
    here: LexborNode | None = quotes[-1] if quotes else None
    while here is not None:
        if here.tag == "blockquote":
            found = here.mem_id
        here = here.parent
    return found
