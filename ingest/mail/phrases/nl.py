"""Dutch phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("op",),
    wrote=(
        "schreef",
        "geschreven",
        "heeft geschreven",
        "het volgende geschreven",
    ),
    from_labels=("van",),
    date_labels=(
        "verzonden",
        "datum",
    ),
    other_labels=(
        "aan",
        "cc",
        "onderwerp",
    ),
    original=(
        "oorspronkelijk bericht",
        "origineel bericht",
        "oorspronkelijke bericht",
    ),
    forwarded=("doorgestuurd bericht",),
    sent_from=(
        "verzonden vanaf",
        "verzonden vanuit",
        "verzonden met",
        "verstuurd vanaf",
        "verstuurd met",
        "verstuurd vanuit",
        "verstuurd via",
        "outlook downloaden voor",
        "download outlook voor",
    ),
    away=(
        "automatisch antwoord",
        "automatische antwoord",
        "afwezigheidsbericht",
        "niet op kantoor",
    ),
    away_short=(
        "afwezigheid",
        "afwezig",
        "op vakantie",
        "niet aanwezig",
    ),
    undelivered=(
        "niet bezorgd",
        "onbestelbaar",
        "kan niet worden bezorgd",
        "niet te bezorgen",
        "bezorging mislukt",
    ),
    failure=(
        "kon niet worden bezorgd",
        "bestaat niet",
        "onbekende gebruiker",
    ),
)
