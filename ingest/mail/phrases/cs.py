"""Czech phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=(
        "automatická odpověď",
        "mimo kancelář",
        "nepřítomnost v kanceláři",
        "jsem mimo kancelář",
        "odpověď v nepřítomnosti",
    ),
    away_short=("nepřítomnost", "dovolená", "na dovolené"),
    undelivered=("nedoručitelné", "nelze doručit", "nedoručeno", "nedoručená zpráva"),
)
