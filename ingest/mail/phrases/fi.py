"""Finnish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "ma", "ti", "ke", "to", "pe", "la", "su", "maanantai", "tiistai", "keskiviikko", "torstai",
        "perjantai", "lauantai", "sunnuntai", "maanantaina", "tiistaina", "keskiviikkona", "torstaina",
        "perjantaina", "lauantaina", "sunnuntaina",
    ),
    wrote=("kirjoitti", "kirjoittaa", "on kirjoittanut", "kirjoitti seuraavaa"),
    persons=("minä", "me", "sinä", "te", "hän", "he", "joka"),
    from_labels=("lähettäjä",),
    date_labels=("lähetetty", "päiväys", "päivämäärä", "lähetyspäivä", "pvm"),
    other_labels=(
        "vastaanottaja", "vastaanottajat", "kopio", "piilokopio", "cc", "vastausosoite", "vastaa",
        "tärkeys", "liitteet",
    ),
    subject_labels=("aihe", "otsikko"),
    original=("alkuperäinen viesti", "alkuperäinen sähköposti", "alkuperäinen tapaaminen", "alkup. viesti"),
    forwarded=(
        "edelleenlähetetty viesti", "välitetty viesti", "edelleen lähetetty viesti",
        "välitetty viesti alkaa", "viesti välitettiin", "alkaa välitetty viesti",
    ),
    sent_from=(
        "lähetetty iphone", "lähetetty ipad", "lähetetty android", "lähetetty samsung", "lähetetty outlook",
        "lähetetty yahoo", "lähetetty windows", "lähetetty puhelime", "lähetetty minun",
        "lähetetty laitteesta", "lähetetty mobiili", "lähetetty nokia", "lähetetty huawei",
        "lähetetty honor", "lähetetty galaxy", "lähetetty gmail", "lähetetty proton",
        "lähetetty sähköposti", "lähetetty matkapuhelime", "lähetetty sovelluksesta", "hanki outlook",
        "hae outlook", "lataa outlook",
    ),
    closings=(
        "terveisin", "ystävällisin terveisin", "parhain terveisin", "yt", "yst. terv.", "yst terv", "terv",
        "terv.", "t.", "t:", "kunnioittaen", "parhaat terveiset", "hyvää päivänjatkoa",
        "lämpimin terveisin", "kiitos ja terveisin", "terkuin", "kiittäen", "ystävällisesti", "yt.",
        "-terv.",
    ),
    disclaimers=(
        "tämä viesti", "tämä sähköposti", "tämän viestin", "tämän sähköpostin", "luottamuksellinen:",
        "jos et ole viestin", "jos olet saanut tämän", "vastuuvapauslauseke",
    ),
    legal=("luottamuksel", "vastaanottaj", "ympäristö", "virus", "tulosta", "lähettäj"),
    away=(
        "automaattinen vastaus",
        "poissa toimistosta",
        "poissaoloilmoitus",
        "automaattivastaus",
        "lomalla",
        "olen lomalla",
        "poissa toimistolta",
        "automaattinen poissaoloviesti",
        "poissaoloviesti",
    ),
    away_short=(
        "poissa",
    ),
    undelivered=(
        "ei voitu toimittaa",
        "toimittamaton",
        "toimitus epäonnistui",
    ),
)  # fmt: skip
