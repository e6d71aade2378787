"""Whose mail it claims to be: the domains that From names, and whether it names just one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ingest.mail import address, block, guard
from ingest.trust.domains import is_aligned, plain

if TYPE_CHECKING:
    from ingest.mail.block import Fields

DOMAINS_MOST: Final = 4
"""So many domains of one From are looked at; nobody honest needs more than one."""


class Author(msgspec.Struct, frozen=True):
    """The domains that From names, and why it cannot be one sender's, or an empty text."""

    domains: tuple[str, ...]
    unclear: str = ""

    def is_near(self, domain: str) -> bool:
        """Whether a domain is, or may be, of the same organisation as one in From."""
        return any(is_aligned(domain, own) for own in self.domains)


def fields_of(raw: bytes) -> Fields:
    """A mail's fields, read as for its message."""
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    return block.split(raw, start, len(raw), guard.Meter())[0]


def author_of(fields: Fields) -> Author:
    """Who From names; several fields, several addresses and an address that says two things are unclear."""
    found = [address.parse(value) for value in fields.every("from")[:DOMAINS_MOST]]
    people = [one for parsed in found for one in parsed.addresses]
    domains = tuple(dict.fromkeys(domain for one in people if (domain := plain(one.domain))))[:DOMAINS_MOST]
    reasons = (
        (not domains, "From names nobody"),
        (fields.count("from") > 1, "there are several From fields"),
        (len(people) > 1, "From names several addresses"),
        (any(parsed.defects for parsed in found), "From can be read in two ways"),
    )
    return Author(domains, next((reason for holds, reason in reasons if holds), ""))
