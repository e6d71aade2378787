"""Romanian phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("pe", "în"),
    wrote=("a scris", "scrie"),
    from_labels=("de la", "expeditor"),
    date_labels=("trimis", "data", "trimisă"),
    other_labels=("către", "catre", "cc"),
    subject_labels=("subiect",),
    original=("mesaj original", "mesajul original"),
    forwarded=("mesaj redirecționat", "mesaj retrimis"),
    sent_from=(
        "trimis de pe iphone", "trimis de pe telefon", "trimis din outlook", "trimis din yahoo",
        "obțineți outlook pentru",
    ),
    closings=("cu stimă", "o zi bună", "cu respect", "salutări"),
    away=("răspuns automat", "raspuns automat", "în afara biroului", "absent din birou"),
    away_short=("în concediu",),
    undelivered=("nelivrabil", "nu a putut fi livrat", "nelivrat"),
)  # fmt: skip
