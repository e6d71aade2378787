"""French phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "le",
        "en date du",
    ),
    wrote=(
        "a écrit",
        "a ecrit",
        "écrit",
        "à écrit",
        "ecrit",
    ),
    from_labels=(
        "de",
        "expéditeur",
    ),
    date_labels=(
        "envoyé",
        "envoyé le",
        "date",
        "date d'envoi",
        "message du",
        "envoyée",
    ),
    other_labels=(
        "à",
        "a",
        "cc",
        "objet",
        "sujet",
        "copie à",
        "destinataire",
        "répondre à",
    ),
    original=(
        "message original",
        "message d'origine",
        "message d\u2019origine",
        "message initial",
        "courriel original",
        "mail original",
    ),
    forwarded=(
        "message transféré",
        "message transmis",
        "début du message réexpédié",
        "début du message transféré",
    ),
    sent_from=(
        "envoyé de mon",
        "envoyé depuis mon",
        "envoyé depuis",
        "envoyé à partir de",
        "envoyé avec",
        "obtenez outlook pour",
        "télécharger outlook",
        "provenance : courrier",
    ),
    away=(
        "réponse automatique",
        "absence du bureau",
        "absent du bureau",
        "message d'absence",
        "je suis absent",
        "notification d'absence",
        "réponse automatique d'absence",
    ),
    away_short=(
        "absence",
        "absent",
        "en congé",
        "en congés",
        "en vacances",
        "congés",
    ),
    delayed=(
        "remise retardée",
        "remise différée",
    ),
    undelivered=(
        "non remis",
        "non distribuable",
        "impossible de remettre",
        "échec de la remise",
        "échec de remise",
        "notification d'état de remise",
        "courrier non remis",
        "message non distribué",
        "non délivré",
        "retour de courrier",
        "échec de livraison",
        "échec de distribution",
    ),
    failure=(
        "n'a pas pu être remis",
        "n'a pu être remis",
        "utilisateur inconnu",
        "destinataire inconnu",
        "n'existe pas",
        "boîte pleine",
    ),
    daemon=("administrateur système",),
)
