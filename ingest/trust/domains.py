"""Domains of senders: one form to compare them in, and who stands behind them (RFC 7489 section 3.2)."""

from __future__ import annotations

import functools

import idna
from publicsuffixlist import PublicSuffixList


def plain(domain: str) -> str:
    """A domain in lower case and in ASCII (RFC 5891's A-labels); empty where it cannot be one."""
    domain = domain.strip().rstrip(".").lower()
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    labels = domain.split(".")
    right = len(domain) <= 253 and all(0 < len(label) <= 63 for label in labels)  # noqa: PLR2004 - RFC 1035
    return domain if right else ""


def organisation(domain: str) -> str:
    """The domain that somebody registered, by the public suffix list; a suffix is its own."""
    return _suffixes().privatesuffix(domain) or domain


def is_aligned(domain: str, sender: str, *, strict: bool = False) -> bool:
    """Whether two domains are the same, or, unless ``strict``, of the same organisation."""
    if not domain or not sender:
        return False
    return domain == sender or (not strict and organisation(domain) == organisation(sender))


@functools.cache
def _suffixes() -> PublicSuffixList:
    """The list that was installed; read once, which takes 30 ms."""
    return PublicSuffixList()
