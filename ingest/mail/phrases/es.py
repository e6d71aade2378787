"""Spanish phrases of mail programs and robots."""

from __future__ import annotations

from ingest.mail.phrases.words import Phrases

PHRASES = Phrases(
    starts=(
        "el",
        "en",
    ),
    wrote=(
        "escribió",
        "escribio",
        "ha escrito",
        "escribía",
        "dijo",
    ),
    from_labels=(
        "de",
        "remitente",
    ),
    date_labels=(
        "enviado",
        "enviado el",
        "fecha",
        "enviada el",
        "enviado:",
    ),
    other_labels=(
        "para",
        "cc",
        "asunto",
        "responder a",
    ),
    original=(
        "mensaje original",
        "correo original",
        "mensaje de origen",
    ),
    forwarded=(
        "mensaje reenviado",
        "forwarded message",
        "mensaje reenviado por",
        "inicio del mensaje reenviado",
    ),
    sent_from=(
        "enviado desde mi",
        "enviado desde el",
        "enviado desde outlook",
        "enviado desde correo",
        "enviado desde un",
        "enviado con",
        "obtener outlook para",
        "obtenga outlook para",
        "descargue outlook",
        "enviado de samsung",
        "enviado desde yahoo",
    ),
    away=(
        "respuesta automática",
        "respuesta automatica",
        "respuesta automática de ausencia",
        "fuera de la oficina",
        "fuera de oficina",
        "ausencia de la oficina",
        "mensaje de ausencia",
        "estoy de vacaciones",
        "contestación automática",
        "autorespuesta",
        "auto-respuesta",
        "aviso de ausencia",
    ),
    away_short=(
        "ausente",
        "de vacaciones",
        "vacaciones",
        "ausencia",
    ),
    delayed=(
        "entrega retrasada",
        "entrega demorada",
        "notificación de estado de entrega (retraso)",
    ),
    undelivered=(
        "no se puede entregar",
        "no entregado",
        "no se pudo entregar",
        "no se ha podido entregar",
        "correo devuelto",
        "mensaje devuelto",
        "notificación de estado de entrega",
        "notificación del estado de la entrega",
        "error de entrega",
        "fallo en la entrega",
        "fallo de entrega",
        "mensaje no entregado",
        "imposible entregar",
    ),
    failure=(
        "no se pudo entregar",
        "no se ha podido entregar",
        "no existe",
        "buzón lleno",
        "usuario desconocido",
        "no se encontró la dirección",
        "destinatario desconocido",
    ),
    daemon=(
        "administrador del sistema",
        "sistema de correo",
        "administrador de correo",
    ),
)
