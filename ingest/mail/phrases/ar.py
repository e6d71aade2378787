"""Arabic phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    wrote=("كتب", "كتبت"),
    from_labels=("من",),
    date_labels=("تم الإرسال", "التاريخ", "تاريخ الإرسال"),
    other_labels=("إلى", "نسخة"),
    subject_labels=("الموضوع",),
    original=("الرسالة الأصلية",),
    forwarded=("رسالة معاد توجيهها",),
    sent_from=("أرسلت من iphone", "مرسل من iphone", "مرسل من الـ iphone"),
    closings=("مع أطيب التحيات", "مع التحية", "مع خالص التحية"),
    away=("رد تلقائي", "الرد التلقائي", "رد آلي", "خارج المكتب", "أنا خارج المكتب"),
    away_short=("إجازة",),
    undelivered=("غير قابل للتسليم", "تعذر تسليم", "تعذر التسليم", "لم يتم التسليم"),
)  # fmt: skip
