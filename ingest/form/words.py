"""The form's words, in the languages that Despacho has words for."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Write to us",
        "name": "Your name",
        "email": "Your e-mail address",
        "subject": "Subject",
        "message": "Your message",
        "files": "Files (optional)",
        "website": "Leave this field empty",
        "send": "Send",
        "needed": "needed",
        "wrong": "This could not be sent yet. Please look at what is marked.",
        "thanks": "Thank you. We have your message.",
        "look": "You will get a mail from us. Please confirm in it that the address is yours.",
        "too_long": "This is too long.",
        "no_address": "This is no e-mail address.",
        "empty": "Please write something here.",
        "too_many": "These are too many files, or they are too large.",
        "trapped": "Please leave the hidden field empty.",
        "expired": "The page was open for too long. Please send it again.",
        "too_fast": "That was very fast. Please wait a moment and send it again.",
        "too_often": "There have been many messages. Please try again in an hour.",
        "foreign": "The form was not sent from its own page. Please open it again.",
        "confirm_title": "Is this your address?",
        "confirm_ask": "By this you confirm that you wrote to us, under number {ticket}.",
        "confirm": "Yes, I wrote this",
        "confirmed": "Thank you. Your address is confirmed.",
        "confirm_gone": "This link is not good any more.",
    },
    "es": {
        "title": "Escríbanos",
        "name": "Su nombre",
        "email": "Su dirección de correo electrónico",
        "subject": "Asunto",
        "message": "Su mensaje",
        "files": "Archivos (opcional)",
        "website": "Deje este campo vacío",
        "send": "Enviar",
        "needed": "obligatorio",
        "wrong": "Todavía no se ha podido enviar. Revise lo que está marcado.",
        "thanks": "Gracias. Hemos recibido su mensaje.",
        "look": "Recibirá un correo nuestro. Confirme en él que la dirección es suya.",
        "too_long": "Es demasiado largo.",
        "no_address": "No es una dirección de correo electrónico.",
        "empty": "Escriba algo aquí.",
        "too_many": "Son demasiados archivos, o son demasiado grandes.",
        "trapped": "Deje vacío el campo oculto.",
        "expired": "La página ha estado abierta demasiado tiempo. Envíelo de nuevo.",
        "too_fast": "Ha sido muy rápido. Espere un momento y envíelo de nuevo.",
        "too_often": "Ha habido muchos mensajes. Inténtelo de nuevo dentro de una hora.",
        "foreign": "El formulario no se envió desde su propia página. Ábralo de nuevo.",
        "confirm_title": "¿Es esta su dirección?",
        "confirm_ask": "Con esto confirma que usted nos escribió, con el número {ticket}.",
        "confirm": "Sí, lo escribí yo",
        "confirmed": "Gracias. Su dirección está confirmada.",
        "confirm_gone": "Este enlace ya no es válido.",
    },
    "nb": {
        "title": "Skriv til oss",
        "name": "Navnet ditt",
        "email": "E-postadressen din",
        "subject": "Emne",
        "message": "Meldingen din",
        "files": "Filer (valgfritt)",
        "website": "La dette feltet stå tomt",
        "send": "Send",
        "needed": "må fylles ut",
        "wrong": "Dette kunne ikke sendes ennå. Se på det som er merket.",
        "thanks": "Takk. Vi har fått meldingen din.",
        "look": "Du får en e-post fra oss. Bekreft i den at adressen er din.",
        "too_long": "Dette er for langt.",
        "no_address": "Dette er ingen e-postadresse.",
        "empty": "Skriv noe her.",
        "too_many": "Dette er for mange filer, eller de er for store.",
        "trapped": "La det skjulte feltet stå tomt.",
        "expired": "Siden var åpen for lenge. Send en gang til.",
        "too_fast": "Det gikk veldig fort. Vent litt og send en gang til.",
        "too_often": "Det har kommet mange meldinger. Prøv igjen om en time.",
        "foreign": "Skjemaet ble ikke sendt fra sin egen side. Åpne det på nytt.",
        "confirm_title": "Er dette adressen din?",
        "confirm_ask": "Med dette bekrefter du at du skrev til oss, med nummer {ticket}.",
        "confirm": "Ja, jeg skrev dette",
        "confirmed": "Takk. Adressen din er bekreftet.",
        "confirm_gone": "Denne lenken gjelder ikke lenger.",
    },
}


def language_of(asked: str, accepted: str, spoken: tuple[str, ...]) -> str:
    """The language asked for, else the first that the browser accepts and the desk speaks, else ours."""
    ours = [language for language in spoken if language in WORDS] or ["en"]
    wished = [asked, *(part.partition(";")[0].strip() for part in accepted[:200].split(","))]
    for wish in wished:
        code = wish.lower().partition("-")[0]
        code = "nb" if code == "no" else code
        if code in ours:
            return code
    return ours[0]
