"""One mail of a ticket as a page that a browser may open: harmless, and loading nothing."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.mail import display
from runtime.ticket_files import FileGoneError

if TYPE_CHECKING:
    from events.message import Attachment
    from runtime.ticket_files import TicketFiles
    from store.message_views import MailView

_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Kinds of pictures that hold nothing but a picture."""
_LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a picture that is put into the page."""
ALL_PICTURES: Final = 20 * 1024 * 1024
"""Bytes of all pictures that are put into one page, each as often as it is shown."""
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


class _Pictures:
    """The enclosed pictures of one mail, as addresses that hold them, until the page has enough."""

    def __init__(self, mail: MailView, files: TicketFiles) -> None:
        self.left_out = 0
        self._contact = mail.contact
        self._files = files
        self._named = {file.content_id: file for file in mail.message.attachments if file.content_id}
        self._made: dict[str, str | None] = {}
        self._left = ALL_PICTURES

    def address(self, content_id: str) -> str | None:
        """The picture in an address of its own, or ``None`` where there is none such, or no room for it."""
        file = self._named.get(content_id)
        if file is None or file.type not in _PICTURES or file.size > _LARGEST:
            return None
        if file.size > self._left:
            self.left_out += 1
            return None
        # Each use takes room, for each stands in the page in full.
        self._left -= file.size
        if content_id not in self._made:
            self._made[content_id] = self._encoded(file)
        return self._made[content_id]

    def _encoded(self, file: Attachment) -> str | None:
        try:
            content = self._files.content(self._contact, file.part)
        except FileGoneError:
            return None
        return f"data:{file.type};base64,{base64.b64encode(content).decode()}"


def page(mail: MailView, title: str, files: TicketFiles) -> Page:
    """The page of one mail: its HTML made harmless, with its own pictures; without HTML its text.

    It holds at most `ALL_PICTURES`; of pictures beyond that it says how many are left out.
    """
    message = mail.message
    if not message.html.strip():
        return Page(framed(f"<pre>{html.escape(message.text)}</pre>", title), 0)
    pictures = _Pictures(mail, files)
    shown = display.safe(message.html, pictures.address)
    left_out = f"<p>Pictures left out: {pictures.left_out}.</p>\n" if pictures.left_out else ""
    return Page(framed(left_out + shown.html, title), shown.blocked)


def framed(body: str, title: str) -> str:
    """A whole page around harmless HTML, which loads nothing."""
    return _PAGE.format(policy=_POLICY, title=html.escape(title), body=body)
