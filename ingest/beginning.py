"""A message of which only the beginning was taken says so, to agents and in its defects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from events.message import Message

_KIB = 1024
_WORDS = {
    "en": "[Only the first {here} KiB of this message were taken in; it has {whole} KiB. All of it is still"
    " in its mailbox, at {host}.]",
    "es": "[Solo se han recogido los primeros {here} KiB de este mensaje; tiene {whole} KiB. Entero sigue en"
    " su buzón, en {host}.]",
    "nb": "[Bare de første {here} KiB av denne meldingen er hentet inn; den er på {whole} KiB. Hele ligger"
    " fortsatt i postkassen, hos {host}.]",
}
"""By the desk's own language: agents read it, and nobody else."""


def say_if_cut(message: Message, octets: int, languages: Sequence[str]) -> Message:
    """The message itself, or with a line below its words where ``octets`` are only its beginning."""
    whole = message.envelope.whole
    if not whole:
        return message
    language = next((one for one in languages if one in _WORDS), "en")
    words = _WORDS[language].format(
        here=-(-octets // _KIB), whole=-(-whole // _KIB), host=message.envelope.client or "its server"
    )
    return msgspec.structs.replace(
        message,
        text=_below(message.text, words),
        new_words=_below(message.new_words, words),
        defects=(*message.defects, f"cut: {octets} of {whole} octets"),
    )


def _below(text: str, words: str) -> str:
    return f"{text.rstrip()}\n\n{words}" if text.strip() else words
