"""The commands of an SMTP session, and what is answered to each."""

from __future__ import annotations

import re
from typing import ClassVar, cast

import structlog
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from events.message import Envelope
from ingest.accept import Delivery
from ingest.smtp import replies
from ingest.smtp.body import Body, read_body
from ingest.smtp.commands import Commands
from ingest.smtp.commit import commit
from ingest.smtp.pace import Pace
from ingest.smtp.paths import BadParameter, BadPath, read_parameters, read_path

log = structlog.get_logger(__name__)

_LONGEST_NAME = 255


class Transaction(SmtpEnvelope):
    """A mail between MAIL and its answer: aiosmtpd's envelope, and the mailboxes of its recipients.

    ``mail_from`` is None before MAIL, and empty for the null sender.
    """

    def __init__(self) -> None:
        super().__init__()
        self.mailboxes: dict[str, None] = {}


class Conversation(Commands):
    """ESMTP with SIZE, 8BITMIME, SMTPUTF8, PIPELINING and STARTTLS; AUTH is not offered."""

    # fmt: off
    commands: ClassVar[tuple[str, ...]] = (
        "EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "QUIT", "NOOP", "STARTTLS", "VRFY", "HELP",
    )
    # fmt: on

    async def smtp_HELO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Greet a client that knows no extensions."""
        await self._greet(hostname, [self.hostname], extended=False)

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Greet a client, and say which extensions there are."""
        lines = [self.hostname, f"SIZE {self.data_size_limit}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
        if self.tls_context is not None and self._tls_protocol is None:
            lines.append("STARTTLS")
        await self._greet(hostname, lines, extended=True)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Begin a mail."""
        await self._answer(self._mail(arg))

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Add a recipient that we know."""
        await self._answer(self._recipient(arg))

    async def smtp_VRFY(self, _arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Tell nobody who lives here (RFC 5321 section 7.3)."""
        await self.push(replies.CANNOT_VERIFY)

    async def smtp_QUIT(self, _arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Say goodbye; what the client has sent behind it is not obeyed."""
        await self.leave(replies.GOODBYE)

    async def smtp_HELP(self, _arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Say where to read."""
        await self.push(replies.HELP)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Receive the mail, have it committed, and only then say 250."""
        refusal = self._data_refusal(arg)
        if refusal:
            await self._answer(refusal)
            return
        body = Body(self.shared.settings, self.shared.in_flight, self.shared.new_spool)
        self._receiving = True
        try:
            reply = await self._receive(body)
        finally:
            self._receiving = self._committing = False
            self._pace = None
            body.drop()
            # However it ended, the next mail begins with nothing of this one.
            self._set_post_data_state()
        await self.push(reply)
        if self._last_words is not None:
            await self.leave(self._last_words)
        self._heard()

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Begin TLS, once; what was sent ahead of it in the clear is thrown away (RFC 3207 section 4.2)."""
        if self._tls_protocol is not None:
            await self._answer(replies.TLS_ALREADY)
        else:
            await super().smtp_STARTTLS(arg)
            if self.shaking_hands:
                # The connection ended before TLS began, and asyncio tells nobody but the waiter.
                self.connection_lost(None)

    @property
    def _transaction(self) -> Transaction:
        return cast("Transaction", self.envelope)

    def _set_post_data_state(self) -> None:
        self.envelope = Transaction()

    async def _greet(self, name: str | None, lines: list[str], *, extended: bool) -> None:
        if not name or self.session is None:
            await self._answer(replies.BAD_HELLO)
            return
        self._set_post_data_state()
        self.session.extended_smtp = extended
        self.session.host_name = _printable(name)
        last = len(lines) - 1
        await self.push("\r\n".join(f"250{'-' if at < last else ' '}{line}" for at, line in enumerate(lines)))

    def _mail(self, arg: str | None) -> str:
        if self.session is None or not self.session.host_name:
            return replies.NEED_HELLO
        if self._transaction.mail_from is not None:
            return replies.NESTED_MAIL
        if arg is None or arg[:5].upper() != "FROM:":
            return replies.BAD_MAIL
        try:
            sender, rest = read_path(arg[5:])
            parameters = read_parameters(rest)
        except BadPath:
            return replies.BAD_SENDER
        except BadParameter:
            return replies.BAD_MAIL
        return self._parameters_refused(parameters) or self._begin(sender)

    def _parameters_refused(self, parameters: dict[str, str | None]) -> str:
        size = parameters.pop("SIZE", "0") or ""
        body = parameters.pop("BODY", "7BIT") or ""
        utf8 = parameters.pop("SMTPUTF8", None)
        if parameters:
            return replies.UNKNOWN_PARAMETER
        # RFC 1870 section 4: up to 20 digits.
        if (
            not re.fullmatch(r"[0-9]{1,20}", size)
            or body.upper() not in {"7BIT", "8BITMIME"}
            or utf8 is not None
        ):
            return replies.BAD_MAIL
        if int(size) > self.shared.settings.max_size:
            return replies.TOO_BIG
        return "" if self.shared.in_flight.has_room(int(size)) else replies.NO_ROOM

    def _begin(self, sender: str) -> str:
        if not self.shared.taking():
            return replies.NO_ROOM
        self._transaction.mail_from = sender
        return replies.SENDER_OK

    def _recipient(self, arg: str | None) -> str:
        transaction = self._transaction
        if transaction.mail_from is None:
            return replies.NEED_MAIL
        if arg is None or arg[:3].upper() != "TO:":
            return replies.BAD_RCPT
        try:
            address, rest = read_path(arg[3:])
        except BadPath:
            return replies.BAD_ADDRESS
        if rest:
            return replies.UNKNOWN_PARAMETER
        if len(transaction.rcpt_tos) >= self.shared.settings.max_recipients:
            return replies.TOO_MANY_RECIPIENTS
        return self._add(transaction, address)

    def _add(self, transaction: Transaction, address: str) -> str:
        mailbox = self.shared.mailbox_of(address) if address else None
        if mailbox is None:
            return replies.UNKNOWN_RECIPIENT
        transaction.rcpt_tos.append(address)
        transaction.mailboxes[mailbox] = None
        return replies.RECIPIENT_OK

    def _data_refusal(self, arg: str | None) -> str:
        if self._transaction.mail_from is None:
            return replies.NEED_MAIL
        if not self._transaction.rcpt_tos:
            return replies.NEED_RCPT
        if arg:
            return replies.BAD_DATA
        return "" if self.shared.in_flight.has_room(1) else replies.NO_ROOM

    async def _receive(self, body: Body) -> str:
        try:
            await self.push(replies.GO_ON)
            self._pace = Pace(self.shared.settings, now=self.loop.time(), octets=self._octets)
            await read_body(self._input, body)
            self._committing = True
            return await self._commit(body)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender is told to come again
            if not self._committing:
                # What is left of the message must not be read as commands.
                self._last_words = ""
            return self.failed(error)

    async def _commit(self, body: Body) -> str:
        raw, spooled = await body.finish()
        if body.problem:
            self.shared.count(body.problem)
            return body.problem
        transaction, session = self._transaction, self.session
        peer: object = session.peer if session is not None else None
        delivery = Delivery(
            channel="smtp",
            mailboxes=tuple(transaction.mailboxes),
            envelope=Envelope(
                mail_from=transaction.mail_from or "",
                recipients=tuple(transaction.rcpt_tos),
                client=str(peer[0]) if isinstance(peer, tuple) else "",
                helo=(session.host_name or "") if session is not None else "",
                encrypted=self._tls_protocol is not None,
            ),
            received_at=self.shared.clock(),
            raw=raw,
            spooled=spooled,
            size=body.size,
        )
        return await commit(self.shared, delivery, body)


def _printable(name: str) -> str:
    """What the client calls itself, cut, and with everything odd in it made visible as U+FFFD."""
    text = name.encode(errors="surrogateescape").decode(errors="replace")[:_LONGEST_NAME]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
