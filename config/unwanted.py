"""``[spam]`` and ``[ops]`` of ``desk.toml``: what the desk does not want, and who hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.address import bare, is_address, is_domain
from config.choices import SpamThen
from config.mistakes import listed, near
from config.vocabulary import Spam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.table import Table
    from config.types import Mailbox

VERDICTS = (
    "X-Spam-Flag",
    "X-Spam-Status",
    "X-Spam",
    "X-Rspamd-Action",
    "X-MS-Exchange-Organization-SCL",
    "X-Forefront-Antispam-Report",
    "X-SES-Spam-Verdict",
    "X-SES-Virus-Verdict",
)
"""The header fields in which filters say what they think, as they are written."""
_NAMES_EXPECTED = 'an address or a domain, like "offers@shop.example" or "shop.example"'


def read_spam(table: Table | None) -> Spam:
    """What the desk does not want; whatever is wrong in it is noted."""
    if table is None:
        return Spam()
    spam = Spam(
        read=_fields(table),
        then=table.choice("then", SpamThen) or SpamThen.SET_ASIDE,
        block=addresses_and_domains(table, "block"),
        allow=addresses_and_domains(table, "allow"),
    )
    for index, name in enumerate(spam.allow):
        if name in spam.block:
            table.wrong(("allow", index), f"{name!r} is blocked, too", "each name in one of the lists")
    table.close()
    return spam


def read_ops(table: Table | None, mailboxes: Sequence[Mailbox]) -> str:
    """The address of those who run the desk, in lower case; one of the desk's own would write to itself."""
    if table is None:
        return ""
    address = table.text("digest_to", longest=1000).lower()
    if address and not is_address(address):
        table.wrong("digest_to", f"{address[:80]!r} is no mail address", 'one like "ops@acme.example"')
    elif any(bare(address) in (one.address, *one.aliases) for one in mailboxes):
        what = f"{address!r} is a mailbox of the desk: its mail would go in a circle"
        table.wrong("digest_to", what, "the address of a person or a team")
    table.close()
    return address


def addresses_and_domains(table: Table, key: str) -> tuple[str, ...]:
    """The addresses and domains in the list at ``key``, in lower case, without an ``@`` before a domain."""
    found = []
    for index, name in table.texts(key):
        plain = name.lower().removeprefix("@")
        if is_address(plain) or is_domain(plain):
            found.append(plain)
        else:
            table.wrong((key, index), f"{name[:80]!r} is neither", _NAMES_EXPECTED)
    return tuple(found)


def _fields(table: Table) -> tuple[str, ...]:
    known = {name.lower(): name for name in VERDICTS}
    found = []
    for index, name in table.texts("read"):
        if name.lower() in known:
            found.append(known[name.lower()])
        else:
            what = f"no filter is known that writes {name[:80]!r}"
            table.wrong(("read", index), what, f"one of {listed(VERDICTS)}", near(name, VERDICTS))
    return tuple(found)
