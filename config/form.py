"""``[form]`` of ``channels.toml``: the web form, where it is offered and what it may bring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from config.address import bare
from config.mistakes import listed, near
from config.origin import ORIGIN
from config.table import Table

if TYPE_CHECKING:
    from config.positions import Document
    from config.types import DeskText, Mistake

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")


class FormText(msgspec.Struct, frozen=True, kw_only=True):
    """The form for one mailbox.

    ``url`` is the desk's own origin as customers reach it, ``embed_in`` are origins of pages that may show
    the form in a frame. ``client_header`` is the header in which a proxy of ours, and nobody else, says who
    calls; of several addresses there the last one is its own. Sizes are in bytes.
    """

    mailbox: str
    url: str
    embed_in: tuple[str, ...] = ()
    client_header: str = ""
    address_per_hour: int = 5
    client_per_hour: int = 30
    most_files: int = 5
    largest: int = 10 * 1024 * 1024


def read_form(document: Document, desk: DeskText, mistakes: list[Mistake]) -> FormText | None:
    """The form, as far as it can be read, or ``None`` where there is none; mistakes are added."""
    table = Table(document, (), mistakes).table("form")
    if table is None:
        return None
    usual = FormText(mailbox="", url="")
    form = FormText(
        mailbox=_mailbox(table, desk),
        url=_url(table),
        embed_in=_origins(table),
        client_header=_header(table),
        address_per_hour=table.number("address_per_hour", usual.address_per_hour, least=1),
        client_per_hour=table.number("client_per_hour", usual.client_per_hour, least=1),
        most_files=table.number("most_files", usual.most_files, most=20),
        largest=table.number("largest_mb", 10, least=1, most=25) * 1024 * 1024,
    )
    table.close()
    return form


def _mailbox(table: Table, desk: DeskText) -> str:
    written = table.text("mailbox", required=True)
    known = [mailbox.address for mailbox in desk.mailboxes]
    if written and known and bare(written) not in known:
        meant = near(bare(written), known)
        table.wrong("mailbox", f"no mailbox {written!r}", f"one of {listed(known)}", meant)
    return bare(written)


def _url(table: Table) -> str:
    url = table.text("url", required=True, longest=300).rstrip("/").lower()
    if url and not ORIGIN.fullmatch(url):
        table.wrong("url", f"{url!r} is no origin", 'one like "https://desk.acme.example"')
    return url


def _origins(table: Table) -> tuple[str, ...]:
    origins = []
    for index, origin in table.texts("embed_in"):
        if ORIGIN.fullmatch(origin.rstrip("/").lower()):
            origins.append(origin.rstrip("/").lower())
        else:
            expected = 'an origin like "https://www.acme.example"'
            table.wrong(("embed_in", index), f"{origin!r} is no origin", expected)
    return tuple(origins)


def _header(table: Table) -> str:
    name = table.text("client_header")
    if name and not _HEADER.fullmatch(name):
        table.wrong("client_header", f"{name!r} is no header's name", 'one like "X-Forwarded-For"')
    return name.lower()
