"""A session without sockets: the house it asks, and a client that carries its bytes and does its waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ingest.smtp import replies
from ingest.smtp.body import Body
from ingest.smtp.bounds import InFlight
from ingest.smtp.commands import Want
from ingest.smtp.conversation import Conversation
from tests.ingest.smtp.conftest import mailbox_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ingest.smtp import SmtpSettings

T = TypeVar("T")


class House:
    """A channel that knows what sessions ask for, and nothing of sockets."""

    offers_tls = True

    def __init__(self, given: SmtpSettings) -> None:
        self.settings = given
        self.in_flight = InFlight(given.in_flight)
        self.has_room = self.in_flight.has_room
        self.counted: list[str] = []

    def mailbox_of(self, address: str) -> str | None:
        """Everything at ``example.com`` but ``nobody``."""
        if address == "broken@example.com":
            raise KeyError(address)
        return mailbox_of(address)

    def taking(self) -> bool:
        """Always."""
        return True

    def new_body(self) -> Body:
        """One whose file is in memory."""
        return Body(self.settings, self.in_flight, MemorySpool)  # type: ignore[arg-type]

    def count(self, reply: str) -> None:
        """Keep it."""
        self.counted.append(reply)

    def failed(self, _: Exception) -> str:
        """A fault of ours."""
        return replies.OUR_FAULT


class MemorySpool:
    """A file that is none."""

    def __init__(self) -> None:
        self.content = b""

    async def write(self, pieces: list[bytes]) -> None:
        """Append."""
        self.content += b"".join(pieces)

    async def finish(self) -> Any:
        """Its content, where a path is expected."""
        return self.content

    def discard(self) -> None:
        """Nothing to remove."""


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("it waits")


class Client:
    """Whoever carries a session's bytes: writes what it says, and does what it waits for."""

    def __init__(self, given: SmtpSettings) -> None:
        self.house = House(given)
        self.session = Conversation(self.house)
        self.said = self.session.replies()
        self.mails: list[tuple[str, tuple[str, ...], bytes]] = []

    def say(self, data: bytes) -> None:
        """Hand bytes over, unless nothing is heard any more."""
        if self.session.want is not Want.CLOSE:
            self.session.receive(data)
            self.said += self.session.replies()

    def serve(self) -> None:
        """Do all that the session waits for."""
        while self.session.want not in {Want.INPUT, Want.CLOSE}:
            self._serve_once()
            self.said += self.session.replies()

    def _serve_once(self) -> None:
        session, body = self.session, self.session.body
        if session.want is Want.COMMIT:
            assert body is not None
            session.answer(self._commit(body))
        elif session.want is Want.TLS:
            session.encrypted()
        else:
            if session.want is Want.DISK:
                assert body is not None
                at_once(body.spill())
            session.go_on()

    def _commit(self, body: Body) -> str:
        if body.problem:
            return body.problem
        mail = self.session.mail
        assert mail is not None
        content: Any = at_once(body.finish()) if body.large else body.content()
        self.mails.append((mail.mail_from, tuple(mail.mailboxes), content))
        return replies.KEPT
