"""Finnish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "ma",
        "ti",
        "ke",
        "to",
        "pe",
        "la",
        "su",
    ),
    wrote=("kirjoitti",),
    from_labels=("lähettäjä",),
    date_labels=(
        "lähetetty",
        "päiväys",
        "päivämäärä",
    ),
    other_labels=(
        "vastaanottaja",
        "kopio",
        "aihe",
    ),
    original=("alkuperäinen viesti",),
    forwarded=(
        "edelleenlähetetty viesti",
        "välitetty viesti",
    ),
    sent_from=(
        "lähetetty",
        "hanki outlook",
    ),
    away=(
        "automaattinen vastaus",
        "poissa toimistosta",
        "poissaoloilmoitus",
    ),
    away_short=(
        "poissa",
        "lomalla",
    ),
    undelivered=(
        "ei voitu toimittaa",
        "toimittamaton",
        "toimitus epäonnistui",
    ),
)
