"""Catalan phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("resposta automàtica", "fora de l'oficina", "soc fora de l'oficina"),
    away_short=("de vacances", "absent"),
    undelivered=("no es pot lliurar", "no lliurat"),
)
