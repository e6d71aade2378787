"""Romanian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("răspuns automat", "raspuns automat", "în afara biroului", "absent din birou"),
    away_short=("în concediu",),
    undelivered=("nelivrabil", "nu a putut fi livrat", "nelivrat"),
)
