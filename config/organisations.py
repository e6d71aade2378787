"""``[[organisation]]`` and ``[[field]]`` of ``desk.toml``: who belongs together, what tickets have more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.address import is_domain
from config.vocabulary import Organisation, TicketField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.table import Table

TAG = re.compile(r"[\w.:/-]{1,50}")
"""What a tag may be."""
TAG_EXPECTED = "letters, digits and _ . : / - without spaces"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


def read_organisations(tables: Iterable[Table]) -> tuple[Organisation, ...]:
    """The organisations; a domain belongs to one of them."""
    found: list[Organisation] = []
    names: dict[str, int] = {}
    owners: dict[str, str] = {}
    for table in tables:
        name = table.text("name", required=True, longest=64)
        once(table, names, name.casefold(), "organisation")
        found.append(Organisation(name=name, domains=_domains(table, owners, name), tags=_tags(table)))
        table.close()
    return tuple(found)


def read_ticket_fields(tables: Iterable[Table]) -> tuple[TicketField, ...]:
    """The fields that only this desk's tickets have."""
    found: list[TicketField] = []
    names: dict[str, int] = {}
    for table in tables:
        name = table.text("name", required=True)
        if name and not _NAME.fullmatch(name):
            expected = 'a short name of a-z, 0-9 and _, like "order_kind"'
            table.wrong("name", f"{name!r} cannot be a field's name", expected)
        once(table, names, name, "field")
        found.append(TicketField(name=name, values=tuple(text for _, text in table.texts("values"))))
        table.close()
    return tuple(found)


def once(table: Table, seen: dict[str, int], name: str, what: str) -> None:
    """Notes a mistake where the name is there already."""
    line = table.value_place("name").line
    if name and seen.setdefault(name, line) != line:
        known = f"{what} {table.values['name']!r} is there already, in line {seen[name]}"
        table.wrong("name", known, "another name")


def _domains(table: Table, owners: dict[str, str], name: str) -> tuple[str, ...]:
    domains: list[str] = []
    for index, written in table.texts("domains"):
        domain, where = written.lower(), ("domains", index)
        if not is_domain(domain):
            table.wrong(where, f"{written!r} is no domain", 'a domain like "acme.example"')
        elif domain in owners:
            table.wrong(where, f"{domain!r} belongs to {owners[domain]!r} already", "each domain once")
        else:
            owners[domain] = name
            domains.append(domain)
    return tuple(domains)


def _tags(table: Table) -> tuple[str, ...]:
    tags = []
    for index, tag in table.texts("tags"):
        if TAG.fullmatch(tag):
            tags.append(tag.lower())
        else:
            table.wrong(("tags", index), f"{tag!r} is no tag", TAG_EXPECTED)
    return tuple(dict.fromkeys(tags))
