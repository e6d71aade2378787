"""Portuguese phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "em",
        "no dia",
        "a",
        "na",
    ),
    wrote=(
        "escreveu",
        "escreveram",
    ),
    from_labels=("de",),
    date_labels=(
        "enviado",
        "enviada em",
        "data",
        "enviado em",
        "enviada",
    ),
    other_labels=(
        "para",
        "cc",
        "assunto",
    ),
    original=(
        "mensagem original",
        "mensagem de origem",
    ),
    forwarded=(
        "mensagem encaminhada",
        "mensagem reencaminhada",
    ),
    sent_from=(
        "enviado do meu",
        "enviado via",
        "enviado a partir do",
        "obter o outlook para",
        "obtenha o outlook",
        "enviado de",
    ),
    away=(
        "resposta automática",
        "resposta automatica",
        "fora do escritório",
        "ausência temporária",
        "ausente do escritório",
    ),
    away_short=(
        "ausente",
        "de férias",
        "férias",
    ),
    undelivered=(
        "não foi possível entregar",
        "não entregue",
        "falha na entrega",
        "mensagem não entregue",
        "notificação de status de entrega",
        "devolvido",
    ),
    failure=(
        "não foi possível entregar",
        "usuário desconhecido",
        "não existe",
    ),
)
