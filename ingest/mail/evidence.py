"""What the rules about machines look at; what costs something is worked out when a rule first asks for it."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from ingest.mail import header
from ingest.mail.phrases import pattern

if TYPE_CHECKING:
    from events.message import Address
    from ingest.mail import block, dsn

BODY: Final = 4000
"""Characters of the body in which a machine says what it is."""
ORIGINAL: Final = frozenset({
    "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers",
    "message/rfc822-headers",
})  # fmt: skip
"""Parts that hold a returned mail, or its header."""


_DAEMON_LOCAL = re.compile(
    r"^(?:mailer[-_.]?daemon|(?:e?mail[-_.]?)?post[-_.]?master|mail[-_.]?daemon|mdaemon|mmdf|ndr"
    r"|mail[-_.]?deliver\w*|microsoftexchange[0-9a-f]{32})(?:[-+._].*)?$"
)
_GATEWAY_LOCAL = re.compile(
    r"^(?:sysadmin|e?mail[-_.]?(?:system|admin|robot|gateway)|imss|mail(?:sweeper|marshal)|antivirus|virus"
    r"|(?:virus|content|spam)[-_.]?(?:filter|gateway|scanner|wall|alert)\w*|amavis\w*|(?:m|s)?dsn)$"
)
_DAEMON_NAME = re.compile(rf"(?<!\w)(?:{pattern('daemon')})(?!\w)", re.IGNORECASE)
_NO_REPLY = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|dont[-_.]?reply|no[-_.]?responder|no[-_.]?responda|no[-_.]?contestar"
    r"|ikke[-_.]?svar|svar[-_.]?ikke|noreply\w*|nao[-_.]?responda|ne[-_.]?pas[-_.]?repondre)(?:[-+._].*)?$"
)
_SIGNED_RETURN = re.compile(r"^(?:prvs|msprvs1|btv1)=[^=]{1,80}=+")
_PASTED = re.compile(
    r"^[> \t]{0,8}(?:received|return-path|message-id|delivered-to|mime-version):",
    re.IGNORECASE | re.MULTILINE,
)


def is_daemon(person: Address) -> bool:
    """Whether an address, or the name beside it, is a mail robot's."""
    return bool(_DAEMON_LOCAL.match(_local(person)) or _DAEMON_NAME.search(person.name))


def is_no_reply(person: Address) -> bool:
    """Whether an address asks not to be written to."""
    return bool(_NO_REPLY.match(_local(person)))


def _local(person: Address) -> str:
    return person.address.rpartition("@")[0] or person.address


class Evidence:
    """A mail as the rules see it.

    ``sender`` is what From says, ``null_sender`` that the mail came from ``<>``, ``tagged`` that it came to a
    signed return address of ours, ``own`` that it claims to come from an address of ours.
    """

    def __init__(
        self,
        fields: block.Fields,
        *,
        types: frozenset[str],
        report_type: str,
        calendar_method: str,
        sender: Address,
        null_sender: bool,
        subject: str,
        text: str,
        fates: tuple[dsn.Fate, ...],
        tagged: bool,
        own: bool,
    ) -> None:
        self.fields = fields
        self.types = types
        self.report_type = report_type
        self.calendar_method = calendar_method
        self.sender = sender
        self.null_sender = null_sender
        self.subject = subject
        self.text = text
        self.fates = fates
        self.tagged = tagged
        self.own = own

    def value(self, name: str) -> str:
        """One header in lower case, without comments and parameters."""
        raw = self.fields.first(name)
        return re.split(r"[;(]", header.text(raw).lower())[0].strip() if raw else ""

    @functools.cached_property
    def local(self) -> str:
        """The sender's address before the ``@``."""
        return _local(self.sender)

    @functools.cached_property
    def daemon(self) -> bool:
        """Whether the sender is a mail robot by address or name, or is nobody."""
        nobody = not self.sender.address and self.fields.first("from").endswith(b"<>")
        return nobody or is_daemon(self.sender)

    @functools.cached_property
    def no_reply(self) -> bool:
        """Whether the sender's address asks not to be written to."""
        return is_no_reply(self.sender)

    @functools.cached_property
    def reporter(self) -> bool:
        """Whether this comes from where delivery reports come from: a robot, a gateway, or nobody."""
        returned = header.text(self.fields.first("return-path")).strip("<> ").lower()
        returned = _SIGNED_RETURN.sub("", returned)
        return bool(
            self.daemon
            or self.null_sender
            or _DAEMON_LOCAL.match(returned.rpartition("@")[0] or returned)
            or _GATEWAY_LOCAL.match(self.local)
        )

    @functools.cached_property
    def opening(self) -> str:
        """As much of the body as a machine needs to say what it is."""
        return self.text[:BODY]

    @functools.cached_property
    def returns_a_mail(self) -> bool:
        """Whether a mail, or the header of one, is enclosed or pasted."""
        return bool(self.types & ORIGINAL) or _PASTED.search(self.text[: 4 * BODY]) is not None
