"""How ten mail programs write the answer to a mail: what stands above the quote, and how they quote.

Each is given in the three languages in which it introduces a quote, as text and, but for one, as HTML.
"""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from html import escape
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scenarios.office import Sent

LANGUAGES = ("en", "es", "nb")
POSTURES = ("top", "bottom", "inline")
_WIRE = policy.SMTP.clone(max_line_length=None)
_HEADS = {
    "en": ("From", "Sent", "To", "Subject", "Monday, March 2, 2026 10:00 AM"),
    "es": ("De", "Enviado el", "Para", "Asunto", "lunes, 2 de marzo de 2026 10:00"),
    "nb": ("Fra", "Sendt", "Til", "Emne", "mandag 2. mars 2026 10:00"),
}


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """One program.

    ``intro`` is what stands above a quote, by language, with ``{name}`` and ``{address}``; ``headed`` puts
    header lines there in its place. ``signs`` says that the quote's lines begin with ``>`` in the text.
    ``html`` are the words around the intro and around the quote; empty for a program that sends text alone.
    ``foot`` is a line of its own that it adds below what was written.
    """

    name: str
    intro: dict[str, str] = {}
    headed: str = ""
    title: dict[str, str] = {}
    signs: bool = True
    quoted_intro: bool = False
    html: tuple[str, str] = ("", "")
    foot: dict[str, str] = {}


CLIENTS = (
    Client(
        name="Gmail",
        intro={
            "en": "On Mon, Mar 2, 2026 at 10:00 AM {name} <{address}> wrote:",
            "es": "El lun, 2 mar 2026 a las 10:00, {name} (<{address}>) escribió:",
            "nb": "man. 2. mars 2026 kl. 10:00 skrev {name} <{address}>:",
        },
        html=(
            (
                '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{intro}<br></div>'
                '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
                'rgb(204,204,204);padding-left:1ex">{quote}</blockquote></div>'
            ),
            '<div dir="ltr">{words}</div>',
        ),
    ),
    Client(
        name="Outlook for Windows",
        headed="Sent",
        signs=False,
        html=(
            (
                "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>"
                "<p class=MsoNormal>{intro}</p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
                "<p class=MsoNormal>{quote}</p>"
            ),
            "<p class=MsoNormal>{words}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>",
        ),
    ),
    Client(
        name="Outlook on the web",
        headed="Sent",
        title=dict.fromkeys(LANGUAGES, "________________________________"),
        signs=False,
        html=(
            (
                '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
                '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif">{intro}</font>'
                "<div>&nbsp;</div></div><div>{quote}</div>"
            ),
            '<div class="elementToProof">{words}</div>',
        ),
    ),
    Client(
        name="Apple Mail",
        intro={
            "en": "On 2 Mar 2026, at 10:00, {name} <{address}> wrote:",
            "es": "El 2 mar 2026, a las 10:00, {name} <{address}> escribió:",
            "nb": "2. mars 2026 kl. 10:00 skrev {name} <{address}>:",
        },
        quoted_intro=True,
        html=(
            (
                '<div><br><blockquote type="cite"><div>{intro}</div><br class="Apple-interchange-newline">'
                "<div>{quote}</div></blockquote></div>"
            ),
            "<div>{words}</div>",
        ),
    ),
    Client(
        name="iPhone",
        intro={
            "en": "On 2 Mar 2026, at 10:00, {name} <{address}> wrote:",
            "es": "El 2 mar 2026, a las 10:00, {name} <{address}> escribió:",
            "nb": "2. mars 2026 kl. 10:00 skrev {name} <{address}>:",
        },
        quoted_intro=True,
        foot={"en": "Sent from my iPhone", "es": "Enviado desde mi iPhone", "nb": "Sendt fra min iPhone"},
        html=(
            (
                '<div dir="ltr"><br><blockquote type="cite">{intro}<br><br></blockquote></div>'
                '<blockquote type="cite"><div dir="ltr">{quote}</div></blockquote>'
            ),
            '<div dir="ltr">{words}</div>',
        ),
    ),
    Client(
        name="Thunderbird",
        intro={
            "en": "On 02/03/2026 10:00, {name} wrote:",
            "es": "El 02/03/2026 a las 10:00, {name} escribió:",
            "nb": "Den 02.03.2026 10:00, skrev {name}:",
        },
        html=(
            (
                '<div class="moz-cite-prefix">{intro}<br></div><blockquote type="cite" cite="mid:x@y">'
                "{quote}</blockquote>"
            ),
            "<p>{words}</p>",
        ),
    ),
    Client(
        name="Yahoo",
        intro={
            "en": "    On Monday, March 2, 2026 at 10:00:00 AM GMT+1, {name} <{address}> wrote:  ",
            "es": "    En lunes, 2 de marzo de 2026, 10:00:00 CET, {name} <{address}> escribió:  ",
            "nb": "    mandag 2. mars 2026 kl. 10:00:00 CET skrev {name} <{address}>:  ",
        },
        signs=False,
        html=(
            (
                '<div id="yahoo_quoted_1" class="yahoo_quoted"><div style="font-size:13px"><div>{intro}</div>'
                "<div><br></div><div>{quote}</div></div></div>"
            ),
            '<div class="yahoo-style-wrap">{words}</div><br>',
        ),
    ),
    Client(
        name="Samsung Email",
        headed="Date",
        title={
            "en": "-------- Original message --------",
            "es": "-------- Mensaje original --------",
            "nb": "-------- Opprinnelig melding --------",
        },
        signs=False,
        html=(
            '<div><br></div><div style="font-size:100%;color:#000000">{intro}</div><div>{quote}</div>',
            '<div dir="auto">{words}</div>',
        ),
    ),
    Client(
        name="Outlook for iOS",
        headed="Sent",
        title=dict.fromkeys(LANGUAGES, "________________________________"),
        signs=False,
        foot={
            "en": "Get Outlook for iOS<https://aka.ms/o0ukef>",
            "es": "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
            "nb": "Få Outlook for iOS<https://aka.ms/o0ukef>",
        },
        html=(
            (
                '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
                '<font face="Calibri, sans-serif">{intro}</font><div>&nbsp;</div></div><div>{quote}</div>'
            ),
            '<div dir="auto">{words}</div>',
        ),
    ),
    Client(
        name="Roundcube",
        intro={
            "en": "On 2026-03-02 10:00, {name} wrote:",
            "es": "El 2026-03-02 10:00, {name} escribió:",
            "nb": "{name} skrev den 2026-03-02 10:00:",
        },
    ),
)


def answer(client: Client, language: str, posture: str, sent: Sent, words: list[str]) -> EmailMessage:
    """An agent's answer to a mail of ours; ``words`` are its paragraphs.

    At the top or at the bottom they stand together. Inline the first stands in the middle of the quote, and
    the others below it.
    """
    letter = EmailMessage(policy=_WIRE)
    letter["Subject"] = sent.subject
    letter["In-Reply-To"] = sent.message_id
    letter["References"] = " ".join((*sent.references, sent.message_id))
    letter.set_content(_text(client, language, posture, sent, words), cte="8bit")
    if client.html[0]:
        letter.add_alternative(_html(client, language, posture, sent, words), subtype="html", cte="8bit")
    return letter


def _text(client: Client, language: str, posture: str, sent: Sent, words: list[str]) -> str:
    mark: Callable[[str], str] = (lambda line: f"> {line}".rstrip()) if client.signs else str
    intro = _intro(client, language, sent)
    if client.quoted_intro:
        intro = [mark(line) for line in intro]
    before, behind = ([mark(line) for line in part] for part in _halves(sent))
    foot = ["", client.foot[language]] if client.foot else []
    said = "\n\n".join(words).splitlines()
    lines = {
        "top": [*said, *foot, "", *intro, "", *before, *behind],
        "bottom": [*intro, "", *before, *behind, "", *said, *foot],
        "inline": [*intro, "", *before, "", words[0], "", *behind, "", *words[1:], *foot],
    }[posture]
    return "\n".join(lines) + "\n"


def _html(client: Client, language: str, posture: str, sent: Sent, words: list[str]) -> str:
    around, wrapped = client.html
    foot = f"<br><br>{escape(client.foot[language])}" if client.foot else ""
    said = wrapped.format(words="<br><br>".join(escape(one).replace("\n", "<br>") for one in words) + foot)
    intro = "<br>".join(_bold(line) for line in _intro(client, language, sent) if line.strip("_ "))
    before, behind = ("<br>".join(map(escape, part)) for part in _halves(sent))
    rest = "<br>".join(map(escape, behind))
    whole = {
        "top": said + around.format(intro=intro, quote=f"{before}<br>{rest}"),
        "bottom": around.format(intro=intro, quote=f"{before}<br>{rest}") + said,
        # What is written inside a quote splits it in two.
        "inline": around.format(intro=intro, quote=before)
        + wrapped.format(words=escape(words[0]))
        + (f'<blockquote type="cite">{rest}</blockquote>' if client.signs else f"<div>{rest}</div>")
        + wrapped.format(words="<br>".join(map(escape, words[1:])) + foot),
    }[posture]
    return f"<html><head></head><body>{whole}</body></html>"


def _bold(line: str) -> str:
    name, colon, rest = line.partition(": ")
    return f"<b>{escape(name)}:</b> {escape(rest)}" if colon and len(name) < 20 else escape(line)


def _intro(client: Client, language: str, sent: Sent) -> list[str]:
    name, address = sent.letter.sender.name, sent.reply_to
    if not client.headed:
        return [client.intro[language].format(name=name, address=address)]
    sender, when, to, subject, at = _HEADS[language]
    if client.headed == "Date":
        when, at = {"en": "Date", "es": "Fecha", "nb": "Dato"}[language], "02/03/2026 10:00 (GMT+01:00)"
    dated = [f"{when}: {at}", f"{to}: {sent.recipient}"]
    lines = [f"{sender}: {name} <{address}>", *dated, f"{subject}: {sent.subject}"]
    return [*([client.title[language]] if client.title else []), *lines]


def _halves(sent: Sent) -> tuple[list[str], list[str]]:
    """The mail of ours in two parts, in whose middle an answer may stand: below the requester's words."""
    lines = sent.text.splitlines()
    middle = len(lines) // 2
    return lines[:middle], lines[middle:]
