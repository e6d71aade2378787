"""Catalan phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("el", "en"),
    wrote=("va escriure", "ha escrit"),
    from_labels=("de",),
    date_labels=("enviat", "data", "enviat el"),
    other_labels=("per a", "a"),
    subject_labels=("assumpte",),
    original=("missatge original",),
    forwarded=("missatge reenviat",),
    sent_from=("enviat des del meu", "enviat des de l'iphone", "obtén l'outlook per"),
    closings=("salutacions", "salutacions cordials", "atentament", "una salutació"),
    away=("resposta automàtica", "fora de l'oficina", "soc fora de l'oficina"),
    away_short=("de vacances", "absent"),
    undelivered=("no es pot lliurar", "no lliurat"),
)  # fmt: skip
