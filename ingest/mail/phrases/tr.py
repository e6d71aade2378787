"""Turkish phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("otomatik yanıt", "otomatik cevap", "otomatik yanit", "ofis dışında", "ofis dışındayım"),
    away_short=("izindeyim",),
    undelivered=("teslim edilemedi", "gönderilemedi", "teslim edilemiyor"),
)
