"""Danish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "den", "på", "man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn.", "tir.", "tor.", "mandag",
        "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag",
    ),
    wrote=("skrev", "har skrevet", "skrev følgende", "skriver"),
    persons=("jeg", "vi", "du", "i", "de", "han", "hun", "man", "som"),
    from_labels=("fra", "afsender"),
    date_labels=("sendt", "dato", "sendt den"),
    other_labels=(
        "til", "cc", "bcc", "kopi", "svar til", "prioritet", "vedhæftede filer", "vedhæftet fil",
        "modtager",
    ),
    subject_labels=("emne",),
    original=(
        "oprindelig meddelelse", "oprindelig besked", "original besked", "original meddelelse",
        "oprindelig mail", "oprindelig e-mail", "oprindelig aftale", "den oprindelige meddelelse",
    ),
    forwarded=(
        "videresendt meddelelse", "videresendt besked", "start på videresendt besked", "videresendt mail",
        "videresendt e-mail", "begyndelse på videresendt besked", "videresendt af",
        "start på videresendt meddelelse",
    ),
    sent_from=(
        "sendt fra min", "sendt fra mit", "sendt fra outlook", "sendt fra mail", "sendt fra yahoo",
        "sendt fra samsung", "sendt fra iphone", "sendt fra ipad", "sendt fra android", "sendt fra mobil",
        "sendt fra proton", "hent outlook til", "hent outlook for", "få outlook til", "få outlook for",
        "sendt via min", "sendt med proton", "skrevet på min", "sendt fra en mobil", "sendt fra en telefon",
        "sendt fra en iphone",
    ),
    closings=(
        "mvh", "m.v.h.", "med venlig hilsen", "venlig hilsen", "med venlige hilsner", "venlige hilsner",
        "de bedste hilsner", "bedste hilsner", "bedste hilsen", "med hilsen", "hilsen", "hilsner",
        "mange hilsner", "med de bedste hilsner", "kh", "kærlig hilsen", "kærlige hilsner",
        "mange kærlige hilsner", "vh", "v.h.", "dbh", "bh", "hej hej",
    ),
    disclaimers=(
        "denne e-mail er fortrolig", "denne e-mail og", "denne e-mail kan indeholde",
        "denne e-mail indeholder", "denne mail er fortrolig", "denne mail kan indeholde",
        "denne mail indeholder", "denne meddelelse er", "denne meddelelse kan", "fortrolighedserklæring",
        "fortrolighed:", "hvis du ikke er den rette modtager", "hvis du har modtaget denne",
        "oplysningerne i denne", "tænk på miljøet", "indholdet af denne",
    ),
    legal=("fortrolig", "modtager", "miljø", "virus", "printer", "udskriv", "afsender", "slet"),
    away=(
        "automatisk svar",
        "autosvar",
        "fraværsbesked",
        "fraværsmeddelelse",
        "jeg er på ferie",
        "på ferie",
        "fraværsassistent",
        "ikke på kontoret",
        "jeg er ikke på kontoret",
        "automatsvar",
        "ferieautosvar",
    ),
    away_short=(
        "fravær",
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
)  # fmt: skip
