"""The commands of an SMTP session, and what is answered to each."""

from __future__ import annotations

import re
from typing import ClassVar

from ingest.smtp import replies
from ingest.smtp.commands import Commands, House, Want
from ingest.smtp.paths import BadParameter, BadPath, read_parameters, read_path

_LONGEST_NAME = 255
_SIZE = re.compile(r"[0-9]{1,20}")
"""RFC 1870 section 4: up to 20 digits."""
_BODIES = frozenset({"7BIT", "8BITMIME"})


class Transaction:
    """A mail between MAIL and its answer; the sender is empty for the null path."""

    __slots__ = ("mail_from", "mailboxes", "recipients")

    def __init__(self, mail_from: str) -> None:
        self.mail_from = mail_from
        self.recipients: list[str] = []
        self.mailboxes: dict[str, None] = {}


class Conversation(Commands):
    """ESMTP with SIZE, 8BITMIME, SMTPUTF8, PIPELINING and STARTTLS; AUTH is not offered."""

    # fmt: off
    commands: ClassVar[tuple[str, ...]] = (
        "EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "QUIT", "NOOP", "STARTTLS", "VRFY", "HELP",
    )
    # fmt: on

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.client_name = ""
        """What the client calls itself; empty before EHLO."""
        self.mail: Transaction | None = None

    def smtp_HELO(self, name: str | None) -> None:  # noqa: N802 - the protocol's name
        """Greet a client that knows no extensions."""
        self._greet(name, [])

    def smtp_EHLO(self, name: str | None) -> None:  # noqa: N802 - the protocol's name
        """Greet a client, and say which extensions there are."""
        extensions = [f"SIZE {self.house.settings.max_size}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        if self.house.offers_tls and not self.is_encrypted:
            extensions.append("STARTTLS")
        self._greet(name, extensions)

    def smtp_MAIL(self, argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Begin a mail."""
        self.refuse_or_grant(self._sender(argument))

    def smtp_RCPT(self, argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Add a recipient that we know."""
        self.refuse_or_grant(self._recipient(argument))

    def smtp_DATA(self, argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Receive the mail; only once it is committed the caller says 250."""
        refusal = self._data_refusal(argument)
        if refusal:
            self.refuse_or_grant(refusal)
        else:
            self.say(replies.GO_ON)
            self.begin_content()

    def smtp_RSET(self, argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Forget the mail that was begun."""
        if argument:
            self.refuse_or_grant(replies.BAD_RSET)
            return
        self.mail = None
        self.say(replies.OK)

    def smtp_NOOP(self, _argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Do nothing."""
        self.say(replies.OK)

    def smtp_VRFY(self, _argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Tell nobody who lives here (RFC 5321 section 7.3)."""
        self.say(replies.CANNOT_VERIFY)

    def smtp_HELP(self, _argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Say where to read."""
        self.say(replies.HELP)

    def smtp_QUIT(self, _argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Say goodbye; what the client has sent behind it is not obeyed."""
        self.leave(replies.GOODBYE)

    def smtp_STARTTLS(self, argument: str | None) -> None:  # noqa: N802 - the protocol's name
        """Begin TLS, once; what was sent ahead of it in the clear is thrown away (RFC 3207 section 4.2)."""
        if self.is_encrypted:
            self.refuse_or_grant(replies.TLS_ALREADY)
        elif argument:
            self.refuse_or_grant(replies.BAD_STARTTLS)
        elif not self.house.offers_tls:
            self.say(replies.NO_TLS)
        else:
            self.say(replies.READY_FOR_TLS)
            self.forget_input()
            self.want = Want.TLS

    def _end_mail(self) -> None:
        self.mail = None
        if self.body is not None:
            self.body.drop()
            self.body = None

    def _forget_client(self) -> None:
        self.client_name = ""
        self.mail = None

    def _greet(self, name: str | None, extensions: list[str]) -> None:
        if not name:
            self.refuse_or_grant(replies.BAD_HELLO)
            return
        self.mail = None
        self.client_name = _printable(name)
        *others, last = [self.house.settings.hostname, *extensions]
        for line in others:
            self.say(f"250-{line}")
        self.say(f"250 {last}")

    def _sender(self, argument: str | None) -> str:
        if not self.client_name:
            return replies.NEED_HELLO
        if self.mail is not None:
            return replies.NESTED_MAIL
        if argument is None or argument[:5].upper() != "FROM:":
            return replies.BAD_MAIL
        try:
            sender, rest = read_path(argument[5:])
            refusal = self._parameters_refused(read_parameters(rest)) if rest else ""
        except BadPath:
            return replies.BAD_SENDER
        except BadParameter:
            return replies.BAD_MAIL
        return refusal or self._begin(sender)

    def _parameters_refused(self, parameters: dict[str, str | None]) -> str:
        size = parameters.pop("SIZE", "0") or ""
        body = parameters.pop("BODY", "7BIT") or ""
        utf8 = parameters.pop("SMTPUTF8", None)
        if parameters:
            return replies.UNKNOWN_PARAMETER
        if not _SIZE.fullmatch(size) or body.upper() not in _BODIES or utf8 is not None:
            return replies.BAD_MAIL
        if int(size) > self.house.settings.max_size:
            return replies.TOO_BIG
        return "" if self.house.has_room(int(size)) else replies.NO_ROOM

    def _begin(self, sender: str) -> str:
        if not self.house.taking():
            return replies.NO_ROOM
        self.mail = Transaction(sender)
        return replies.SENDER_OK

    def _recipient(self, argument: str | None) -> str:
        mail = self.mail
        if mail is None:
            return replies.NEED_MAIL
        if argument is None or argument[:3].upper() != "TO:":
            return replies.BAD_RCPT
        try:
            address, rest = read_path(argument[3:])
        except BadPath:
            return replies.BAD_ADDRESS
        if rest:
            return replies.UNKNOWN_PARAMETER
        if len(mail.recipients) >= self.house.settings.max_recipients:
            return replies.TOO_MANY_RECIPIENTS
        return self._add(mail, address)

    def _add(self, mail: Transaction, address: str) -> str:
        mailbox = self.house.mailbox_of(address) if address else None
        if mailbox is None:
            return replies.UNKNOWN_RECIPIENT
        mail.recipients.append(address)
        mail.mailboxes[mailbox] = None
        return replies.RECIPIENT_OK

    def _data_refusal(self, argument: str | None) -> str:
        if self.mail is None:
            return replies.NEED_MAIL
        if not self.mail.recipients:
            return replies.NEED_RCPT
        if argument:
            return replies.BAD_DATA
        return "" if self.house.has_room(1) else replies.NO_ROOM


def _printable(name: str) -> str:
    """What the client calls itself, cut, and with everything odd in it made visible as U+FFFD."""
    if not name.isascii():
        name = name.encode(errors="surrogateescape").decode(errors="replace")
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:_LONGEST_NAME])
