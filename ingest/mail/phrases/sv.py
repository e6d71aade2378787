"""Swedish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "den",
        "på",
        "mån",
        "tis",
        "ons",
        "tors",
        "fre",
        "lör",
        "sön",
    ),
    wrote=(
        "skrev",
        "skrev följande",
        "har skrivit",
    ),
    from_labels=("från",),
    date_labels=(
        "skickat",
        "datum",
        "skickades",
    ),
    other_labels=(
        "till",
        "kopia",
        "ämne",
    ),
    original=(
        "ursprungligt meddelande",
        "originalmeddelande",
        "ursprungligt mail",
    ),
    forwarded=(
        "vidarebefordrat meddelande",
        "vidarebefordrat brev",
    ),
    sent_from=(
        "skickat från min",
        "skickat från mitt",
        "skickat från outlook",
        "skickat från e-post",
        "hämta outlook för",
        "skaffa outlook för",
        "skickat från yahoo",
    ),
    away=(
        "automatiskt svar",
        "autosvar",
        "frånvaromeddelande",
        "inte på kontoret",
        "jag är på semester",
        "ej på plats",
    ),
    away_short=(
        "frånvarande",
        "på semester",
        "semester",
        "frånvaro",
    ),
    undelivered=(
        "kan inte levereras",
        "kunde inte levereras",
        "ej levererat",
        "leveransfel",
        "oleverbart",
        "inte levererat",
    ),
    failure=(
        "kunde inte levereras",
        "finns inte",
        "okänd användare",
    ),
)
