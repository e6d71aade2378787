"""Korean phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("자동 회신", "자동회신", "자동 응답", "자동응답", "부재중 자동 회신", "부재 중 알림"),
    away_short=("부재중", "부재 중"),
    undelivered=("배달되지 않음", "배달 못함", "전송 실패", "반송"),
)
