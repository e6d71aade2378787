"""Bulgarian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("автоматичен отговор", "извън офиса", "отсъствам от офиса"),
    away_short=("в отпуск",),
    undelivered=("недоставено", "не може да бъде доставено"),
)
