"""What mail programs and their robots say, one file per language; data only.

A language is added by writing its file and naming it in `LANGUAGES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.mail.phrases import da, de, en, es, fi, fr, it, ja, nb, nl, pl, pt, ru, sv, uk, zh

if TYPE_CHECKING:
    from ingest.mail.phrases.words import Phrases

LANGUAGES: tuple[Phrases, ...] = (
    en.PHRASES,
    es.PHRASES,
    nb.PHRASES,
    da.PHRASES,
    sv.PHRASES,
    de.PHRASES,
    fr.PHRASES,
    it.PHRASES,
    pt.PHRASES,
    nl.PHRASES,
    pl.PHRASES,
    fi.PHRASES,
    ru.PHRASES,
    uk.PHRASES,
    ja.PHRASES,
    zh.PHRASES,
)
"""Every language, the three of the house first."""


def every(kind: str) -> tuple[str, ...]:
    """The phrases of one kind in all languages, longest first, so that an alternation takes the longest."""
    found = {phrase for language in LANGUAGES for phrase in getattr(language, kind)}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))
