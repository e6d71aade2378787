"""Turkish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    wrote=("şunu yazdı", "şunları yazdı", "yazdı"),
    from_labels=("kimden", "gönderen"),
    date_labels=("gönderildi", "tarih", "gönderme tarihi"),
    other_labels=("kime", "bilgi"),
    subject_labels=("konu",),
    original=("özgün ileti", "orijinal mesaj", "orijinal ileti"),
    forwarded=("iletilen ileti", "iletilmiş mesaj", "yönlendirilmiş ileti"),
    sent_from=(
        "iphone'umdan gönderildi", "ios için outlook", "android için outlook", "telefonumdan gönderildi",
    ),
    closings=("saygılarımla", "iyi çalışmalar", "saygılar"),
    away=("otomatik yanıt", "otomatik cevap", "otomatik yanit", "ofis dışında", "ofis dışındayım"),
    away_short=("izindeyim",),
    undelivered=("teslim edilemedi", "gönderilemedi", "teslim edilemiyor"),
)  # fmt: skip
