"""French phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "le", "en date du", "à la date du", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.", "lundi",
        "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "en réponse à",
    ),
    wrote=(
        "a écrit", "a ecrit", "à écrit", "ont écrit", "écrivait", "a écrit ce qui suit", "écrit", "ecrit",
    ),
    persons=("j'ai", "ai", "je", "nous", "vous", "nous avons", "avons", "avez", "tu as", "as"),
    from_labels=("de", "expéditeur", "de la part de", "from"),
    date_labels=("envoyé", "envoyé le", "envoyée", "envoyé à", "date", "date d'envoi", "message du"),
    other_labels=(
        "à", "a", "cc", "cci", "copie à", "copie", "destinataire", "destinataires", "répondre à",
        "importance", "priorité", "pièces jointes", "pièce jointe", "pour",
    ),
    subject_labels=("objet", "sujet"),
    original=(
        "message original", "message d'origine", "message initial", "message de départ",
        "courriel original", "mail original", "e-mail d'origine", "courriel d'origine", "mail d'origine",
        "rendez-vous d'origine", "message d'origine ci-dessous", "e-mail original", "message reçu",
    ),
    forwarded=(
        "message transféré", "message transmis", "message réexpédié", "courriel transféré",
        "mail transféré", "e-mail transféré", "début du message réexpédié", "début du message transféré",
        "début du message transmis", "transféré par", "transmis par", "message réacheminé", "message suivi",
    ),
    sent_from=(
        "envoyé de mon", "envoyé de ma", "envoyé de mes", "envoyé depuis mon", "envoyé depuis ma",
        "envoyé depuis l", "envoyé depuis un", "envoyé depuis outlook", "envoyé depuis yahoo",
        "envoyé depuis android", "envoyé depuis iphone", "envoyé depuis gmail", "envoyé depuis windows",
        "envoyé depuis samsung", "envoyé depuis proton", "envoyé depuis mobile", "envoyé depuis",
        "envoyé à partir de", "envoyé à partir d", "envoyé avec", "envoyé via", "envoyé par mon",
        "envoyé d'un", "envoyé d'iphone", "obtenez outlook pour", "obtenir outlook pour",
        "téléchargez outlook", "télécharger outlook", "provenance : courrier", "provenance : yahoo",
        "mail envoyé depuis", "message envoyé depuis mon", "depuis mon iphone", "de mon iphone",
        "écrit depuis mon",
    ),
    closings=(
        "cordialement", "bien cordialement", "très cordialement", "cordialement votre", "cdt", "cdlt",
        "bien à vous", "bien à toi", "bien sincèrement", "sincères salutations", "salutations",
        "meilleures salutations", "avec mes meilleures salutations", "salutations distinguées",
        "mes salutations", "amicalement", "bonne réception", "respectueusement", "amitiés", "à bientôt",
        "bises", "bonne journée à vous", "cordiales salutations", "sincèrement",
    ),
    disclaimers=(
        "ce message et toutes les pièces", "ce message et ses pièces", "ce message et les pièces",
        "ce message est confidentiel", "ce message peut contenir", "ce message contient",
        "ce message est destiné", "ce message électronique", "ce courriel est confidentiel",
        "ce courriel et", "ce courriel peut", "ce courriel est", "cet e-mail et", "cet e-mail est",
        "cet e-mail peut", "cet email et", "cet email est", "ce mail et", "avis de confidentialité",
        "avertissement :", "confidentialité :", "les informations contenues dans ce", "le contenu de ce",
        "si vous n'êtes pas le destinataire", "si vous avez reçu ce message par erreur",
        "pensez à l'environnement", "avant d'imprimer", "garanti sans virus", "sans virus.",
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
)  # fmt: skip
