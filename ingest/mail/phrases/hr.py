"""Croatian phrases of robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    away=("automatski odgovor", "odsutan iz ureda", "izvan ureda"),
    away_short=("na godišnjem odmoru",),
    undelivered=("nije moguće isporučiti", "neisporučivo", "nije isporučeno"),
)
