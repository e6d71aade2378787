"""Arabic phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("رد تلقائي", "الرد التلقائي", "رد آلي", "خارج المكتب", "أنا خارج المكتب"),
    away_short=("إجازة",),
    undelivered=("غير قابل للتسليم", "تعذر تسليم", "تعذر التسليم", "لم يتم التسليم"),
)
