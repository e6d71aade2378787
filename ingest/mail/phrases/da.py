"""Danish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "den",
        "på",
        "man.",
        "tirs.",
        "ons.",
        "tors.",
        "fre.",
        "lør.",
        "søn.",
    ),
    wrote=(
        "skrev",
        "har skrevet",
    ),
    from_labels=("fra",),
    date_labels=(
        "sendt",
        "dato",
    ),
    other_labels=(
        "til",
        "cc",
        "emne",
    ),
    original=(
        "oprindelig meddelelse",
        "oprindelig besked",
        "original besked",
        "original meddelelse",
    ),
    forwarded=(
        "videresendt meddelelse",
        "videresendt besked",
        "start på videresendt besked",
    ),
    sent_from=(
        "sendt fra min",
        "sendt fra mit",
        "sendt fra outlook",
        "hent outlook til",
        "få outlook til",
    ),
    away=(
        "automatisk svar",
        "autosvar",
        "fraværsbesked",
        "fraværsmeddelelse",
        "jeg er på ferie",
    ),
    away_short=(
        "fravær",
        "på ferie",
        "ferie",
        "ikke til stede",
    ),
    undelivered=(
        "kan ikke leveres",
        "kunne ikke leveres",
        "ikke leveret",
        "leveringsfejl",
        "ikke afleveret",
    ),
    failure=(
        "kunne ikke leveres",
        "findes ikke",
        "ukendt bruger",
    ),
)
