"""``[[imap]]`` of ``channels.toml``: mailboxes that the desk reads at a server of others.

Secrets stand there by reference alone. Whatever is wrong is told at once, like all of a policy.
"""

from __future__ import annotations

import enum
import ipaddress
import re
from typing import TYPE_CHECKING

import msgspec

from config.address import bare, is_domain
from config.mistakes import listed, near
from config.oauth import OauthText, read_oauth
from config.secret import Secret, read_secret
from config.table import Table

if TYPE_CHECKING:
    from config.positions import Document
    from config.types import DeskText, Mistake

_NAME = re.compile(r"[a-z0-9_-]{1,32}")
_POLL = 300
_MOST_POLL = 29 * 60
"""RFC 2177: servers may end what was silent for half an hour."""


class Security(enum.StrEnum):
    """How the line to the server is protected: from the first byte, by STARTTLS, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Then(enum.StrEnum):
    """What becomes of a mail on the server once it is the desk's: nothing, marked as seen, or moved."""

    LEAVE = "leave"
    SEEN = "seen"
    MOVE = "move"


class ImapText(msgspec.Struct, frozen=True, kw_only=True):
    """One folder of one account, whose mail is for ``mailbox``.

    Either ``password`` or ``oauth`` is set. ``ca`` is a file with an authority of one's own. ``to`` is where
    ``Then.MOVE`` puts mail. ``poll`` is the most seconds between two looks, also where the server tells of
    new mail by itself.
    """

    name: str
    mailbox: str
    host: str
    port: int = 993
    security: Security = Security.TLS
    ca: str = ""
    user: str = ""
    password: Secret | None = None
    oauth: OauthText | None = None
    folder: str = "INBOX"
    then: Then = Then.SEEN
    to: str = ""
    poll: int = _POLL

    @property
    def place_name(self) -> str:
        """What no two accounts share, and what the store knows this one by, however it is reached."""
        return f"{self.user}@{self.host.lower()}/{self.folder}"


def read_imap(document: Document, desk: DeskText, mistakes: list[Mistake]) -> tuple[ImapText, ...]:
    """The accounts that the file names, as far as they can be read; their mailboxes must be ``desk``'s."""
    tables = Table(document, (), mistakes).tables("imap")
    found = [(_read(table, desk), table) for table in tables]
    _none_twice(found)
    return tuple(account for account, _ in found)


def _read(table: Table, desk: DeskText) -> ImapText:
    security = table.choice("security", Security) or Security.TLS
    then = table.choice("then", Then) or Then.SEEN
    mailbox = _mailbox(table, desk)
    host = _host(table, security)
    account = ImapText(
        name=_name(table),
        mailbox=mailbox,
        host=host,
        port=table.number("port", 993 if security is Security.TLS else 143, least=1, most=65_535),
        security=security,
        ca=table.text("ca", longest=4096),
        user=table.text("user", longest=320) or mailbox,
        password=read_secret(table, "password"),
        oauth=_oauth(table),
        folder=table.text("folder", longest=500) or "INBOX",
        then=then,
        to=table.text("to", longest=500),
        poll=_poll(table),
    )
    _check_together(table, account)
    table.close()
    return account


def _name(table: Table) -> str:
    name = table.text("name", required=True)
    if name and not _NAME.fullmatch(name):
        table.wrong("name", f"{name!r} is no name", 'a short name of a-z, 0-9, _ and -, like "support"')
    return name


def _mailbox(table: Table, desk: DeskText) -> str:
    written = table.text("mailbox", required=True, longest=254)
    known = [mailbox.address for mailbox in desk.mailboxes]
    for mailbox in desk.mailboxes:
        if bare(written) in {mailbox.address, *mailbox.aliases}:
            return mailbox.address
    if written and known:
        table.wrong(
            "mailbox", f"unknown mailbox {written!r}", f"one of {listed(known)}", near(written, known)
        )
    return written.lower()


def _host(table: Table, security: Security) -> str:
    host = table.text("host", required=True, longest=253)
    numeric = _address(host)
    if host and numeric is None and not is_domain(host):
        table.wrong("host", f"{host!r} is no name of a server", 'a name like "imap.acme.example"')
    inside = host.lower() == "localhost" or (numeric is not None and numeric.is_loopback)
    if security is Security.NONE and host and not inside:
        expected = '"tls" or "starttls"; without either only for a server on this machine'
        table.wrong("security", "the password would travel in the clear", expected)
    return host


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _oauth(table: Table) -> OauthText | None:
    inside = table.table("oauth")
    return None if inside is None else read_oauth(inside)


def _poll(table: Table) -> int:
    poll = table.seconds("poll", _POLL)
    if not 1 <= poll <= _MOST_POLL:
        table.wrong("poll", f"poll is {poll} seconds", 'from "1s" to "29m"')
        return _POLL
    return poll


def _check_together(table: Table, account: ImapText) -> None:
    """What only shows when keys are seen beside each other."""
    ways = [key for key in ("password", "oauth") if key in table.values]
    if len(ways) != 1:
        what = "nothing says how to sign in" if not ways else "password and oauth are both there"
        expected = 'password = { env = "NAME" }, or a table [imap.oauth]'
        table.wrong(ways[-1] if ways else (), what, expected)
    if account.then is Then.MOVE and not account.to:
        table.wrong("then", "nothing says where mail is moved to", 'to = "Done"')
    if account.to and account.then is not Then.MOVE:
        table.wrong("to", "to is said, and mail is not moved", 'then = "move"')
    if account.to and account.to == account.folder:
        table.wrong("to", "mail would be moved to where it is", "another folder")


def _none_twice(found: list[tuple[ImapText, Table]]) -> None:
    names: set[str] = set()
    places: set[str] = set()
    for account, table in found:
        if account.name and account.name in names:
            table.wrong("name", f"a second account {account.name!r}", "a name of its own")
        elif account.host and account.place_name in places:
            table.wrong("host", "another account reads this folder already", "each folder once")
        names.add(account.name)
        places.add(account.place_name)
