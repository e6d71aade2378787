"""Slovak phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("dňa",),
    wrote=("napísal", "napísala", "napísal(a)", "píše"),
    from_labels=("od", "odosielateľ"),
    date_labels=("odoslané", "dátum"),
    other_labels=("komu", "kópia"),
    subject_labels=("predmet",),
    original=("pôvodná správa",),
    forwarded=("preposlaná správa",),
    sent_from=("odoslané z môjho", "odoslané z iphonu", "odoslané z mobilu", "získať outlook pre"),
    closings=("s pozdravom", "s úctou"),
    away=("automatická odpoveď", "mimo kancelárie", "neprítomnosť v kancelárii"),
    away_short=("neprítomnosť", "dovolenka"),
    undelivered=("nedoručiteľné", "nie je možné doručiť", "nedoručené"),
)  # fmt: skip
