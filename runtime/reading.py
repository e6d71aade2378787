"""Read a batch's messages from raw before its transaction begins: parsing must not hold the database up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from events.message import Envelope, Message
from events.types import ContactChecked, Event
from ingest.mail import Context, read
from store.rawbytes import content, with_raw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from events.token import Keyring
    from store.engine import Store
    from store.rawfiles import RawFiles

log = structlog.get_logger(__name__)


class Reader:
    """Turns contacts into messages."""

    def __init__(self, store: Store, files: RawFiles, keyring: Keyring) -> None:
        """``keyring`` recognises our own bounce addresses."""
        self._store = store
        self._files = files
        self._keyring = keyring

    def messages(self, events: Iterable[Event], languages: tuple[str, ...]) -> dict[int, Message]:
        """The messages of contacts that are new in this batch, by contact.

        A contact whose raw is gone is left out; its chain then says so.
        """
        checked = {event.contact: event for event in events if isinstance(event, ContactChecked)}
        if not checked:
            return {}
        with self._store.reading() as connection:
            rows = with_raw(connection, checked)
        messages = {}
        for row in rows:
            message = self.message(row, languages)
            if message is not None:
                messages[row.id] = msgspec.structs.replace(message, trust=checked[row.id].trust)
        return messages

    def message(self, row: Any, languages: tuple[str, ...]) -> Message | None:
        """Read one contact's raw."""
        try:
            raw = content(row, self._files)
        except FileNotFoundError:
            log.error("raw_file_missing", contact=row.id)
            return None
        context = Context(
            channel=row.channel,
            source_key=row.source_key,
            mailbox=row.mailbox,
            received_at=row.received_at,
            raw_key=row.raw,
            envelope=msgspec.json.decode(row.envelope, type=Envelope),
            languages=languages,
            keyring=self._keyring,
        )
        return read(raw, context)
