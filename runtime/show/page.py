"""One mail of a ticket as a page that a browser may open: harmless, and loading nothing."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.mail import display
from runtime.ticket_files import FileGoneError

if TYPE_CHECKING:
    from runtime.ticket_files import TicketFiles
    from store.message_views import MailView

_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Kinds of pictures that hold nothing but a picture."""
_LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a picture that is put into the page."""
_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
)
_PAGE: Final = """\
<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer"><title>{title}</title></head>
<body>
{body}
</body></html>
"""


class Page(msgspec.Struct, frozen=True):
    """A page, and how often something in it would have been loaded from elsewhere."""

    html: str
    blocked: int


def page(mail: MailView, title: str, files: TicketFiles) -> Page:
    """The page of one mail: its HTML made harmless, with its own pictures; without HTML its text."""
    message = mail.message
    if not message.html.strip():
        return Page(_framed(f"<pre>{html.escape(message.text)}</pre>", title), 0)
    pictures = {file.content_id: file for file in message.attachments if file.content_id}

    def picture(content_id: str) -> str | None:
        file = pictures.get(content_id)
        if file is None or file.type not in _PICTURES or file.size > _LARGEST:
            return None
        try:
            content = files.content(mail.contact, file.part)
        except FileGoneError:
            return None
        return f"data:{file.type};base64,{base64.b64encode(content).decode()}"

    shown = display.safe(message.html, picture)
    return Page(_framed(shown.html, title), shown.blocked)


def _framed(body: str, title: str) -> str:
    return _PAGE.format(policy=_POLICY, title=html.escape(title), body=body)
