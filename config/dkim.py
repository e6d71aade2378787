"""``[[dkim]]`` of ``channels.toml``: the keys with which outgoing mail is signed (RFC 6376).

A key stands there by reference alone; whether it can be read is found out where policies are checked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from config.address import is_domain
from config.mistakes import listed, near
from config.secret import Secret, read_secret
from config.table import Table
from config.types import Mistake, Place

if TYPE_CHECKING:
    from config.positions import Document
    from config.types import DeskText

MOST = 4
"""Keys of one domain: an RSA and an Ed25519 one, and both again while they are replaced."""
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,3}")


class DkimText(msgspec.Struct, frozen=True, kw_only=True):
    """One key: mail from ``domain`` is signed with it, and its public half is published under ``selector``.

    The domain is in lower case, as the policy writes it; ``place`` is where the key is named.
    """

    domain: str
    selector: str
    key: Secret
    place: Place


def read_dkim(document: Document, desk: DeskText, mistakes: list[Mistake]) -> tuple[DkimText, ...]:
    """The keys that the file names, as far as they can be read; what is wrong is added to ``mistakes``."""
    found: list[DkimText] = []
    for table in Table(document, (), mistakes).tables("dkim"):
        one = _read(table, desk)
        if one is None:
            continue
        same = [other for other in found if other.domain == one.domain]
        if any(other.selector == one.selector for other in same):
            what = f"{one.domain} has a key {one.selector!r} already"
            table.wrong("selector", what, "a selector of its own for each key")
        elif len(same) == MOST:
            table.wrong("domain", f"{one.domain} has more than {MOST} keys", f"at most {MOST}")
        else:
            found.append(one)
    return tuple(found)


def _read(table: Table, desk: DeskText) -> DkimText | None:
    domain = _domain(table, desk)
    selector = table.text("selector", required=True, longest=253).lower()
    if selector and not _SELECTOR.fullmatch(selector):
        table.wrong("selector", f"{selector!r} is no selector", 'letters, digits and -, like "desk1"')
        selector = ""
    key = read_secret(table, "key")
    if "key" not in table.values:
        expected = 'key = { file = "/run/secrets/dkim.pem" }, or { env = "NAME" }'
        table.mistakes.append(Mistake(table.key_place(), "key is missing", expected))
    table.close()
    if not domain or not selector or key is None:
        return None
    return DkimText(domain=domain, selector=selector, key=key, place=table.key_place("key"))


def _domain(table: Table, desk: DeskText) -> str:
    domain = table.text("domain", required=True, longest=253).lower()
    known = sorted({mailbox.address.rpartition("@")[2] for mailbox in desk.mailboxes})
    if domain and not is_domain(domain):
        table.wrong("domain", f"{domain!r} is no domain", 'a domain like "acme.example"')
        return ""
    if domain and known and domain not in known:
        # From is always one of the desk's mailboxes: such a key would never sign anything.
        table.wrong("domain", f"no mailbox is at {domain!r}", f"one of {listed(known)}", near(domain, known))
        return ""
    return domain
