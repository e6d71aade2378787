"""Slovak phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("automatická odpoveď", "mimo kancelárie", "neprítomnosť v kancelárii"),
    away_short=("neprítomnosť", "dovolenka"),
    undelivered=("nedoručiteľné", "nie je možné doručiť", "nedoručené"),
)
