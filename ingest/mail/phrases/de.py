"""German phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "am",
        "vom",
        "von",
        "um",
    ),
    wrote=(
        "schrieb",
        "geschrieben",
        "schrieb am",
        "hat geschrieben",
        "schreibt",
    ),
    from_labels=("von",),
    date_labels=(
        "gesendet",
        "datum",
        "gesendet am",
    ),
    other_labels=(
        "an",
        "cc",
        "kopie",
        "betreff",
        "antwort an",
    ),
    original=(
        "ursprüngliche nachricht",
        "originalnachricht",
        "original-nachricht",
        "ursprüngliche mail",
        "originale nachricht",
        "original nachricht",
        "urspr. nachricht",
    ),
    forwarded=(
        "weitergeleitete nachricht",
        "anfang der weitergeleiteten nachricht",
        "weitergeleitete mail",
    ),
    sent_from=(
        "von meinem",
        "von meiner",
        "gesendet von",
        "gesendet mit",
        "gesendet über",
        "diese nachricht wurde von meinem",
        "holen sie sich outlook",
        "outlook für",
    ),
    away=(
        "automatische antwort",
        "abwesenheitsnotiz",
        "abwesenheitsmeldung",
        "abwesenheitsbenachrichtigung",
        "nicht im büro",
        "außer haus",
        "autoantwort",
        "abwesenheitsassistent",
    ),
    away_short=(
        "abwesend",
        "abwesenheit",
        "im urlaub",
        "urlaub",
    ),
    delayed=(
        "zustellung verzögert",
        "verzögerte zustellung",
    ),
    undelivered=(
        "unzustellbar",
        "nicht zugestellt",
        "nicht zustellbar",
        "zustellung fehlgeschlagen",
        "konnte nicht zugestellt",
        "fehler bei der zustellung",
        "zustellungsfehler",
        "übermittlungsstatus",
        "unzustellbarkeit",
    ),
    failure=(
        "konnte nicht zugestellt",
        "nicht zugestellt werden",
        "unbekannter empfänger",
        "postfach voll",
        "existiert nicht",
        "unbekannter benutzer",
    ),
    daemon=(
        "systemadministrator",
        "mailzustellung",
    ),
)
