"""Hungarian phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    wrote=("ezt írta", "írta", "a következőt írta"),
    from_labels=("feladó",),
    date_labels=("elküldve", "dátum", "küldve"),
    other_labels=("címzett", "másolatot kap"),
    subject_labels=("tárgy",),
    original=("eredeti üzenet",),
    forwarded=("továbbított üzenet",),
    sent_from=(
        "küldve az iphone", "elküldve az iphone", "küldve iphone", "outlook letöltése",
        "az outlook letöltése",
    ),
    closings=("üdvözlettel", "tisztelettel", "köszönettel"),
    away=("automatikus válasz", "házon kívül", "irodán kívül", "nem vagyok az irodában"),
    away_short=("szabadságon",),
    undelivered=("kézbesíthetetlen", "nem kézbesíthető", "nem sikerült kézbesíteni"),
)  # fmt: skip
