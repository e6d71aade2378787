"""Vietnamese phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("vào",),
    wrote=("đã viết", "viết"),
    from_labels=("từ", "người gửi"),
    date_labels=("đã gửi", "ngày"),
    other_labels=("đến", "tới"),
    subject_labels=("chủ đề", "tiêu đề"),
    original=("thư gốc", "tin nhắn gốc"),
    forwarded=("thư được chuyển tiếp", "tin nhắn được chuyển tiếp"),
    sent_from=("đã gửi từ iphone", "được gửi từ iphone", "gửi từ iphone"),
    closings=("trân trọng",),
    away=("trả lời tự động", "thư trả lời tự động", "vắng mặt tại văn phòng"),
    away_short=("đang nghỉ phép",),
    undelivered=("không gửi được", "không thể gửi"),
)  # fmt: skip
