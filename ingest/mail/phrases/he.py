"""Hebrew phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("תשובה אוטומטית", "מענה אוטומטי", "מחוץ למשרד", "אני מחוץ למשרד"),
    away_short=("בחופשה",),
    undelivered=("לא ניתן למסירה", "לא נמסרה"),
)
