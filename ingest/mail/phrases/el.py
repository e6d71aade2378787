"""Greek phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=("στις",),
    wrote=("έγραψε",),
    from_labels=("από", "αποστολέας"),
    date_labels=("στάλθηκε", "ημερομηνία", "αποστολή"),
    other_labels=("προς", "κοιν.", "κοιν"),
    subject_labels=("θέμα",),
    original=("αρχικό μήνυμα",),
    forwarded=("προωθημένο μήνυμα",),
    sent_from=("στάλθηκε από το iphone", "αποστολή από το iphone"),
    closings=("με εκτίμηση", "φιλικά"),
    away=("αυτόματη απάντηση", "εκτός γραφείου", "απουσία από το γραφείο"),
    away_short=("απουσία", "σε άδεια"),
    undelivered=("δεν ήταν δυνατή η παράδοση", "μη παραδοτέο", "αδύνατη η παράδοση"),
)  # fmt: skip
