"""Hungarian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("automatikus válasz", "házon kívül", "irodán kívül", "nem vagyok az irodában"),
    away_short=("szabadságon",),
    undelivered=("kézbesíthetetlen", "nem kézbesíthető", "nem sikerült kézbesíteni"),
)
