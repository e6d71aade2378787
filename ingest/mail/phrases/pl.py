"""Polish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "dnia",
        "w dniu",
    ),
    wrote=(
        "napisał",
        "napisała",
        "napisał(a)",
        "pisze",
    ),
    from_labels=("od",),
    date_labels=(
        "wysłano",
        "data",
        "wysłane",
    ),
    other_labels=(
        "do",
        "dw",
        "temat",
    ),
    original=(
        "wiadomość oryginalna",
        "oryginalna wiadomość",
        "wiadomość pierwotna",
        "treść oryginalnej wiadomości",
    ),
    forwarded=(
        "wiadomość przekazana dalej",
        "przekazana wiadomość",
        "forwarded message",
    ),
    sent_from=(
        "wysłano z",
        "wysłane z",
        "pobierz outlook",
        "pobierz program outlook",
    ),
    away=(
        "automatyczna odpowiedź",
        "odpowiedź automatyczna",
        "poza biurem",
        "nieobecność w biurze",
        "jestem na urlopie",
    ),
    away_short=(
        "nieobecność",
        "na urlopie",
        "urlop",
    ),
    undelivered=(
        "niedostarczona",
        "nie można dostarczyć",
        "nie dostarczono",
        "niedostarczalne",
        "niedostarczony",
        "zwrot wiadomości",
    ),
    failure=(
        "nie można dostarczyć",
        "nie istnieje",
    ),
)
