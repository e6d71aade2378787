"""``[[outgoing_webhook]]`` of ``channels.toml``: where rules may tell others of a ticket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.secret import read_secret
from config.table import Table
from config.vocabulary import OutgoingWebhook

if TYPE_CHECKING:
    from config.positions import Document
    from config.types import Mistake

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_URL_EXPECTED = 'a URL like "https://crm.acme.example/tickets"'


def read_outgoing_webhooks(document: Document, mistakes: list[Mistake]) -> tuple[OutgoingWebhook, ...]:
    """The addresses that may be called, each with the secret that signs the calls."""
    found: list[OutgoingWebhook] = []
    for table in Table(document, (), mistakes).tables("outgoing_webhook"):
        name = table.text("name", required=True)
        if name and not _NAME.fullmatch(name):
            table.wrong("name", f"{name!r} cannot be a webhook's name", 'a short name like "crm"')
        if name and name in {one.name for one in found}:
            table.wrong("name", f"there is an outgoing webhook {name!r} already", "another name")
        url = table.text("url", required=True, longest=2000)
        if url and not is_url(url):
            table.wrong("url", f"{url[:80]!r} cannot be called", _URL_EXPECTED)
        secret = read_secret(table, "secret")
        if secret is None and "secret" not in table.values:
            table.wrong("name", "nothing signs its calls", 'secret = { env = "NAME" }')
        table.close()
        found.append(
            OutgoingWebhook(
                name=name,
                url=url,
                secret_env=secret.env if secret else "",
                secret_file=secret.file if secret else "",
            )
        )
    return tuple(found)


def is_url(url: str) -> bool:
    """Whether a URL is plain http or https to a host, without a user's name in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    known = parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0
    return known and "@" not in parts.netloc and url.isascii() and not any(one.isspace() for one in url)
