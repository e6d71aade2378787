"""What could not be understood in an agent's commands, said in the agent's language."""

from __future__ import annotations

import msgspec


class Misread(msgspec.Struct, frozen=True):
    """A command line, why it cannot be done (a key of `WHY`), and a word that helps."""

    line: str
    why: str
    hint: str = ""


WHY: dict[str, dict[str, str]] = {
    "en": {
        "unknown": "there is no such command. Perhaps: {hint}",
        "twice": "this command stands here twice, with another word each time",
        "statuses": "a ticket has one status at a time",
        "assign": "say to whom, like #assign ana, #assign billing or #assign skill:returns",
        "priority": "say which: {hint}",
        "tag": "say which, like #tag invoice, -urgent",
        "time": "say how long, at most 24h, like #time 15m or #time 1h30m on site billable",
        "merge": "say into which ticket, like #merge 1042",
        "cause": "say what was wrong, like #cause the fuse was worn out",
        "done": "say what was done, like #done replaced the fuse",
        "article": "say which article answered it, like #article reset-password",
        "no_article": "no article is called so. Perhaps: {hint}",
        "nobody": "no agent, no group and no skill is called so. Perhaps: {hint}",
        "not_there": "of those who know enough of it nobody is there with room now: {hint}",
        "no_better": "nobody knows more of it than who has the ticket",
        "no_ticket": "there is no ticket of that number",
        "itself": "a ticket cannot be merged into itself",
        "merged": "that ticket is itself merged into {hint}",
        "strangers": "that ticket is another person's, who would read what does not concern them",
        "elsewhere": "that ticket came to another address, {hint}",
    },
    "es": {
        "unknown": "no existe esa orden. Quizá: {hint}",
        "twice": "esta orden aparece dos veces, con una palabra distinta cada vez",
        "statuses": "un ticket tiene un solo estado a la vez",
        "assign": "indique a quién, como #assign ana, #assign billing o #assign skill:returns",
        "priority": "indique cuál: {hint}",
        "tag": "indique cuál, como #tag factura, -urgente",
        "time": "indique cuánto, como máximo 24h, como #time 15m o #time 1h30m en sitio billable",
        "merge": "indique en qué ticket, como #merge 1042",
        "cause": "indique qué fallaba, como #cause el fusible estaba gastado",
        "done": "indique qué se hizo, como #done se cambió el fusible",
        "article": "indique qué artículo lo resolvió, como #article restablecer-contraseña",
        "no_article": "ningún artículo se llama así. Quizá: {hint}",
        "nobody": "ningún agente, grupo ni habilidad se llama así. Quizá: {hint}",
        "not_there": "de quienes saben lo suficiente, ahora no hay nadie disponible: {hint}",
        "no_better": "nadie sabe más de ello que quien tiene el ticket",
        "no_ticket": "no hay ningún ticket con ese número",
        "itself": "un ticket no se puede unir a sí mismo",
        "merged": "ese ticket está unido a su vez a {hint}",
        "strangers": "ese ticket es de otra persona, que leería lo que no le concierne",
        "elsewhere": "ese ticket llegó a otra dirección, {hint}",
    },
    "nb": {
        "unknown": "den kommandoen finnes ikke. Kanskje: {hint}",
        "twice": "denne kommandoen står her to ganger, med hvert sitt ord",
        "statuses": "en sak har én status om gangen",
        "assign": "si til hvem, som #assign ana, #assign billing eller #assign skill:returns",
        "priority": "si hvilken: {hint}",
        "tag": "si hvilken, som #tag faktura, -haster",
        "time": "si hvor lenge, høyst 24h, som #time 15m eller #time 1h30m på stedet billable",
        "merge": "si inn i hvilken sak, som #merge 1042",
        "cause": "si hva som var galt, som #cause sikringen var utslitt",
        "done": "si hva som ble gjort, som #done skiftet sikringen",
        "article": "si hvilken artikkel som svarte, som #article nullstille-passord",
        "no_article": "ingen artikkel heter det. Kanskje: {hint}",
        "nobody": "ingen medarbeider, gruppe eller ferdighet heter det. Kanskje: {hint}",
        "not_there": "av dem som kan nok om det, er ingen ledige nå: {hint}",
        "no_better": "ingen kan mer om det enn den som har saken",
        "no_ticket": "det finnes ingen sak med det nummeret",
        "itself": "en sak kan ikke slås sammen med seg selv",
        "merged": "den saken er selv slått sammen med {hint}",
        "strangers": "den saken er en annen persons, som ville lese det som ikke angår dem",
        "elsewhere": "den saken kom til en annen adresse, {hint}",
    },
}
"""Why a command cannot be done, by language; every language has every key."""


def said(misread: Misread, language: str) -> str:
    """One line: what the agent wrote, and what is wrong with it; English where we have no words."""
    why = WHY.get(language, WHY["en"])[misread.why].format(hint=misread.hint)
    return f"{misread.line}: {why}"
