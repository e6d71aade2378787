"""Lithuanian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("automatinis atsakymas", "ne biure", "nesu biure"),
    away_short=("atostogauju",),
    undelivered=("nepristatyta", "nepavyko pristatyti"),
)
