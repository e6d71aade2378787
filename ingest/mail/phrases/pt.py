"""Portuguese phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "em", "no dia", "a", "na", "às", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb.", "dom.", "segunda",
        "terça", "quarta", "quinta", "sexta", "sábado", "domingo", "ao",
    ),
    wrote=("escreveu", "escreveram", "escreveu o seguinte", "disse"),
    persons=("eu", "nós", "você", "vocês", "ele", "ela", "me", "lhe"),
    from_labels=("de", "remetente", "enviada por", "enviado por"),
    date_labels=(
        "enviado", "enviada em", "data", "enviado em", "enviada", "enviado a", "enviada a", "enviado às",
        "data de envio",
    ),
    other_labels=(
        "para", "cc", "cco", "bcc", "com cópia", "cópia", "responder a", "responder para", "importância",
        "prioridade", "anexos", "anexo", "destinatário",
    ),
    subject_labels=("assunto",),
    original=(
        "mensagem original", "mensagem de origem", "mensagem anterior", "e-mail original", "email original",
        "correio original", "compromisso original",
    ),
    forwarded=(
        "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
        "início da mensagem reencaminhada", "começo da mensagem encaminhada", "e-mail encaminhado",
        "forwarded message", "encaminhada por", "encaminhado por",
    ),
    sent_from=(
        "enviado do meu", "enviado da minha", "enviado de meu", "enviado do iphone", "enviado do ipad",
        "enviado do android", "enviado do samsung", "enviado do outlook", "enviado do yahoo",
        "enviado do email", "enviado do gmail", "enviado do proton", "enviado do mail",
        "enviado do correio", "enviado do galaxy", "enviado de samsung", "enviado de dispositivo",
        "enviado via iphone", "enviado via ipad", "enviado via android", "enviado via telefone",
        "enviado via celular", "enviado via samsung", "enviado via smartphone", "enviado via ymail",
        "enviado pelo meu", "obter o outlook para", "obtenha o outlook", "baixe o outlook",
        "mensagem enviada do meu", "escrito no meu", "enviado pelo outlook", "enviado pelo iphone",
        "enviado pelo celular", "enviado pelo gmail", "enviado com o airmail", "enviado com o proton",
        "enviado com proton", "enviado a partir do meu", "enviado a partir do outlook",
        "enviado a partir do smartphone", "enviado a partir do yahoo", "enviado a partir do iphone",
        "enviado a partir do correio", "enviado de um dispositivo", "enviado de um celular",
        "enviado através do meu",
    ),
    closings=(
        "atenciosamente", "att", "att.", "at.te", "atte", "cumprimentos", "com os melhores cumprimentos",
        "melhores cumprimentos", "os melhores cumprimentos", "com cumprimentos", "cordialmente",
        "saudações", "saudações cordiais", "abraço", "abraços", "um abraço", "obrigado e cumprimentos",
        "cordiais saudações", "respeitosamente", "com estima", "cumps", "cumpts", "bjs", "beijos",
        "grande abraço", "forte abraço", "sem mais",
    ),
    disclaimers=(
        "esta mensagem e", "esta mensagem é", "esta mensagem pode", "esta mensagem contém",
        "esta mensagem, incluindo", "este e-mail e", "este e-mail é", "este e-mail pode",
        "este e-mail contém", "este email", "esta comunicação", "as informações contidas",
        "a informação contida", "o conteúdo desta", "o conteúdo deste", "aviso de confidencialidade",
        "aviso legal", "confidencialidade:", "se você não é o destinatário", "caso não seja o destinatário",
        "se recebeu esta mensagem por engano", "antes de imprimir", "pense no meio ambiente",
        "pense no ambiente", "livre de vírus",
    ),
    legal=(
        "confidencia", "destinatári", "privilegiad", "meio ambiente", "vírus", "dados pessoais", "imprim",
        "remetente",
    ),
    away=(
        "resposta automática",
        "resposta automatica",
        "fora do escritório",
        "ausência temporária",
        "ausente do escritório",
        "de férias",
        "estou de férias",
        "fora do escritorio",
        "fora da empresa",
        "mensagem de ausência",
        "aviso de ausência",
        "resposta automática de ausência",
    ),
    away_short=(
        "ausente",
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
)  # fmt: skip
