"""Read a batch's messages from raw before its transaction begins: parsing must not hold the database up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from config.types import SenderCheck
from events.message import Envelope, Message, Trust
from events.types import ContactChecked, Event
from ingest.beginning import say_if_cut
from ingest.behalf import on_behalf
from ingest.hooks.registry import of_channel
from ingest.mail import Context, read
from ingest.spam import read_verdict
from ingest.trust.author import author_of, fields_of
from ingest.trust.client import is_our_mx
from ingest.trust.grade import Graded, held_to
from ingest.trust.stamps import read_stamps
from store.rawbytes import content, with_raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from config.types import Policy
    from events.token import Keyring
    from runtime.suggesting import Suggester
    from store.engine import Store
    from store.rawfiles import RawFiles

log = structlog.get_logger(__name__)


class Readings(msgspec.Struct, frozen=True):
    """What came of reading a batch's contacts: ``messages``, and why the others could not be read."""

    messages: dict[int, Message]
    faults: dict[int, Exception]

    def of(self, contact: int) -> Message | None:
        """The message, or ``None`` where none was to be read; raises what stopped it from being read."""
        if contact in self.faults:
            raise self.faults[contact]
        return self.messages.get(contact)


class Reader:
    """Turns contacts into messages."""

    reads_elsewhere = False
    """Whether what was begun is read elsewhere meanwhile."""

    def __init__(
        self, store: Store, files: RawFiles, keyring: Keyring, suggester: Suggester | None = None
    ) -> None:
        """``keyring`` recognises our own bounce addresses; ``suggester`` finds articles for messages."""
        self._store = store
        self._files = files
        self._keyring = keyring
        self._suggester = suggester

    def begin(
        self,
        events: Iterable[Event],
        policy: Policy,
        *,
        ahead: bool = False,  # noqa: ARG002 - same shape as `ReaderBeside`
    ) -> Callable[[], Readings]:
        """How to come by what `read` gives: it is read when it is asked for."""
        return lambda: self.read(events, policy)

    def read(self, events: Iterable[Event], policy: Policy) -> Readings:
        """Read the contacts that are new in this batch; one that cannot be read spoils no other.

        A contact whose raw is gone is left out; its chain then says so.
        """
        checked = {event.contact: event for event in events if isinstance(event, ContactChecked)}
        readings = Readings({}, {})
        if not checked:
            return readings
        with self._store.reading() as connection:
            rows = with_raw(connection, checked)
        for row in rows:
            try:
                message = self.message(row, policy, checked[row.id])
            except Exception as error:
                log.warning("contact_not_read", contact=row.id, error=type(error).__name__, exc_info=True)
                readings.faults[row.id] = error
                continue
            if message is not None:
                readings.messages[row.id] = message
        return readings

    def message(self, row: Any, policy: Policy, event: ContactChecked) -> Message | None:
        """Read one contact's raw, with what is told of it and known already; ``None`` where it is gone."""
        message = self._parsed(row, policy, event)
        if message is None or self._suggester is None:
            return message
        return self._suggester.with_suggestions(message, policy)

    def _parsed(self, row: Any, policy: Policy, event: ContactChecked) -> Message | None:
        try:
            raw = content(row, self._files)
        except FileNotFoundError:
            log.error("raw_file_missing", contact=row.id)  # noqa: TRY400 - the path would name nothing new
            return None
        webhook = policy.webhook_of(row.channel)
        context = Context(
            channel=row.channel,
            source_key=row.source_key,
            mailbox=row.mailbox,
            received_at=row.received_at,
            raw_key=row.raw,
            envelope=msgspec.json.decode(row.envelope, type=Envelope),
            languages=policy.desk.languages,
            keyring=self._keyring,
            own_addresses=lambda address: policy.mailbox(address) is not None,
            fields=webhook.fields if webhook is not None else {},
        )
        source = of_channel(row.channel)
        if source is not None and source.parse is not None:
            return source.parse(raw, context)
        if source is not None and source.mail is not None:
            raw = source.mail(raw)
        message = say_if_cut(read(raw, context), len(raw), policy.desk.languages)
        message = _told(raw, message, policy, event)
        return on_behalf(raw, message, policy, context)


def _told(raw: bytes, message: Message, policy: Policy, event: ContactChecked) -> Message:
    """The message with what others say of it: our filter, our MX, and the event that it comes with."""
    if policy.desk.spam.read:
        spam = read_verdict(raw, policy.smtp.authserv_id, policy.desk.spam.read)
        message = msgspec.structs.replace(message, spam=spam)
    if event.trust is not Trust.UNVERIFIED or event.found:
        graded = Graded(event.trust, event.found)
    elif policy.sender_check(message.channel, message.mailbox) is SenderCheck.HEADERS:
        graded = _stamped(raw, message.envelope.client, policy)
    else:
        return message
    graded = held_to(graded, author_of(fields_of(raw)), message.sender.address)
    return msgspec.structs.replace(message, trust=graded.trust, trust_found=graded.found)


def _stamped(raw: bytes, client: str, policy: Policy) -> Graded:
    """The grade by our MX's stamps, where it was our MX that handed the mail over."""
    if is_our_mx(client, policy.smtp.mx):
        return read_stamps(raw, policy.smtp.authserv_id)
    return Graded(Trust.UNVERIFIED, (f"handed over by {client or 'nobody known'}, which is not our MX",))
