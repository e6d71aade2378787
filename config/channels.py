"""``channels.toml``: how the senders of mail that comes by SMTP are checked.

Ports, certificates and limits belong to the machine, and are settings of its processes.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from config.address import is_domain
from config.table import Table
from config.types import SenderCheck, SmtpText

if TYPE_CHECKING:
    from config.positions import Document
    from config.types import Mistake

_AUTHSERV_ID = re.compile(r'[^\s;()"=]{1,253}')
_NAME_EXPECTED = 'the name in its Authentication-Results, like "mx.acme.example"'


def read_channels(document: Document, mistakes: list[Mistake]) -> SmtpText:
    """What the file says, as far as it can be read; whatever is wrong is added to ``mistakes``."""
    top = Table(document, (), mistakes)
    table = top.table("smtp")
    smtp = SmtpText() if table is None else _read_smtp(table)
    # Each is read by its own module.
    top.know(["webhook", "imap", "dkim", "form", "outgoing_webhook"])
    top.close()
    return smtp


def read_check(table: Table) -> SenderCheck | None:
    """How senders are checked, by the key ``check``; ``None`` where it is not said."""
    return table.choice("check", SenderCheck)


def _read_smtp(table: Table) -> SmtpText:
    check = read_check(table) or SenderCheck.OFF
    authserv_id = table.text("authserv_id", longest=253).lower()
    if authserv_id and not _AUTHSERV_ID.fullmatch(authserv_id):
        table.wrong("authserv_id", f"{authserv_id!r} is no name of a mail server", _NAME_EXPECTED)
    if check is SenderCheck.HEADERS and not authserv_id:
        table.wrong("check", "nothing says which MX is ours", f"authserv_id, {_NAME_EXPECTED}")
    hosts = []
    for index, host in table.texts("arc_hosts"):
        if is_domain(host):
            hosts.append(host.lower())
        else:
            table.wrong(("arc_hosts", index), f"{host!r} is no domain", 'a domain like "lists.example.org"')
    networks = _networks(table)
    table.close()
    return SmtpText(check=check, authserv_id=authserv_id, arc_hosts=tuple(hosts), mx=networks)


def _networks(table: Table) -> tuple[str, ...]:
    """The addresses and networks of our own MX."""
    networks = []
    for index, written in table.texts("mx"):
        try:
            networks.append(str(ipaddress.ip_network(written)))
        except ValueError:
            expected = 'an address or a network like "192.0.2.0/24"'
            table.wrong(("mx", index), f"{written!r} is no network", expected)
    return tuple(networks)
