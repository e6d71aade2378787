"""Czech phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("dne", "po", "út", "st", "čt", "pá", "so", "ne"),
    wrote=("napsal", "napsala", "napsal(a)", "píše"),
    from_labels=("od", "odesílatel"),
    date_labels=("odesláno", "datum"),
    other_labels=("komu", "kopie", "skrytá kopie", "odpověď"),
    subject_labels=("předmět",),
    original=("původní zpráva", "původní e-mail"),
    forwarded=("přeposlaná zpráva", "přeposlaný e-mail", "začátek přeposílané zprávy"),
    sent_from=(
        "odesláno z mého", "odesláno z iphonu", "odesláno z iphone", "odesláno z mobilu",
        "získat outlook pro", "stáhnout outlook pro", "odesláno z aplikace",
    ),
    closings=(
        "s pozdravem", "s přátelským pozdravem", "hezký den", "zdravím", "s úctou",
        "děkuji a přeji hezký den",
    ),
    away=(
        "automatická odpověď",
        "mimo kancelář",
        "nepřítomnost v kanceláři",
        "jsem mimo kancelář",
        "odpověď v nepřítomnosti",
    ),
    away_short=("nepřítomnost", "dovolená", "na dovolené"),
    undelivered=("nedoručitelné", "nelze doručit", "nedoručeno", "nedoručená zpráva"),
)  # fmt: skip
