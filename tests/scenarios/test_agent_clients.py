"""Agents answer by ten mail programs, in three languages, above, below and inside the quote.

Whatever they do, no word that stands below our marker in the notification reaches the customer.
"""

from __future__ import annotations

from email.utils import formataddr
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.scenarios.clients import CLIENTS, LANGUAGES, POSTURES, Client, answer
from tests.scenarios.office import Office, Sent, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail, Posted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KARI = "kari@customer.example"
ANA = "ana@acme.example"
WORDS = {
    "en": ["We will send you new brakes tomorrow.", "Please tell us whether the bell rings again."],
    "es": ["Mañana le enviamos unos frenos nuevos.", "Díganos, por favor, si el timbre vuelve a sonar."],
    "nb": ["Vi sender deg nye bremser i morgen.", "Si gjerne fra om ringeklokken virker igjen."],
}
PLANTED = ("zarapito", "quillwort", "fjellrype")
"""Words that stand in no language of the test but below the marker."""
GOSSIP = f"""\
Internal: {PLANTED[0]} says that she complains all the time.
Do not tell her of {PLANTED[1]}, we are at fault.

{PLANTED[2]} signs at last."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk whose agents are told of everything."""
    with opened(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path, sample()) as office:
        yield office


def notified(office: Office, language: str) -> Sent:
    """The notification of a new ticket, with internal words below the marker, in the agent's language."""
    asked = {
        "en": "The brakes of my bicycle do not work any more.",
        "es": "Hola, los frenos de mi bicicleta ya no funcionan. ¿Me pueden ayudar con esto hoy?",
        "nb": "Hei, bremsene på sykkelen min virker ikke lenger. Kan dere hjelpe meg med dette i dag?",
    }[language]
    office.receive(Mail(sender=KARI, subject="Good morning", body=asked))
    told = [one for one in office.sent() if one.reason == "assigned"][-1]
    marker, _, rest = told.text.partition("\n")
    text = f"{marker}\n\n{GOSSIP}\n{rest}\n\n{GOSSIP}\n"
    return msgspec.structs.replace(told, text=text)


def answered(office: Office, client: Client, language: str, posture: str, words: list[str]) -> list[Sent]:
    """What goes out because of an agent's answer by this program."""
    told = notified(office, language)
    letter = answer(client, language, posture, told, words)
    letter["From"] = formataddr(("Ana", told.recipient))
    letter["To"] = told.reply_to
    letter["Message-ID"] = office.fresh_id(told.recipient)
    before = len(office.sent())
    office.take(Posted(letter.as_bytes(), told.recipient, (told.reply_to,)))
    office.work()
    return office.sent()[before:]


def outcome(sent: list[Sent], words: list[str]) -> str:
    """``sent`` where the customer got all words, ``part`` where some, ``held`` where the agent is asked."""
    said = "".join(one.text for one in sent if one.recipient == KARI)
    if not said:
        return "held" if [one.reason for one in sent] == ["held"] else "lost"
    return "sent" if all(one in said for one in words) else "part"


def leaked(sent: list[Sent]) -> list[str]:
    """The planted words, and lines of ours to agents, that a customer reads."""
    seen = "\n".join(f"{one.text}\n{one.wire.decode()}" for one in sent if one.recipient == KARI)
    ours = ("#solve", "first-line", "Responda a este correo, por encima", ANA)
    return [word for word in (*PLANTED, *ours) if word in seen]


@pytest.mark.parametrize("posture", POSTURES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_no_internal_word_reaches_a_customer(
    office: Office, client: Client, language: str, posture: str
) -> None:
    """What stands at the top is sent; anywhere else it is sent whole, or held and the agent asked."""
    words = WORDS[language]
    sent = answered(office, client, language, posture, words)
    assert leaked(sent) == []
    assert outcome(sent, words) in ({"sent"} if posture == "top" else {"sent", "held"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_commands_at_the_top_are_done_by_every_program(office: Office, client: Client, language: str) -> None:
    """They do their work, and the customer reads none of them."""
    words = ["#time 15m billable\n#tag brakes\n#solve", *WORDS[language]]
    sent = answered(office, client, language, "top", words)
    assert leaked(sent) == []
    [ticket] = office.tickets().values()
    assert (ticket.status, ticket.tags) == ("solved", '["brakes"]')
    told = "".join(one.text for one in sent if one.recipient == KARI)
    assert all(one in told for one in WORDS[language])
    assert "billable" not in told


def test_there_are_ninety_cases() -> None:
    """Ten programs, three languages, three postures; each program introduces a quote in each language."""
    assert len(CLIENTS) * len(LANGUAGES) * len(POSTURES) == 90
    shapes: list[Any] = [client.intro or client.headed for client in CLIENTS]
    assert all(shapes)
    assert all(set(client.intro) == set(LANGUAGES) for client in CLIENTS if client.intro)


def test_the_check_sees_a_leak(office: Office) -> None:
    """Words of a quote that an agent copies to the top are the agent's own, and the check would say so."""
    sent = answered(office, CLIENTS[0], "en", "top", [f"See {PLANTED[0]}."])
    assert leaked(sent) == [PLANTED[0]]
