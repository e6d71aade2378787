"""One session at an IMAP server, in words that cannot do harm: all by UID, read without marking anything."""

from __future__ import annotations

import imaplib
import re
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import imapclient
import msgspec
from imapclient import exceptions

from config.imap import Security
from ingest.imap.line import Line
from ingest.imap.speech import AnsweredNoError, GarbledError, LostError, RefusedError, code_of, talking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ingest.imap.account import Account, Credentials

_ANSWER_BYTES = 4 * 1024 * 1024
_LATER = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"}
"""RFC 5530: it is not the password that is wrong."""
_NEWS = re.compile(rb"\* \d+ (?:EXISTS|EXPUNGE)")


class Selected(msgspec.Struct, frozen=True):
    """A folder as it was when it was opened: its UIDVALIDITY, the next UID, and how many mails lie in it."""

    validity: int
    next_uid: int
    count: int
    writable: bool


class Facts(msgspec.Struct, frozen=True):
    """What the server says of a mail: its octets, which may be an estimate, and when it arrived (UTC)."""

    size: int
    arrived: datetime | None


class _Client(imapclient.IMAPClient):  # type: ignore[misc]
    """imapclient on a `Line`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(line.host, line.port, ssl=False)
        # imaplib would write every line into a log of its own, passwords and all, before anyone asks for it.
        line.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> Line:  # noqa: N802 - its name
        return self._line


class Session:
    """A session that is signed in; a context manager."""

    def __init__(self, account: Account, credentials: Credentials) -> None:
        """Connect and sign in; raises `LostError` and `RefusedError`."""
        self._account = account
        text = account.text
        context = ssl.create_default_context(cafile=text.ca or None)
        with talking():
            self._line = Line(
                text.host,
                text.port,
                context=context if text.security is Security.TLS else None,
                connect=account.connect_seconds,
                silence=account.silence_seconds,
            )
        try:
            with talking():
                self._client = _Client(self._line)
                self._begin()
                if text.security is Security.STARTTLS:
                    self._client.starttls(context)
            self._enter(credentials)
            with talking():
                self.capabilities = frozenset(
                    one.decode("ascii", "replace").upper() for one in self._client.capabilities()
                )
        except BaseException:
            self._line.shutdown()
            raise

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Say good-bye where somebody listens, and hang up."""
        self.close()

    def close(self) -> None:
        """Say good-bye where somebody listens, and hang up."""
        with suppress(LostError, AnsweredNoError, GarbledError), talking():
            self._begin(seconds=2)
            self._line.sock.settimeout(2)
            self._client.logout()
        self._line.shutdown()

    def select(self, *, writable: bool) -> Selected:
        """Open the account's folder, by EXAMINE where it is only to be read."""
        with talking():
            self._begin()
            found = self._client.select_folder(self._account.text.folder, readonly=not writable)
            validity, next_uid = found.get(b"UIDVALIDITY"), found.get(b"UIDNEXT")
            if not isinstance(validity, int):
                raise GarbledError("the server does not keep the numbers of its mails (no UIDVALIDITY)")
            if not isinstance(next_uid, int):
                next_uid = max(self._numbers("*"), default=0) + 1
            granted = writable and b"READ-ONLY" not in found
            return Selected(validity, next_uid, int(found.get(b"EXISTS", 0)), granted)

    def uids(self, first: int, last: int | None = None, *, since: date | None = None) -> list[int]:
        """The UIDs from ``first`` on that lie in the folder, in order; ``since`` leaves out earlier arrivals.

        ``N:*`` with an N above the last one gives the last one all the same (RFC 3501 section 9).
        """
        words: list[Any] = ["UID", f"{first}:{last or '*'}"]
        if since is not None:
            words += ["SINCE", since]
        with talking():
            self._begin()
            # What comes from here on is news that the answer may not hold.
            self._line.untagged_responses.clear()
            return sorted(uid for uid in self._client.search(words) if first <= uid <= (last or uid))

    def facts(self, uids: Sequence[int]) -> dict[int, Facts]:
        """What the server says of mails; those that are gone are left out."""
        with talking():
            self._begin()
            found = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            return {uid: _facts(answer) for uid, answer in found.items() if b"RFC822.SIZE" in answer}

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The header fields that tell when mails arrived and were written."""
        wanted = "BODY.PEEK[HEADER.FIELDS (RECEIVED DATE)]"
        with talking():
            self._begin()
            found = self._client.fetch(uids, [wanted])
            return {uid: _first(answer, b"BODY[HEADER.FIELDS") for uid, answer in found.items()}

    def whole(self, uids: Sequence[int], size: int) -> dict[int, bytes]:
        """Mails in full, ``size`` octets in all, without marking them; those that are gone are left out."""
        with talking():
            self._begin(most=2 * size + _ANSWER_BYTES)
            found = self._client.fetch(uids, ["BODY.PEEK[]"])
            return {uid: answer[b"BODY[]"] for uid, answer in found.items() if answer.get(b"BODY[]")}

    def piece(self, uid: int, start: int, size: int) -> bytes | None:
        """A piece of a mail, without marking it; empty after its end, ``None`` where it is gone."""
        with talking():
            self._begin(most=2 * size + _ANSWER_BYTES)
            found = self._client.fetch([uid], [f"BODY.PEEK[]<{start}.{size}>"])
            return _first(found[uid], b"BODY[]<") if uid in found else None

    def header(self, uid: int, size: int) -> bytes | None:
        """The header of a mail up to ``size`` octets; ``None`` where it is gone."""
        with talking():
            self._begin(most=2 * size + _ANSWER_BYTES)
            found = self._client.fetch([uid], [f"BODY.PEEK[HEADER]<0.{size}>"])
            return _first(found[uid], b"BODY[HEADER]") if uid in found else None

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails as seen."""
        with talking():
            self._begin()
            self._client.add_flags(uids, [imapclient.SEEN], silent=True)

    def mark_deleted(self, uids: Sequence[int]) -> None:
        """Mark mails as deleted: whoever expunges the folder removes them."""
        with talking():
            self._begin()
            self._client.add_flags(uids, [imapclient.DELETED], silent=True)

    def make_folder(self, name: str) -> None:
        """Make a folder; one that is there already is fine."""
        with talking():
            self._begin()
            if not self._client.folder_exists(name):
                self._client.create_folder(name)

    def move(self, uids: Sequence[int], to: str) -> None:
        """Move mails (RFC 6851); what is gone is left alone."""
        with talking():
            self._begin()
            self._client.move(uids, to)

    def copy(self, uids: Sequence[int], to: str) -> None:
        """Copy mails."""
        with talking():
            self._begin()
            self._client.copy(uids, to)

    def expunge(self, uids: Sequence[int]) -> None:
        """Remove those of these mails that are marked as deleted, and no others (RFC 4315)."""
        with talking():
            self._begin()
            self._client.uid_expunge(uids)

    def can(self, capability: str) -> bool:
        """Whether the server says that it can."""
        return capability in self.capabilities

    def ask(self) -> None:
        """Hear whether the server is there, and what it has to say by itself."""
        with talking():
            self._begin(seconds=self._account.silence_seconds)
            self._client.noop()

    def listen(self, seconds: float, wake: int) -> bool:
        """Listen (RFC 2177) for up to ``seconds``; whether the server told of a change.

        Ends at once where ``wake`` becomes readable. The answer to the end of listening comes within the
        account's silence, or the line is lost: that a line ends in a black hole shows in nothing else.
        """
        if self._line.untagged_responses.pop("EXISTS", None):
            return True
        with talking():
            self._begin(seconds=self._account.silence_seconds)
            tag = self._line.begin_listening()
            news = bool(self._line.untagged_responses.pop("EXISTS", None))
            said = [] if news else self._line.overheard(seconds, wake)
            if any(line.upper().startswith(b"* BYE") for line in said):
                raise LostError("the server said good-bye")
            self._begin(seconds=self._account.silence_seconds)
            self._line.end_listening(tag)
            return news or any(_NEWS.match(line.upper()) for line in said)

    def _enter(self, credentials: Credentials) -> None:
        user = self._account.text.user
        with talking():
            able = {one.upper() for one in self._client.capabilities()}
            try:
                self._begin()
                if credentials.token:
                    self._client.sasl_login("XOAUTH2", _bearer(user, credentials.token))
                elif b"AUTH=PLAIN" in able:
                    self._client.plain_login(user, credentials.password)
                elif b"LOGINDISABLED" in able:
                    raise RefusedError("LOGINDISABLED")
                else:
                    self._client.login(user, credentials.password)
            except exceptions.LoginError as error:
                # imapclient says the same of a server that hung up meanwhile.
                if isinstance(error.__context__, imaplib.IMAP4.abort):
                    raise LostError("the server hung up") from None
                code = code_of(error)
                if code in _LATER:
                    raise LostError(code) from None
                raise RefusedError(code) from None
            except UnicodeEncodeError:
                raise RefusedError("this server takes no such password") from None

    def _begin(self, *, seconds: float | None = None, most: int = _ANSWER_BYTES) -> None:
        self._line.begin(seconds=seconds or self._account.command_seconds, most=most)

    def _numbers(self, which: str) -> list[int]:
        return list(self._client.search(["UID", which]))


def _bearer(user: str, token: str) -> Any:
    """What XOAUTH2 says; a second question means that it was refused, and wants an empty answer."""
    answers = iter([f"user={user}\1auth=Bearer {token}\1\1"])
    return lambda _challenge: next(answers, "")


def _facts(answer: dict[bytes, Any]) -> Facts:
    arrived = answer.get(b"INTERNALDATE")
    known = isinstance(arrived, datetime) and arrived.tzinfo is not None
    return Facts(int(answer[b"RFC822.SIZE"]), arrived.astimezone(UTC) if known and arrived else None)


def _first(answer: dict[bytes, Any], name: bytes) -> bytes:
    """The text whose name begins so; servers write the rest of the name in their own way."""
    return next((value or b"" for key, value in answer.items() if key.startswith(name)), b"")
