"""The page's words, in the languages that Despacho has words for."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "How satisfied are you?",
        "ask": "This is about your request number {ticket}.",
        "legend": "Our help was",
        "1": "very bad",
        "2": "bad",
        "3": "neither good nor bad",
        "4": "good",
        "5": "very good",
        "comment": "What do you want to tell us? (optional)",
        "send": "Send",
        "missing": "Please choose one of the five.",
        "thanks": "Thank you. We have your answer.",
        "again": "You have answered already, and we keep your first answer. Thank you.",
        "gone": "This link is not good any more.",
    },
    "es": {
        "title": "¿Está satisfecho?",
        "ask": "Se trata de su solicitud número {ticket}.",
        "legend": "Nuestra ayuda ha sido",
        "1": "muy mala",
        "2": "mala",
        "3": "ni buena ni mala",
        "4": "buena",
        "5": "muy buena",
        "comment": "¿Qué quiere decirnos? (opcional)",
        "send": "Enviar",
        "missing": "Elija una de las cinco.",
        "thanks": "Gracias. Hemos recibido su respuesta.",
        "again": "Ya ha respondido, y conservamos su primera respuesta. Gracias.",
        "gone": "Este enlace ya no es válido.",
    },
    "nb": {
        "title": "Hvor fornøyd er du?",
        "ask": "Det gjelder henvendelsen din med nummer {ticket}.",
        "legend": "Hjelpen var",
        "1": "svært dårlig",
        "2": "dårlig",
        "3": "verken god eller dårlig",
        "4": "god",
        "5": "svært god",
        "comment": "Hva vil du si til oss? (valgfritt)",
        "send": "Send",
        "missing": "Velg en av de fem.",
        "thanks": "Takk. Vi har fått svaret ditt.",
        "again": "Du har svart allerede, og vi beholder det første svaret ditt. Takk.",
        "gone": "Denne lenken gjelder ikke lenger.",
    },
}


def language_of(asked: str, spoken: tuple[str, ...]) -> str:
    """The language that the link names, else the first that the desk speaks and we have words for."""
    ours = [language for language in spoken if language in WORDS] or ["en"]
    return asked if asked in ours else ours[0]
