"""Tell a bare "thank you" from words that somebody has to read: it opens no solved ticket again.

What is not certainly thanks alone counts as words: a ticket that opens for nothing costs a look, one that
stays solved costs a customer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.rules.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from events.message import Message
    from handlers.desk import Desk

THANKS = "thanks"
"""The flag of an entry that says no more than thank you, and the name of a policy's list of such phrases."""
WORDS_MOST = 30

THANKING: Mapping[str, tuple[str, ...]] = {
    "en": (
        "thank you so much",
        "thank you very much",
        "thank you",
        "thanks so much",
        "thanks a lot",
        "thanks a million",
        "thanks again",
        "many thanks",
        "much appreciated",
        "thanks",
        "thx",
        "cheers",
    ),
    "es": (
        "muchisimas gracias",
        "muchas gracias",
        "mil gracias",
        "gracias de nuevo",
        "gracias otra vez",
        "se lo agradezco mucho",
        "se lo agradezco",
        "muy agradecido",
        "muy agradecida",
        "gracias",
    ),
    "nb": (
        "tusen takk",
        "mange takk",
        "hjertelig takk",
        "takk skal du ha",
        "takk skal dere ha",
        "takk igjen",
        "tusen hjertelig takk",
        "takker",
        "takk",
    ),
}
"""Thanks themselves, without accents that make no other letter; one of them has to be there."""
BESIDE: Mapping[str, tuple[str, ...]] = {
    "en": (
        "for your help",
        "for the help",
        "for your quick reply",
        "for the quick reply",
        "for your quick response",
        "for the quick response",
        "for everything",
        "for your time",
        "have a nice day",
        "have a great day",
        "have a nice weekend",
        "it works now",
        "it works",
        "that worked",
        "that solved it",
        "all good now",
        "all good",
        "perfect",
        "great",
        "excellent",
        "wonderful",
        "super",
        "awesome",
        "ok",
        "okay",
        "very",
        "hi",
        "hello",
        "dear",
        "all",
        "everyone",
        "team",
        "best regards",
        "kind regards",
        "best wishes",
        "regards",
        "best",
        "sincerely",
    ),
    "es": (
        "por su ayuda",
        "por la ayuda",
        "por tu ayuda",
        "por todo",
        "por su rapida respuesta",
        "por la rapida respuesta",
        "por la respuesta",
        "que tenga un buen dia",
        "buen dia",
        "buenos dias",
        "buenas tardes",
        "buen fin de semana",
        "ya funciona",
        "funciona",
        "solucionado",
        "perfecto",
        "genial",
        "estupendo",
        "excelente",
        "vale",
        "ok",
        "hola",
        "estimada",
        "estimado",
        "un cordial saludo",
        "un saludo",
        "saludos cordiales",
        "saludos",
        "cordialmente",
        "y",
    ),
    "nb": (
        "for hjelpen",
        "for all hjelp",
        "for hjelp",
        "for raskt svar",
        "for svaret",
        "for svar",
        "for alt",
        "ha en fin dag",
        "ha en fin helg",
        "god helg",
        "det virker na",
        "det fungerer na",
        "na virker det",
        "na fungerer det",
        "det virker",
        "det fungerer",
        "perfekt",
        "flott",
        "supert",
        "topp",
        "kjempefint",
        "fint",
        "bra",
        "ok",
        "hei",
        "kjære",
        "med vennlig hilsen",
        "vennlig hilsen",
        "hilsen",
        "mvh",
        "og",
    ),
}
"""What stands beside thanks and says nothing that anybody has to act on."""
_APART = re.compile(r"[^\w?]+")


def is_bare_thanks(message: Message, desk: Desk) -> bool:
    """Whether a mail says thank you and nothing else, in a language of ours or by the desk's own phrases."""
    if any(not one.inline for one in message.attachments):
        return False
    own = desk.policy.phrases.get(THANKS, {})
    names = [message.sender.name, *(agent.name for agent in desk.policy.desk.agents)]
    return says_only_thanks(message.new_words, names, own)


def says_only_thanks(
    text: str, names: Iterable[str] = (), own: Mapping[str, tuple[str, ...]] | None = None
) -> bool:
    """Whether nothing is left of a text but thanks, greetings, and ``names``; a question never is that."""
    words = _words(text)
    if not words or len(words) > WORDS_MOST or any("?" in word for word in words):
        return False
    known = {word for name in names for word in _words(name)}
    return any(
        _is_used_up(words, (*THANKING[language], *(own or {}).get(language, ())), BESIDE[language], known)
        for language in THANKING
    )


def _is_used_up(words: list[str], thanking: Iterable[str], beside: Iterable[str], names: set[str]) -> bool:
    phrases = {tuple(_words(phrase)): True for phrase in thanking}
    phrases = {tuple(_words(phrase)): False for phrase in beside} | phrases
    longest = max(map(len, phrases))
    thanked, at = False, 0
    while at < len(words):
        sizes = range(min(longest, len(words) - at), 0, -1)
        found = next((size for size in sizes if tuple(words[at : at + size]) in phrases), 0)
        if found:
            thanked = thanked or phrases[tuple(words[at : at + found])]
        elif words[at] not in names:
            return False
        at += found or 1
    return thanked


def _words(text: str) -> list[str]:
    return [word for word in _APART.split(fold(text).translate(_PLAIN)) if word]


_PLAIN = str.maketrans("áéíóúüå", "aeiouua")
