"""The macros in SPF's domains, ``%{i}._spf.%{d2}`` (RFC 7208 section 7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

_MACRO = re.compile(r"%(?:([%_-])|\{([a-zA-Z])([0-9]{0,3})(r?)([.+,/_=-]*)\})")
_PLAIN: Final = {"%": "%", "_": " ", "-": "%20"}
_LONGEST: Final = 253


def expand(text: str, value_of: Callable[[str], str]) -> str:
    """The text with its macros filled in; ``value_of`` is asked by letter, in lower case.

    A domain that gets too long loses labels from the left.
    """
    expanded = _MACRO.sub(lambda found: _PLAIN.get(found[1]) or _filled(found, value_of), text)
    while len(expanded) > _LONGEST and "." in expanded:
        expanded = expanded.partition(".")[2]
    return expanded.rstrip(".")


def _filled(found: re.Match[str], value_of: Callable[[str], str]) -> str:
    parts = re.split(f"[{re.escape(found[5] or '.')}]", value_of(found[2].lower()))
    if found[4]:
        parts.reverse()
    if found[3]:
        parts = parts[-int(found[3]) :]
    text = ".".join(parts)
    return quote(text, safe="-._~") if found[2].isupper() else text
