"""The pages' words, in the languages that Despacho has words for."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Help",
        "search": "Search",
        "find": "What are you looking for?",
        "found": "What we found",
        "nothing": "We found nothing for that. Try other words.",
        "too_often": "There have been many searches. Please try again in a minute.",
        "all": "All pages",
        "missing": "This page is not here any more.",
        "ask": "Did this page answer your request number {ticket}?",
        "solved": "Yes, this solved it",
        "unhelpful": "No, it did not help",
        "effect": "If it did, we close your request; a reply to our mail opens it again.",
        "thanks_solved": "We are glad that it helped. Your request is closed; a reply to us opens it again.",
        "thanks_unhelpful": "Thank you. Your request stays open, and somebody will answer it.",
        "again": "You have answered already, or this link is too old. Thank you.",
        "choose": "Please choose one of the two.",
        "gone": "This link is not good any more.",
    },
    "es": {
        "title": "Ayuda",
        "search": "Buscar",
        "find": "¿Qué busca?",
        "found": "Lo que hemos encontrado",
        "nothing": "No hemos encontrado nada. Pruebe con otras palabras.",
        "too_often": "Ha habido muchas búsquedas. Inténtelo de nuevo dentro de un minuto.",
        "all": "Todas las páginas",
        "missing": "Esta página ya no está aquí.",
        "ask": "¿Responde esta página a su solicitud número {ticket}?",
        "solved": "Sí, esto lo resuelve",
        "unhelpful": "No, no me ayuda",
        "effect": "Si es así, cerramos su solicitud; una respuesta a nuestro correo la abre de nuevo.",
        "thanks_solved": "Nos alegra haber ayudado. Su solicitud está cerrada; si responde, se reabre.",
        "thanks_unhelpful": "Gracias. Su solicitud sigue abierta y alguien le responderá.",
        "again": "Ya ha respondido, o este enlace es demasiado antiguo. Gracias.",
        "choose": "Elija una de las dos.",
        "gone": "Este enlace ya no es válido.",
    },
    "nb": {
        "title": "Hjelp",
        "search": "Søk",
        "find": "Hva leter du etter?",
        "found": "Dette fant vi",
        "nothing": "Vi fant ingenting. Prøv med andre ord.",
        "too_often": "Det har vært mange søk. Prøv igjen om et minutt.",
        "all": "Alle sider",
        "missing": "Denne siden finnes ikke lenger.",
        "ask": "Svarte denne siden på henvendelsen din med nummer {ticket}?",
        "solved": "Ja, dette løste det",
        "unhelpful": "Nei, det hjalp ikke",
        "effect": "Hvis ja, lukker vi henvendelsen; et svar på e-posten vår åpner den igjen.",
        "thanks_solved": "Så fint at det hjalp. Henvendelsen er lukket; et svar til oss åpner den igjen.",
        "thanks_unhelpful": "Takk. Henvendelsen er fortsatt åpen, og noen vil svare deg.",
        "again": "Du har svart allerede, eller denne lenken er for gammel. Takk.",
        "choose": "Velg ett av de to.",
        "gone": "Denne lenken gjelder ikke lenger.",
    },
}


def language_of(asked: str, spoken: tuple[str, ...]) -> str:
    """The language that was asked for, else the first that the desk speaks and we have words for."""
    ours = [language for language in spoken if language in WORDS] or ["en"]
    return asked if asked in ours else ours[0]
