"""An SMTP session as a state machine: bytes in, replies out; no socket, no clock, no thread.

Here is what is true of every command: how long its line may be, how often it may come, and what the machine
waits for. What each is answered is in `ingest.smtp.conversation`.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, ClassVar, Protocol

from ingest.smtp import replies
from ingest.smtp.stream import Missing, Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.smtp.body import Body
    from ingest.smtp.settings import SmtpSettings

_LENGTH = {b"MAIL": 1024, b"RCPT": 1024}
_USUAL_LENGTH = 512
"""Octets of a command line (RFC 5321 section 4.5.3.1.4)."""
_TIMES = {b"NOOP": 10, b"RSET": 1000, b"MAIL": 1_000_000, b"RCPT": 1_000_000, b"DATA": 1_000_000}
"""How often a command may come in a session; where the number is large, the session's time is the bound."""
_USUAL_TIMES = 20
_UNKNOWN_MOST = 5
MAX_ERRORS = 50
"""Final refusals that a session may have; with more it looks like a search for addresses, or a flood."""
TURN = 50
"""Lines that a session may have obeyed in a row before others have a turn."""
_BEFORE_TLS = frozenset({b"NOOP", b"EHLO", b"STARTTLS", b"QUIT"})


class Want(enum.Enum):
    """What a session cannot go on without; what is received meanwhile waits."""

    INPUT = enum.auto()
    """More bytes: `Commands.receive`."""
    TURN = enum.auto()
    """Others first, then `Commands.go_on`."""
    DISK = enum.auto()
    """That what was received of a large mail is written, then `Commands.go_on`."""
    COMMIT = enum.auto()
    """The answer to a whole mail: `Commands.answer`."""
    TLS = enum.auto()
    """That TLS begins once all replies are written, then `Commands.encrypted`."""
    CLOSE = enum.auto()
    """Nothing any more: the last reply is the last word."""


# To look a member up by its class takes as long as a call.
_INPUT, _YET = Want.INPUT, Missing.YET


class House(Protocol):
    """What a session asks of the channel that it belongs to. Nothing of it may block."""

    @property
    def settings(self) -> SmtpSettings:
        """The bounds."""

    @property
    def offers_tls(self) -> bool:
        """Whether STARTTLS can be obeyed."""

    def mailbox_of(self, address: str) -> str | None:
        """The mailbox that an address belongs to, or None where nobody here has it."""

    def taking(self) -> bool:
        """Whether mail can be taken now."""

    def has_room(self, size: int) -> bool:
        """Whether so many more bytes can be in flight now."""

    def new_body(self) -> Body:
        """What a mail's content is received into."""

    def count(self, reply: str) -> None:
        """Count an answer under what it means to the sender."""

    def failed(self, error: Exception) -> str:
        """The reply to a fault of ours, which is logged and counted."""


class Commands:
    """A session whose lines are obeyed, by the method ``smtp_<command>`` of each.

    The caller writes what `replies` gives and does what `want` says. However the bytes are cut into chunks,
    and however long the caller takes, the replies and mails are the same.
    """

    commands: ClassVar[tuple[str, ...]] = ()
    """The SMTP commands that the class knows."""
    _methods: ClassVar[dict[bytes, Callable[[Commands, str | None], None]]] = {}

    def __init_subclass__(cls) -> None:
        """Find the methods once, and not for each connection."""
        cls._methods = {command.encode(): getattr(cls, f"smtp_{command}") for command in cls.commands}

    def __init__(self, house: House) -> None:
        self.house = house
        self.want = _INPUT
        self._needs_tls = house.settings.tls == "required"
        self.obeyed = 0
        """Commands that were obeyed: what was none does not break a silence."""
        self.body: Body | None = None
        """The mail that is being received or committed."""
        self.is_encrypted = False
        self._stream = Stream()
        self._replies: list[str] = [f"220 {house.settings.hostname} ESMTP Despacho"]
        self._times: dict[bytes, int] = {}
        self._unknown = 0
        self._errors = 0

    def replies(self) -> bytes:
        """What is to be written now; it is given once."""
        said = self._replies
        if not said:
            return b""
        self._replies = []
        return ("\r\n".join(said) + "\r\n").encode()

    def receive(self, data: bytes) -> Want:
        """Obey what came, as far as the session can go on without waiting."""
        self._stream.feed(data)
        return self.go_on() if self.want is _INPUT else self.want

    def go_on(self) -> Want:
        """Obey what is there, after a turn of others or of the disk."""
        self.want = _INPUT
        next_line = self._stream.line
        for _ in range(TURN):
            if self.body is not None:
                return self._read_content(self.body)
            line = next_line()
            if line is _YET:
                return _INPUT
            self._obey_line(line)
            if self.want is not _INPUT:
                return self.want
        self.want = Want.TURN
        return self.want

    def answer(self, reply: str) -> Want:
        """End the mail with a reply, which its house has counted."""
        self._end_mail()
        self._replies.append(reply)
        return self.go_on()

    def encrypted(self) -> Want:
        """TLS has begun: all that was said before is forgotten (RFC 3207 section 4.2)."""
        self.is_encrypted = True
        self._forget_client()
        return self.go_on()

    def leave(self, last_words: str) -> None:
        """Say this, and obey nothing more."""
        self._replies.append(last_words)
        self.want = Want.CLOSE

    def say(self, reply: str) -> None:
        """Answer without counting."""
        self._replies.append(reply)

    def refuse_or_grant(self, reply: str) -> None:
        """Answer and count; a session with too many final refusals ends."""
        if reply[0] != "2":
            self.house.count(reply)
        if reply[0] == "5":
            self._errors += 1
            if self._errors > MAX_ERRORS:
                self.leave(replies.TOO_MANY_ERRORS)
                return
        self._replies.append(reply)

    def begin_content(self) -> None:
        """What follows is a mail."""
        self.body = self.house.new_body()
        self._stream.begin_content()

    def forget_input(self) -> None:
        """Throw away what the client has sent ahead."""
        self._stream.forget()

    def _end_mail(self) -> None:
        raise NotImplementedError

    def _forget_client(self) -> None:
        raise NotImplementedError

    def _obey_line(self, line: bytes | Missing) -> None:
        """Obey one line, whatever happens."""
        try:
            self._obey(line)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender is told to come again
            self._replies.append(self.house.failed(error))

    def _read_content(self, body: Body) -> Want:
        """Take what there is of the mail."""
        piece, whole = self._stream.content()
        if piece:
            body.take(piece)
        if whole:
            self.want = Want.COMMIT
        elif body.waits_for_disk:
            self.want = Want.DISK
        return self.want

    def _obey(self, line: bytes | Missing) -> None:
        verb, _, rest = (b"" if isinstance(line, Missing) else line).partition(b" ")
        command = verb.upper()
        if isinstance(line, Missing) or len(line) > _LENGTH.get(command, _USUAL_LENGTH):
            self.refuse_or_grant(replies.COMMAND_TOO_LONG)
        elif not command:
            self.refuse_or_grant(replies.NO_COMMAND)
        elif self._needs_tls and not self.is_encrypted and command not in _BEFORE_TLS:
            self.refuse_or_grant(replies.NEED_TLS)
        elif (method := self._methods.get(command)) is None:
            self._wonder()
        elif not self._may_come_again(command):
            self.leave(replies.TOO_OFTEN)
        else:
            self.obeyed += 1
            # Bytes that are no UTF-8 become lone surrogates, so that nothing of them is lost and nothing
            # takes them.
            method(self, rest.strip().decode(errors="surrogateescape") if rest else None)

    def _may_come_again(self, command: bytes) -> bool:
        times = self._times.get(command, 0) + 1
        self._times[command] = times
        return times <= _TIMES.get(command, _USUAL_TIMES)

    def _wonder(self) -> None:
        self._unknown += 1
        if self._unknown < _UNKNOWN_MOST:
            self._replies.append(replies.UNKNOWN_COMMAND)
        else:
            self.leave(replies.TOO_MANY_UNKNOWN)
