"""Ukrainian phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "в",
        "понеділок",
        "вівторок",
        "середа",
        "четвер",
        "субота",
        "неділя",
    ),
    wrote=(
        "пише",
        "написав",
        "написала",
        "писав",
    ),
    from_labels=("від",),
    date_labels=(
        "надіслано",
        "дата",
    ),
    other_labels=(
        "кому",
        "копія",
        "тема",
    ),
    original=(
        "вихідне повідомлення",
        "оригінальне повідомлення",
    ),
    forwarded=("переслане повідомлення",),
    sent_from=("надіслано з",),
    away=(
        "автоматична відповідь",
        "автовідповідь",
    ),
    undelivered=("не доставлено",),
)
