"""Estonian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("automaatvastus", "automaatne vastus", "kontorist väljas"),
    away_short=("puhkusel",),
    undelivered=("kättetoimetamatu", "ei saanud kohale toimetada"),
)
