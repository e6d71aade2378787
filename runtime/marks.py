"""The marks that filters leave in a mail's words, so that one rendering gives both its text and its HTML.

A template is filled in once. A link is written between characters that Unicode keeps out of all text: the
text part shows the bare address, the HTML part a link or a button. Values are freed of these characters
before they are filled in: nobody who writes to the desk can make a button of ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LINK, BUTTON, BETWEEN, END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
"""A mark is ``LINK`` or ``BUTTON``, the address, ``BETWEEN``, what HTML shows, ``END``."""
_MARKS = f"{LINK}-{END}"
_ANY = re.compile(f"[{_MARKS}]")
MARK = re.compile(f"([{LINK}{BUTTON}])([^{_MARKS}]*){BETWEEN}([^{_MARKS}]*){END}")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x20{}|\\^`\[\]]{1,2000}", re.ASCII)
_AFTER = ".,;:!?)*_"
"""What ends a sentence and hardly ever an address."""


def button(value: object, label: object = "") -> str:
    """An address on a line of its own, which HTML shows as a button that says ``label``."""
    address = _ANY.sub("", str(value or ""))
    if not _ADDRESS.fullmatch(address):
        return address
    return f"{BUTTON}{address}{BETWEEN}{_ANY.sub('', str(label or address))}{END}"


def linked(value: object) -> str:
    """Words of ours in which HTML shows each web address as a link."""
    return _ADDRESS.sub(_link, _ANY.sub("", str(value or "")))


def _link(found: re.Match[str]) -> str:
    address = found[0].rstrip(_AFTER)
    return f"{LINK}{address}{BETWEEN}{address}{END}{found[0][len(address) :]}"


def plain(words: str) -> str:
    """The words as the text part has them."""
    if LINK in words or BUTTON in words:
        words = MARK.sub(r"\2", words)
    return _free(words)


def unmarked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values without a mark in them."""
    return {name: _freed(value) for name, value in values.items()}


def _free(text: str) -> str:
    # Four looks for one character cost nothing beside a pattern's for any of them, and most have none.
    return _ANY.sub("", text) if any(mark in text for mark in (LINK, BUTTON, BETWEEN, END)) else text


def _freed(value: Any) -> Any:
    if isinstance(value, str):
        return _free(value)
    if isinstance(value, list | tuple):
        return [_freed(one) for one in value]
    if isinstance(value, dict):
        return unmarked(value)
    return value
