"""Indonesian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("balasan otomatis", "jawaban otomatis", "di luar kantor"),
    away_short=("sedang cuti",),
    undelivered=("tidak terkirim", "tidak dapat dikirim"),
)
