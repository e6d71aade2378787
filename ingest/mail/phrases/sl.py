"""Slovenian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("samodejni odgovor", "avtomatski odgovor", "odsoten iz pisarne"),
    away_short=("na dopustu",),
    undelivered=("ni mogoče dostaviti", "nedostavljivo"),
)
