"""Hebrew phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    wrote=("כתב", "כתבה", "כתב/ה"),
    from_labels=("מאת",),
    date_labels=("נשלח", "תאריך"),
    other_labels=("אל", "עותק"),
    subject_labels=("נושא",),
    original=("הודעה מקורית",),
    forwarded=("הודעה שהועברה",),
    sent_from=("נשלח מה", "נשלח מ-iphone"),
    closings=("בברכה", "תודה ובברכה", "בכבוד רב"),
    away=("תשובה אוטומטית", "מענה אוטומטי", "מחוץ למשרד", "אני מחוץ למשרד"),
    away_short=("בחופשה",),
    undelivered=("לא ניתן למסירה", "לא נמסרה"),
)  # fmt: skip
