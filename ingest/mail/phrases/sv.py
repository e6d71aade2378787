"""Swedish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "den", "på", "mån", "tis", "ons", "tors", "tor", "fre", "lör", "sön", "måndag", "tisdag", "onsdag",
        "torsdag", "fredag", "lördag", "söndag", "måndagen den", "tisdagen den", "onsdagen den",
        "torsdagen den", "fredagen den", "lördagen den", "söndagen den",
    ),
    wrote=("skrev", "skrev följande", "har skrivit", "skriver"),
    persons=("jag", "vi", "du", "ni", "de", "han", "hon", "man", "som"),
    from_labels=("från", "avsändare"),
    date_labels=("skickat", "datum", "skickades", "skickat den"),
    other_labels=(
        "till", "kopia", "hemlig kopia", "cc", "svara till", "prioritet", "bifogade filer", "mottagare",
        "svar till",
    ),
    subject_labels=("ämne", "ärende"),
    original=(
        "ursprungligt meddelande", "originalmeddelande", "ursprungligt mail", "ursprungligt mejl",
        "ursprungligt e-postmeddelande", "ursprunglig avtalad tid", "orginalmeddelande",
        "ursprungsmeddelande",
    ),
    forwarded=(
        "vidarebefordrat meddelande", "vidarebefordrat brev", "vidarebefordrat mail",
        "vidarebefordrat mejl", "vidarebefordrat e-postmeddelande", "börja vidarebefordrat meddelande",
        "början på vidarebefordrat meddelande", "vidarebefordrat av", "påbörjat vidarebefordrat meddelande",
    ),
    sent_from=(
        "skickat från min", "skickat från mitt", "skickat från outlook", "skickat från e-post",
        "skickat från yahoo", "skickat från samsung", "skickat från iphone", "skickat från ipad",
        "skickat från android", "skickat från mobil", "skickat från proton", "skickat från gmail",
        "skickad från min", "skickades från min", "hämta outlook för", "skaffa outlook för",
        "ladda ned outlook för", "ladda ner outlook för", "skickat med proton", "skickat via min",
        "sänt från min", "skrivet på min", "skickat från en mobil", "skickat från en telefon",
        "skickat från en iphone",
    ),
    closings=(
        "mvh", "m.v.h.", "vh", "hälsningar", "hälsning", "med vänlig hälsning", "med vänliga hälsningar",
        "vänlig hälsning", "vänliga hälsningar", "vänligen", "bästa hälsningar", "bästa hälsning",
        "med bästa hälsningar", "med bästa hälsning", "hälsar", "hjärtliga hälsningar", "många hälsningar",
        "varma hälsningar", "med hälsning", "hej så länge", "allt gott", "kram", "ha det bra",
        "med vänlig hälsning / best regards", "med vänlig hälsning/best regards",
    ),
    disclaimers=(
        "detta e-postmeddelande", "detta meddelande är", "detta meddelande kan", "detta meddelande och",
        "detta meddelande innehåller", "detta mail", "detta mejl", "denna e-post", "informationen i detta",
        "innehållet i detta", "sekretess:", "om du inte är rätt mottagare",
        "om du inte är avsedd mottagare", "om du har fått detta", "tänk på miljön",
    ),
    legal=(
        "konfidentiel", "sekretess", "mottagare", "miljö", "virus", "personuppgift", "skriver ut",
        "avsändare", "radera",
    ),
    away=(
        "automatiskt svar",
        "autosvar",
        "frånvaromeddelande",
        "inte på kontoret",
        "jag är på semester",
        "ej på plats",
        "på semester",
        "frånvaroassistent",
        "frånvarobesked",
        "automatsvar",
        "semestermeddelande",
        "jag är inte på kontoret",
        "inte på plats",
    ),
    away_short=(
        "frånvarande",
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
)  # fmt: skip
