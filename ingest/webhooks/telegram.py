"""A Telegram bot's updates, as ``setWebhook`` with a ``secret_token`` has them sent.

The secret comes in ``X-Telegram-Bot-Api-Secret-Token``; ``update_id`` is the update's own name. A
conversation is a chat, and is answered there by ``sendMessage``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from events.message import Address, Kind, Trust
from events.transport import address_of
from ingest.hooks import note, proof
from ingest.hooks.source import Answers, Call, Done, Forged, Keys, Taken

if TYPE_CHECKING:
    from events.message import Message
    from ingest.mail import Context

ANSWERS = Answers.API
DONE = Done(status=200)
OPTIONS = {
    "token": "the bot's token, by env or file: with it the desk answers",
    "api": "where the Bot API is, where it is not api.telegram.org",
}
NEEDED = ("token",)
SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
_FILES = ("photo", "document", "voice", "audio", "video", "video_note", "sticker", "location", "contact")


class User(msgspec.Struct):
    """Who wrote."""

    id: int
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""


class Chat(msgspec.Struct):
    """Where it was written."""

    id: int
    title: str = ""


class Written(msgspec.Struct):
    """One message; what else is in it is told by name."""

    chat: Chat
    date: int = 0
    from_: User | None = msgspec.field(default=None, name="from")
    text: str = ""
    caption: str = ""


class Update(msgspec.Struct):
    """One update; all but messages are left alone."""

    update_id: int
    message: msgspec.Raw = msgspec.Raw()
    edited_message: msgspec.Raw = msgspec.Raw()
    channel_post: msgspec.Raw = msgspec.Raw()

    @property
    def raw(self) -> bytes:
        """The message in it, if there is one."""
        found = (self.message, self.edited_message, self.channel_post)
        return next((bytes(one) for one in found if bytes(one)), b"")


def verify(call: Call, keys: Keys) -> Taken:
    """``update_id``; updates of one chat are handled in turn."""
    if not proof.any_same(call.headers.get(SECRET, ""), [one for one in keys.secrets if one]):
        raise Forged
    try:
        update = msgspec.json.decode(call.body, type=Update)
        written = msgspec.json.decode(update.raw, type=Written) if update.raw else None
    except msgspec.MsgspecError:
        return Taken(name=proof.digest(call.body))
    return Taken(name=str(update.update_id), thread=str(written.chat.id) if written else "")


def parse(raw: bytes, context: Context) -> Message:
    """The message; what is none, or only starts the bot, is a machine's and opens nothing."""
    update = msgspec.json.decode(raw, type=Update)
    if not update.raw:
        return note.message(
            context, text="", kind=Kind.AUTO_REPLY, kind_because="an update without a message"
        )
    written = msgspec.json.decode(update.raw, type=Written)
    text = _text(written, msgspec.json.decode(update.raw), edited=bool(bytes(update.edited_message)))
    start = text.partition(" ")[0] in {"/start", "/stop"}
    user = written.from_
    name = f"{user.first_name} {user.last_name}".strip() if user else written.chat.title
    who = user.id if user else written.chat.id
    return note.message(
        context,
        text=text,
        language=user.language_code if user else "",
        sender=Address(address_of(str(who), context.channel), name),
        trust=Trust.ALIGNED,
        trust_found=(f"Telegram names the account {who}",),
        thread="" if start else str(written.chat.id),
        sent_at=datetime.fromtimestamp(written.date, UTC),
        kind=Kind.AUTO_REPLY if start else Kind.HUMAN,
        kind_because=f"the command {text[:20]}" if start else "",
    )


def _text(written: Written, told: dict[str, Any], *, edited: bool) -> str:
    """The words; a file is named, and stays with Telegram."""
    files = [f"[{name}]" for name in _FILES if name in told]
    words = "\n".join(filter(None, [written.text or written.caption, *files]))
    return f"(edited) {words}" if edited else words
