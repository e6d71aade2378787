"""``[[webhook]]`` in ``channels.toml``: the services that tell the desk of contacts by HTTP.

Which sources there are, and what their own options mean, is the business of ``ingest.hooks``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from config.address import bare
from config.mistakes import listed, near
from config.secret import Secret, read_secret, read_secrets
from config.table import Table
from config.types import Place

if TYPE_CHECKING:
    from config.positions import Document
    from config.types import DeskText, Mistake

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""What a source and a webhook may be called: it stands in the path and in the channel's name."""
_KEYS = ("source", "name", "mailbox", "secret", "fields")
_LONGEST_OPTION = 500


class WebhookText(msgspec.Struct, frozen=True, kw_only=True):
    """One service: it posts to ``/in/<name>``, and what it tells is for ``mailbox``.

    ``secrets`` are those in use, any of which proves a request. ``options`` are the source's own, texts and
    further secrets; ``fields`` says where in a request each part of a message stands. ``places`` are by key.
    """

    source: str
    name: str
    mailbox: str
    secrets: tuple[Secret, ...] = ()
    options: dict[str, str | Secret] = {}
    fields: dict[str, str] = {}
    place: Place = Place("channels.toml")
    places: dict[str, Place] = {}

    @property
    def channel(self) -> str:
        """What its contacts are filed under: the source, and the name where it has one of its own."""
        return self.source if self.name == self.source else f"{self.source}.{self.name}"


def read_webhooks(document: Document, desk: DeskText, mistakes: list[Mistake]) -> tuple[WebhookText, ...]:
    """The services that the file names, as far as it can be read; what is wrong is added to ``mistakes``."""
    found: dict[str, WebhookText] = {}
    for table in Table(document, (), mistakes).tables("webhook"):
        webhook = _read(table, desk)
        if webhook.name in found:
            line = found[webhook.name].place.line
            key = "name" if "name" in table.values else "source"
            what = f"there is a webhook {webhook.name!r} already, in line {line}"
            table.wrong(key, what, "name, with a name of its own")
        elif webhook.name:
            found[webhook.name] = webhook
    return tuple(found.values())


def _read(table: Table, desk: DeskText) -> WebhookText:
    source = _name(table, "source", required=True)
    return WebhookText(
        source=source,
        name=_name(table, "name") or source,
        mailbox=_mailbox(table, desk),
        secrets=_secrets(table),
        fields=_fields(table),
        options=_options(table),
        place=table.value_place("source"),
        places={key: table.key_place(key) for key in table.values},
    )


def _name(table: Table, key: str, *, required: bool = False) -> str:
    name = table.text(key, required=required)
    if name and not NAME.fullmatch(name):
        table.wrong(key, f"{name!r} is no name", "small letters, digits, - and _, at most 40")
        return ""
    return name


def _mailbox(table: Table, desk: DeskText) -> str:
    written = table.text("mailbox", required=True)
    address = bare(written)
    known = [mailbox.address for mailbox in desk.mailboxes]
    if written and known and address not in known:
        table.wrong("mailbox", f"no mailbox {written!r}", f"one of {listed(known)}", near(address, known))
    return address


def _secrets(table: Table) -> tuple[Secret, ...]:
    if "secret" not in table.values:
        table.wrong("source", "nothing would prove that a request is theirs", 'secret = { env = "NAME" }')
    return read_secrets(table, "secret")


def _fields(table: Table) -> dict[str, str]:
    inside = table.table("fields")
    return {} if inside is None else {key: inside.text(key) for key in inside.values}


def _options(table: Table) -> dict[str, str | Secret]:
    """Whatever else is said, texts and secrets; the source knows which of them it takes."""
    options: dict[str, str | Secret] = {}
    for key, value in table.values.items():
        if key in _KEYS:
            continue
        if not isinstance(value, dict):
            options[key] = table.text(key, longest=_LONGEST_OPTION)
        elif secret := read_secret(table, key):
            options[key] = secret
    return options
