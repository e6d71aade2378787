"""Greek phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("αυτόματη απάντηση", "εκτός γραφείου", "απουσία από το γραφείο"),
    away_short=("απουσία", "σε άδεια"),
    undelivered=("δεν ήταν δυνατή η παράδοση", "μη παραδοτέο", "αδύνατη η παράδοση"),
)
