"""The new words of a body without a mail around it: bytes in a charset that nobody names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ingest.mail import charset, newwords, quoting

if TYPE_CHECKING:
    from ingest.mail.quoting import NewWords

Form = Literal["text", "html"]


def new_words(data: bytes, form: Form) -> NewWords:
    """What was written this time; the charset is UTF-8 where that fits, else detected. Never raises."""
    text, _ = charset.decode(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return newwords.of_html(text) if form == "html" else quoting.new_words(text)
