"""Mail addresses as a policy may hold them: an addr-spec without comments, quotes or surprises."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from events import domains

if TYPE_CHECKING:
    from collections.abc import Collection

_LOCAL = re.compile(r"[^\s<>()\[\]\\,;:@\"\x00-\x1f\x7f.]+(?:\.[^\s<>()\[\]\\,;:@\"\x00-\x1f\x7f.]+)*")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_LONGEST_LOCAL, _LONGEST = 64, 254
"""RFC 5321 section 4.5.3.1."""


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain address, ``local@domain``; letters beyond ASCII are fine (RFC 6531)."""
    local, at, domain = text.rpartition("@")
    if not at or not text.isprintable() or len(local) > _LONGEST_LOCAL or len(text) > _LONGEST:
        return False
    return bool(_LOCAL.fullmatch(local)) and is_domain(domain)


def is_domain(text: str) -> bool:
    """Whether ``text`` is a domain of at least two labels, or ``localhost``."""
    labels = text.split(".")
    return text.lower() == "localhost" or (len(labels) > 1 and all(map(_LABEL.fullmatch, labels)))


def bare(address: str) -> str:
    """The address in lower case without the ``+tag`` of its local part, as `Policy.mailbox` compares it."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def entry_for(address: str, entries: Collection[str]) -> str:
    """The entry that names an address: itself, its domain or one above that; an empty text where none does.

    Entries are in lower case; a domain may stand there in its own letters or as it travels (RFC 5890).
    """
    local, at, domain = address.rpartition("@")
    for form in dict.fromkeys((domain, domains.shown(domain))):
        labels = form.split(".")
        above = [".".join(labels[start:]) for start in range(len(labels))]
        for name in (f"{local}{at}{form}", *above):
            if name in entries:
                return name
    return ""
