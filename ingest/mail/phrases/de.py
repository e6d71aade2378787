"""German phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "am", "vom", "von", "um", "mo.", "di.", "mi.", "do.", "fr.", "sa.", "so.", "montag", "dienstag",
        "mittwoch", "donnerstag", "freitag", "samstag", "sonntag",
    ),
    wrote=(
        "schrieb", "geschrieben", "schrieb am", "hat geschrieben", "schreibt", "hat am", "schrieben",
        "schrieb folgendes",
    ),
    persons=("ich", "wir", "sie", "du", "ihr", "er", "man", "uns", "habe ich", "haben wir"),
    from_labels=("von", "absender", "im auftrag von"),
    date_labels=("gesendet", "datum", "gesendet am", "versendet am", "verschickt", "versandt"),
    other_labels=(
        "an", "cc", "bcc", "kopie", "blindkopie", "antwort an", "priorität", "wichtigkeit", "anlagen",
        "anhänge", "empfänger", "organisation",
    ),
    subject_labels=("betreff", "betrifft", "thema"),
    original=(
        "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "ursprüngliche mail",
        "ursprüngliche e-mail", "originale nachricht", "original nachricht", "urspr. nachricht",
        "original-mail", "ursprünglicher termin", "ursprüngl. nachricht", "originalmail",
        "urspruengliche nachricht",
    ),
    forwarded=(
        "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht",
        "anfang der weitergeleiteten e-mail", "beginn der weitergeleiteten nachricht",
        "weitergeleitete mail", "weitergeleitete e-mail", "weitergeleitet von",
        "ende der weitergeleiteten nachricht",
    ),
    sent_from=(
        "von meinem iphone", "von meinem ipad", "von meinem mobil", "von meinem handy",
        "von meinem smartphone", "von meinem samsung", "von meinem android", "von meinem huawei",
        "von meinem blackberry", "von meinem xiaomi", "von meinem windows", "von meinem galaxy",
        "von meinem sony", "von meinem htc", "von meinem nokia", "von meinem tablet", "von meiner",
        "von unterwegs gesendet", "von unterwegs", "von mobil gesendet", "von mobilgerät gesendet",
        "von outlook für", "von yahoo mail", "von samsung mobile gesendet", "von samsung-tablet gesendet",
        "gesendet von", "gesendet mit", "gesendet über", "gesendet aus", "gesendet via", "versendet mit",
        "verschickt mit", "verschickt von meinem", "diese nachricht wurde von meinem",
        "diese nachricht wurde mit", "diese mail wurde", "holen sie sich outlook", "outlook für",
        "erhalten sie outlook", "hol dir outlook", "geschrieben auf meinem", "mobil gesendet",
    ),
    closings=(
        "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichen gruessen",
        "mit freundlichem gruß", "mit freundlichem gruss", "mit freundlichen grüße", "freundliche grüße",
        "freundliche grüsse", "freundlicher gruß", "mit besten grüßen", "mit besten grüssen", "beste grüße",
        "beste grüsse", "bester gruß", "viele grüße", "viele grüsse", "vielen dank und viele grüße",
        "vielen dank und freundliche grüße", "liebe grüße", "liebe grüsse", "lieben gruß", "schöne grüße",
        "herzliche grüße", "herzliche grüsse", "mit herzlichen grüßen", "mit lieben grüßen", "grüße",
        "grüsse", "gruß", "gruss", "lg", "mfg", "vg", "bg", "hg", "hochachtungsvoll",
        "mit freundlichen grüßen / kind regards", "mit freundlichen grüßen / best regards",
    ),
    disclaimers=(
        "diese e-mail enthält", "diese e-mail ist", "diese e-mail kann", "diese e-mail und", "diese email",
        "diese mail enthält", "diese mail ist", "diese nachricht enthält",
        "diese nachricht ist vertraulich", "diese nachricht ist ausschließlich", "diese nachricht kann",
        "der inhalt dieser", "die information in dieser", "die informationen in dieser",
        "vertraulichkeitshinweis", "hinweis: diese", "haftungsausschluss", "falls sie nicht der",
        "wenn sie nicht der richtige", "sollten sie nicht der", "bitte denken sie an die umwelt",
        "bitte prüfen sie, ob diese", "denken sie an die umwelt", "datenschutzhinweis", "virenfrei.",
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
)  # fmt: skip
