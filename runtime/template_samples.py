"""What a template is filled in with where nobody has written yet: for previews, checks and golden files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from events.message import Address
from runtime.library import FALLBACK, sources
from store.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Iterable

VARIABLE = re.compile(r"^ {3}(?P<name>[a-z_]+) {2,}(?P<optional>optional: )?(?P<what>\S.*)$", re.MULTILINE)
"""A line of a template's first comment."""
COMMON = ("desk", "ticket", "subject", "requester_name", "requester_address")
"""What every template about a ticket may name (`handlers.compose.common_values`)."""

_ANY: dict[str, Any] = {
    "agent_name": "Ana Ågren",
    "answer": "552 5.2.2 mailbox full",
    "alike": [{"ticket": "871", "score": "64", "words": "brake, squeal", "done": "Put in new pads."}],
    "articles": [
        {
            "title": "Brakes that squeal",
            "passage": "New pads squeal for some days. Clean the rims first.",
            "url": "https://desk.acme.example/kb/en/brakes",
            "solved": "https://desk.acme.example/solved/1042-1.k3v9",
        }
    ],
    "confirm": "https://desk.acme.example/confirm/1042.k3v9",
    "count": 3,
    "desk": "Acme Support",
    "files": ["IMG_2041.jpg"],
    "lines": ["#1041 Invoice 2026-118", "#1042 My brakes squeal"],
    "open_until": "",  # a mail names either this or opens_at
    "opens_at": "2026-12-01T08:00:00+00:00",
    "priority": "urgent",
    "reasons": ["spam: 2", "bounce: 1"],
    "recipient": "lost@customer.example",
    "requester_address": "maria@customer.example",
    "requester_name": "María Núñez",
    "rule": "Important first",
    "days": 3,
    "deadline": "first_response",
    "due": "",  # a mail names either this or was_due
    "who": "maria@customer.example",
    "how": "phone",
    "wrong": ["way", "words"],
    "mailbox": "support@acme.example",
    "minutes": "30",
    "missing": ["#cause", "#done"],
    "suggestions": [
        {
            "name": "brakes",
            "title": "Brakes that squeal",
            "score": "91",
            "words": "brake, squeal",
            "passage": "New pads squeal for some days. Clean the rims first.",
            "internal": "",
        }
    ],
    "ticket": 1042,
    "undone": "opening",
    "until": "2026-12-01T12:00:00+00:00",
    "vote": "https://desk.acme.example/satisfaction/1042.k3v9",
    "was_due": "2026-11-30T11:00:00+00:00",
    "zone": "Europe/Madrid",
}
_SPOKEN: dict[str, dict[str, Any]] = {
    "en": {
        "subject": "My brakes squeal",
        "body": "Since the service last week the front brake squeals.\nWhat can I do?\n\nMaría",
        "because": "fewest open tickets",
        "mistakes": ["#asign billing: there is no such command; did you mean #assign?"],
        "understood": ["#priority high"],
        "group": "First line",
        "resolution": "We have put in new brake pads. Photos: https://acme.example/brakes",
    },
    "es": {
        "subject": "Los frenos chirrían",
        "body": "Desde la revisión de la semana pasada chirría el freno.\n¿Qué puedo hacer?\n\nMaría",
        "because": "menos tickets abiertos",
        "mistakes": ["#asign billing: no existe esa orden; ¿quería decir #assign?"],
        "understood": ["#priority high"],
        "group": "Primera línea",
        "resolution": "Hemos cambiado las pastillas. Fotos: https://acme.example/frenos",
    },
    "nb": {
        "subject": "Bremsene hyler",
        "body": "Etter servicen forrige uke hyler forbremsen.\nHva kan jeg gjøre?\n\nMaría",
        "because": "færrest åpne saker",
        "mistakes": ["#asign billing: det er ingen slik kommando; mente du #assign?"],
        "understood": ["#priority high"],
        "group": "Førstelinje",
        "resolution": "Vi har satt inn nye bremseklosser. Bilder: https://acme.example/bremser",
    },
}


_BECAUSE = {
    "escalated": {
        "en": "nobody has answered",
        "es": "nadie ha contestado",
        "nb": "ingen har svart",
    },
    "requester_replied": {"en": "the ticket is yours", "es": "el ticket es suyo", "nb": "saken er din"},
}
"""Why, where it is another reason than that of a choice among agents."""


def mails() -> list[str]:
    """The names of all templates that are mails: no frame, no part, no short form for services."""
    names = (
        name.removesuffix(".txt").partition("/")[2] for name in sources() if name.startswith(f"{FALLBACK}/")
    )
    return [name for name in names if is_mail(name)]


def is_mail(name: str) -> bool:
    """Whether a template of that name is a mail of its own."""
    return not (name == "frame" or name.startswith("part_") or name.endswith("_short"))


def documented(name: str) -> dict[str, bool]:
    """The variables that our template's comment names, parts' too, and whether each is optional."""
    text = sources().get(f"{FALLBACK}/{name}.txt", "")
    comment = text.partition("#}")[0]
    found = {one["name"]: bool(one["optional"]) for one in VARIABLE.finditer(comment)}
    return documented("part_facts") | found if "part_facts" in comment else found


def values_for(names: Iterable[str], language: str) -> dict[str, Any]:
    """A sample for each variable; its own name in brackets where there is none."""
    known = _ANY | _SPOKEN.get(language, _SPOKEN[FALLBACK])
    return {name: known.get(name, f"[{name}]") for name in names}


def letter_for(template: str, language: str, scopes: tuple[str, ...] = ()) -> Letter:
    """A letter with samples for all that the template may name."""
    values = values_for([*COMMON, *(documented(template) or {"body": True})], language)
    if why := _BECAUSE.get(template):
        values["because"] = why.get(language, why[FALLBACK])
    return Letter(
        template=template,
        language=language,
        subject=f"Re: {values['subject']} [#{values['ticket']}]",
        sender=Address("support@acme.example", "Acme Support"),
        to=(Address("maria@customer.example", "María Núñez"),),
        reply_to="support+1042.abcdefgh@acme.example",
        ticket=int(values["ticket"]),
        automatic=True,
        values=values,
        scopes=scopes,
    )
