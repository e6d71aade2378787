"""Bulgarian phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("на",),
    wrote=("написа", "пише"),
    from_labels=("от",),
    date_labels=("изпратено", "дата"),
    other_labels=("до", "копие"),
    subject_labels=("относно",),
    original=("оригинално съобщение", "първоначално съобщение"),
    forwarded=("препратено съобщение",),
    sent_from=("изпратено от моя", "изпратено от iphone"),
    closings=("поздрави", "с уважение"),
    away=("автоматичен отговор", "извън офиса", "отсъствам от офиса"),
    away_short=("в отпуск",),
    undelivered=("недоставено", "не може да бъде доставено"),
)  # fmt: skip
