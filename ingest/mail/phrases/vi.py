"""Vietnamese phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("trả lời tự động", "thư trả lời tự động", "vắng mặt tại văn phòng"),
    away_short=("đang nghỉ phép",),
    undelivered=("không gửi được", "không thể gửi"),
)
