"""Italian phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "il", "in data", "il giorno", "alle", "lun", "mar", "mer", "gio", "ven", "sab", "dom", "lunedì",
        "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "nel messaggio",
    ),
    wrote=("ha scritto", "scrisse", "scrive", "scriveva", "hanno scritto"),
    persons=("io", "noi", "lei", "voi", "ho", "mi", "vi", "le", "gli"),
    from_labels=("da", "mittente", "per conto di"),
    date_labels=("inviato", "data", "inviata", "inviato il", "data invio", "spedito"),
    other_labels=(
        "a", "cc", "ccn", "bcc", "risposta", "rispondi a", "priorità", "importanza", "allegati",
        "destinatario", "per conoscenza", "per",
    ),
    subject_labels=("oggetto",),
    original=(
        "messaggio originale", "messaggio originario", "messaggio di origine", "e-mail originale",
        "mail originale", "messaggio iniziale", "appuntamento originale",
    ),
    forwarded=(
        "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato",
        "mail inoltrata", "e-mail inoltrata", "inoltrato da", "inizio messaggio inoltrato da",
        "messaggio inoltrato da",
    ),
    sent_from=(
        "inviato da iphone", "inviato da ipad", "inviato da android", "inviato da outlook",
        "inviato da posta", "inviato da yahoo", "inviato da samsung", "inviato da gmail", "inviato da mail",
        "inviato da libero", "inviato da huawei", "inviato da mobile", "inviato da proton",
        "inviato da smartphone", "inviato da tablet", "inviato da windows", "inviato da blackberry",
        "inviato da mio", "messaggio inviato da iphone", "scarica outlook per", "ottieni outlook per",
        "scritto dal mio", "posta inviata da", "inviato dal mio", "inviato dal telefono",
        "inviato dal cellulare", "inviato dall'iphone", "inviato dall'app", "inviato con proton",
        "inviato con aqua", "inviato con airmail", "inviato tramite outlook", "inviato da un dispositivo",
        "inviato da un cellulare", "spedito da iphone", "spedito dal mio",
    ),
    closings=(
        "cordiali saluti", "distinti saluti", "saluti", "un saluto", "un cordiale saluto", "cordialmente",
        "cordialità", "molti saluti", "tanti saluti", "i migliori saluti", "migliori saluti",
        "con i migliori saluti", "buona giornata e cordiali saluti", "grazie e saluti",
        "grazie e cordiali saluti", "porgo cordiali saluti", "porgo distinti saluti",
        "in attesa di un vostro riscontro porgo cordiali saluti", "un caro saluto", "cari saluti",
        "in fede", "un abbraccio", "resto a disposizione",
    ),
    disclaimers=(
        "le informazioni contenute", "questo messaggio", "questa e-mail", "questa email",
        "il contenuto di questa", "il contenuto di questo", "il presente messaggio", "la presente e-mail",
        "la presente comunicazione", "avviso di riservatezza", "nota di riservatezza",
        "informativa privacy", "ai sensi del", "ai sensi dell", "se avete ricevuto questo",
        "se ha ricevuto questo", "prima di stampare", "rispetta l'ambiente", "pensa all'ambiente",
        "privo di virus",
    ),
    legal=(
        "riservat", "confidenzial", "destinatari", "ambiente", "virus", "privacy", "dati personali",
        "stampa", "mittente",
    ),
    away=(
        "risposta automatica",
        "fuori sede",
        "fuori ufficio",
        "assenza dall'ufficio",
        "in ferie",
        "sono in ferie",
        "sono fuori ufficio",
        "messaggio di assenza",
        "assente dall'ufficio",
        "avviso di assenza",
        "fuori dall'ufficio",
        "sono assente",
    ),
    away_short=(
        "assente",
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
)  # fmt: skip
