"""Korean phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    wrote=("작성", "님이 작성", "썼습니다", "작성했습니다"),
    from_labels=("보낸 사람", "보낸사람", "발신"),
    date_labels=("보낸 날짜", "보낸날짜", "날짜", "보낸 시간"),
    other_labels=("받는 사람", "받는사람", "참조"),
    subject_labels=("제목",),
    original=("원본 메시지", "원본 메일"),
    forwarded=("전달된 메시지", "전달된 메일"),
    sent_from=(
        "나의 iphone에서 보냄", "내 iphone에서 보냄", "iphone에서 보냄", "android용 outlook",
        "ios용 outlook",
    ),
    closings=("감사합니다", "드림", "올림"),
    away=("자동 회신", "자동회신", "자동 응답", "자동응답", "부재중 자동 회신", "부재 중 알림"),
    away_short=("부재중", "부재 중"),
    undelivered=("배달되지 않음", "배달 못함", "전송 실패", "반송"),
)  # fmt: skip
