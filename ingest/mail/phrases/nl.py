"""Dutch phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "op", "ma", "di", "wo", "do", "vr", "za", "zo", "maandag", "dinsdag", "woensdag", "donderdag",
        "vrijdag", "zaterdag", "zondag", "in antwoord op",
    ),
    wrote=(
        "schreef", "geschreven", "heeft geschreven", "het volgende geschreven", "schreef het volgende",
        "heeft het volgende geschreven", "schrijft",
    ),
    persons=("ik", "wij", "we", "u", "je", "jij", "jullie", "hij", "zij", "heb ik", "heb"),
    from_labels=("van", "afzender", "namens"),
    date_labels=("verzonden", "datum", "verzonden op", "verstuurd", "verzenddatum"),
    other_labels=(
        "aan", "cc", "bcc", "kopie", "antwoord aan", "beantwoorden aan", "prioriteit", "urgentie", "belang",
        "bijlagen", "bijlage", "ontvanger",
    ),
    subject_labels=("onderwerp", "betreft"),
    original=(
        "oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht", "oorspronkelijke e-mail",
        "originele bericht", "origineel e-mailbericht", "originele e-mail", "oorspronkelijke afspraak",
        "oorspronkelijke mail",
    ),
    forwarded=(
        "doorgestuurd bericht", "doorgestuurde e-mail", "doorgestuurde mail", "begin doorgestuurd bericht",
        "doorgestuurd door", "begin van doorgestuurd bericht", "doorgezonden bericht",
        "einde doorgestuurd bericht",
    ),
    sent_from=(
        "verzonden vanaf mijn", "verzonden vanaf outlook", "verzonden vanaf samsung",
        "verzonden vanaf iphone", "verzonden vanaf ipad", "verzonden vanaf android",
        "verzonden vanaf mobiel", "verzonden vanaf een", "verzonden vanuit mail",
        "verzonden vanuit outlook", "verzonden vanuit yahoo", "verzonden vanuit gmail",
        "verzonden vanop mijn", "verzonden met mijn", "verzonden met blackberry", "verzonden met outlook",
        "verzonden met proton", "verzonden met behulp van", "verzonden via mijn", "verzonden via outlook",
        "verstuurd vanaf mijn", "verstuurd vanaf", "verstuurd met mijn", "verstuurd met proton",
        "verstuurd vanuit mail", "verstuurd vanuit outlook", "verstuurd vanop mijn", "verstuurd via mijn",
        "verstuurd via outlook", "outlook downloaden voor", "download outlook voor", "outlook voor ios",
        "outlook voor android", "haal outlook voor", "outlook ophalen voor",
        "dit bericht is verzonden vanaf", "dit bericht is verstuurd vanaf", "getypt op mijn",
    ),
    closings=(
        "met vriendelijke groet", "met vriendelijke groeten", "met vriendelijke groet/kind regards",
        "vriendelijke groet", "vriendelijke groeten", "hartelijke groet", "hartelijke groeten",
        "met hartelijke groet", "met hartelijke groeten", "groet", "groeten", "groetjes", "m.v.g.", "mvg",
        "m.vr.gr.", "beste groeten", "met groet", "met groeten", "hoogachtend", "gr", "gr.", "grtz", "grts",
        "vr. gr.", "vr.gr.", "met beste groeten", "veel groeten", "dank en groet",
        "met vriendelijke groet / kind regards",
    ),
    disclaimers=(
        "dit bericht is", "dit bericht kan", "dit bericht en", "dit e-mailbericht", "deze e-mail is",
        "deze e-mail kan", "deze e-mail en", "deze e-mail bevat", "deze email", "deze mail",
        "de informatie in dit", "de informatie verzonden", "de inhoud van dit", "de inhoud van deze",
        "vertrouwelijkheid:", "aan dit bericht kunnen geen", "aan dit bericht kan", "indien u niet de",
        "als u niet de beoogde", "denk aan het milieu", "denk eens aan het milieu", "virusvrij.",
    ),
    legal=(
        "vertrouwelijk", "geadresseerde", "ontvanger", "milieu", "virus", "rechten worden ontleend",
        "print", "afdruk", "afzender",
    ),
    away=(
        "automatisch antwoord",
        "automatische antwoord",
        "afwezigheidsbericht",
        "niet op kantoor",
        "op vakantie",
        "automatische reactie",
        "afwezigheidsmelding",
        "afwezigheidsassistent",
        "buiten kantoor",
        "ik ben afwezig",
        "ik ben op vakantie",
        "automatisch bericht",
    ),
    away_short=(
        "afwezigheid",
        "afwezig",
        "niet aanwezig",
    ),
    undelivered=(
        "niet bezorgd",
        "onbestelbaar",
        "kan niet worden bezorgd",
        "niet te bezorgen",
        "bezorging mislukt",
    ),
    failure=(
        "kon niet worden bezorgd",
        "bestaat niet",
        "onbekende gebruiker",
    ),
)  # fmt: skip
