"""The line that we put above every conversation we mail out: what stands below it is not new.

It is the surest cut there is, because we wrote it ourselves; templates take it from here.
"""

from __future__ import annotations

import re
from typing import Final

REPLY_MARKERS: Final = {
    "en": "Please reply above this line",
    "es": "Escriba su respuesta por encima de esta línea",
    "nb": "Skriv svaret ditt over denne linjen",
}
"""The phrase by language (ISO 639-1)."""

_LINE = re.compile(r"##- ?([^\n]{3,120}?) ?-##")
_ASCII: Final = str.maketrans("áéíóúñåøæ", "aeiounaoa")


def line(language: str) -> str:
    """The whole marker line in a language; English where we have no phrase."""
    return f"##- {REPLY_MARKERS.get(language, REPLY_MARKERS['en'])} -##"


def _folded(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").lower().translate(_ASCII).split())


_KNOWN: Final = frozenset(_folded(phrase) for phrase in REPLY_MARKERS.values())


def stands_in(text: str) -> bool:
    """Whether a line shows one of our markers, whatever quote signs and markup surround it."""
    if "##-" not in text:
        return False
    return any(_folded(phrase) in _KNOWN for phrase in _LINE.findall(text[:2000]))
