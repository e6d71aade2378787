"""Italian phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "il",
        "in data",
        "il giorno",
    ),
    wrote=(
        "ha scritto",
        "scrisse",
        "scrive",
    ),
    from_labels=("da",),
    date_labels=(
        "inviato",
        "data",
        "inviata",
    ),
    other_labels=(
        "a",
        "cc",
        "oggetto",
        "risposta",
    ),
    original=(
        "messaggio originale",
        "messaggio originario",
    ),
    forwarded=(
        "messaggio inoltrato",
        "inizio messaggio inoltrato",
    ),
    sent_from=(
        "inviato da",
        "inviato dal",
        "scarica outlook per",
        "ottieni outlook per",
    ),
    away=(
        "risposta automatica",
        "fuori sede",
        "fuori ufficio",
        "assenza dall'ufficio",
    ),
    away_short=(
        "assente",
        "in ferie",
        "assenza",
    ),
    undelivered=(
        "non recapitabile",
        "mancato recapito",
        "impossibile recapitare",
        "consegna fallita",
        "errore di consegna",
        "non consegnato",
        "mancata consegna",
    ),
    failure=(
        "non è stato possibile",
        "utente sconosciuto",
        "non recapitato",
    ),
)
