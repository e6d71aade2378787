"""What mail programs and their robots say, one file per language; data only.

A language is added by writing its file and naming it in `LANGUAGES`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.mail.phrases import (
    ar,
    bg,
    ca,
    cs,
    da,
    de,
    el,
    en,
    es,
    et,
    fi,
    fr,
    he,
    hr,
    hu,
    it,
    ja,
    ko,
    lt,
    lv,
    nb,
    nl,
    pl,
    pt,
    ro,
    ru,
    sk,
    sl,
    sv,
    th,
    tr,
    uk,
    vi,
    zh,
)
from ingest.mail.phrases import id as indonesian

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
    ar.PHRASES,
    bg.PHRASES,
    ca.PHRASES,
    cs.PHRASES,
    el.PHRASES,
    et.PHRASES,
    he.PHRASES,
    hr.PHRASES,
    hu.PHRASES,
    indonesian.PHRASES,
    ko.PHRASES,
    lt.PHRASES,
    lv.PHRASES,
    ro.PHRASES,
    sk.PHRASES,
    sl.PHRASES,
    th.PHRASES,
    tr.PHRASES,
    vi.PHRASES,
)
"""Every language, the three of the house first."""


def every(kind: str) -> tuple[str, ...]:
    """The phrases of one kind in all languages, longest first, so that an alternation takes the longest."""
    found = {phrase for language in LANGUAGES for phrase in getattr(language, kind)}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def pattern(kind: str) -> str:
    """The phrases of one kind as alternatives of a regular expression.

    Either apostrophe and either space will do, and an ellipsis stands for a few words.
    """
    return "|".join(
        re.escape(phrase).replace("'", "['\u2019]").replace(r"\ ", "[ \xa0]").replace("\u2026", ".{1,60}")
        for phrase in every(kind)
    )
