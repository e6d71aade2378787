"""Latvian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("automātiska atbilde", "automātiskā atbilde", "ārpus biroja"),
    away_short=("atvaļinājumā",),
    undelivered=("nepiegādāts", "nevar piegādāt"),
)
