"""A customer's mail to try a desk with: small, natural, in English, Spanish or Norwegian Bokmål."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

import msgspec

from ingest.mail.language import detect

if TYPE_CHECKING:
    from datetime import datetime

LANGUAGES = ("en", "es", "nb")
"""The languages in which there is a customer."""


class Customer(msgspec.Struct, frozen=True):
    """Someone who writes."""

    name: str
    address: str


CUSTOMERS = {
    "en": Customer("Emma Clark", "emma@customer.example"),
    "es": Customer("Lucía Torres", "lucia@cliente.example"),
    "nb": Customer("Kari Nordmann", "kari@kunde.example"),
}

_MONEY = re.compile(r"(?i)\b(?:invoice|refund|bill|factura|reembolso|cobro|faktura|refusjon|regning)")
_PARCEL = re.compile(
    r"(?i)\b(?:deliver|parcel|order|pedido|env[ií]o|paquete|levering|pakke|bestilling|ordre)"
)

_BODIES = {
    ("en", "money"): "the amount is not what we agreed on, and I have not paid it yet. "
    "Could you check it and send me a corrected one?",
    ("en", "parcel"): "it was promised for Monday and it is still not here. "
    "Could you find out where it is and tell me when I can expect it?",
    ("en", "other"): "I could not find an answer on your pages. "
    "Could you have a look at it and tell me what to do next?",
    ("es", "money"): "el importe no es el que habíamos acordado y todavía no lo he pagado. "
    "¿Podrían revisarlo y enviarme el documento corregido?",
    ("es", "parcel"): "me lo prometieron para el lunes y todavía no ha llegado. "
    "¿Podrían averiguar dónde está y decirme cuándo puedo esperarlo?",
    ("es", "other"): "no he encontrado la respuesta en su página. "
    "¿Podrían echarle un vistazo y decirme qué tengo que hacer?",
    ("nb", "money"): "beløpet er ikke det vi ble enige om, og jeg har ikke betalt det ennå. "
    "Kan dere se på saken og sende meg en ny med riktig beløp?",
    ("nb", "parcel"): "jeg ble lovet den på mandag, men den har fortsatt ikke kommet. "
    "Kan dere finne ut hvor den er og si meg når jeg kan vente den?",
    ("nb", "other"): "jeg fant ikke noe svar på nettsidene deres. "
    "Kan dere se på dette og fortelle meg hva jeg skal gjøre videre?",
}
_FRAMES = {
    "en": "Hello,\n\nI am writing about this: {subject}.\n\nYou see, {body}\n\nKind regards\n{name}\n",
    "es": "Hola:\n\n"
    "Les escribo por lo siguiente: {subject}.\n\nEs que {body}\n\nMuchas gracias y un saludo,\n{name}\n",
    "nb": "Hei,\n\n"
    "Jeg skriver til dere om dette: {subject}.\n\nSaken er at {body}\n\nVennlig hilsen\n{name}\n",
}


def language_of(subject: str) -> str:
    """The language that a subject is written in; English where that cannot be told."""
    return detect(subject, LANGUAGES) or "en"


def body_for(subject: str, language: str, name: str) -> str:
    """A few sentences that go with a subject."""
    topic = "money" if _MONEY.search(subject) else "parcel" if _PARCEL.search(subject) else "other"
    said = " ".join(subject.split()).rstrip(".!?")
    return _FRAMES[language].format(subject=said, body=_BODIES[language, topic], name=name)


def mail(customer: Customer, to: str, *, subject: str, body: str, now: datetime) -> bytes:
    """A plain-text mail, ready for SMTP; raises `ValueError` or `IndexError` for what no header can hold."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(customer.name, addr_spec=customer.address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=customer.address.rpartition("@")[2])
    message.set_content(body, cte="quoted-printable")
    return message.as_bytes()
