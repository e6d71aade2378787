"""The word of the operator's own spam filter, from the header fields that it leaves.

Anyone can write such a field. The policy names those that count, and only in mail that our own MX has stamped
(RFC 8601), which must take out what comes in under these names. Where several speak, the worst counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.mail import header
from ingest.trust.author import fields_of
from ingest.trust.stamps import is_stamped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHOWN_MOST: Final = 60
"""Characters of a field that are repeated."""
_SCL: Final = frozenset("56789")
"""Exchange's spam confidence levels at which its own clients move a mail to Junk."""
_RSPAMD: Final = frozenset({"reject", "add header", "rewrite subject", "quarantine", "discard"})
_FOREFRONT = re.compile(r"(?:^|;)\s*(?:SFV\s*:\s*SP[MB]|SCL\s*:\s*[5-9])\s*(?:;|$)", re.IGNORECASE)


def read_verdict(raw: bytes, authserv_id: str, names: Sequence[str]) -> str:
    """Which of the fields ``names`` says spam, and how; an empty text where none does or none counts."""
    fields = fields_of(raw)
    if not is_stamped(fields, authserv_id):
        return ""
    for name in names:
        for value in fields.every(name.lower()):
            words = header.text(value)
            if SAYS_SPAM[name](words):
                return f"{name}: {words[:SHOWN_MOST]}"
    return ""


def _yes(words: str) -> bool:
    return words.partition(",")[0].partition(" ")[0].lower() in {"yes", "true"}


def _fail(words: str) -> bool:
    return words.lower() == "fail"


SAYS_SPAM: Final[dict[str, Callable[[str], bool]]] = {
    "X-Spam-Flag": _yes,
    "X-Spam-Status": _yes,
    "X-Spam": _yes,
    "X-Rspamd-Action": lambda words: words.lower() in _RSPAMD,
    "X-MS-Exchange-Organization-SCL": lambda words: words in _SCL,
    "X-Forefront-Antispam-Report": lambda words: _FOREFRONT.search(words) is not None,
    "X-SES-Spam-Verdict": _fail,
    "X-SES-Virus-Verdict": _fail,
}
"""How each field says that a mail is not wanted, by the name that a policy gives it."""
