"""The mails of the demonstration, in order, and what each must become on the sample policy."""

from __future__ import annotations

import msgspec

SUPPORT = "support@acme.example"
BILLING = "billing@acme.example"


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail must become in one mailbox; fields that are left empty may be anything.

    ``on`` names the step whose ticket it must be on, ``because`` a word that its reasons must hold.
    ``acknowledged`` is the language of the acknowledgement; empty: there must be none.
    ``wrote`` are the reasons of all mails that the desk must write because of it.
    """

    became: str
    on: str = ""
    language: str = ""
    group: str = ""
    priority: str = ""
    status: str = ""
    acknowledged: str = ""
    because: str = ""
    wrote: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One mail: a file of `mails`, its envelope, and what it must become, once a mailbox.

    ``answers`` names a step and the reason of a mail that the desk wrote on that step's ticket; its addresses
    and ids then fill the file's places. A recipient may be ``reply`` (its Reply-To) or ``return`` (the
    address that its bounces go to); a sender ``agent`` is whoever it went to.
    """

    name: str
    title: str
    file: str
    sender: str
    recipients: tuple[str, ...] = (SUPPORT,)
    answers: tuple[str, str] = ("", "")
    expected: tuple[Expected, ...]


NEW = ("acknowledged", "assigned")
"""What the desk writes when a person opens a ticket."""

STEPS = (
    Step(
        name="es",
        title="Spanish, about an invoice",
        file="new-es.eml",
        sender="lucia@cliente.example",
        recipients=("ayuda@acme.example",),
        expected=(
            Expected(
                became="ticket",
                language="es",
                group="billing",
                acknowledged="es",
                because="Invoices go to billing",
                wrote=NEW,
            ),
        ),
    ),
    Step(
        name="nb",
        title="Norwegian, about a delivery",
        file="new-nb.eml",
        sender="kari@kunde.example",
        recipients=("hjelp@acme.example",),
        expected=(
            Expected(became="ticket", language="nb", group="first-line", acknowledged="nb", wrote=NEW),
        ),
    ),
    Step(
        name="en",
        title="English, and urgent",
        file="new-en-urgent.eml",
        sender="emma@customer.example",
        expected=(
            Expected(
                became="ticket",
                language="en",
                group="first-line",
                priority="urgent",
                acknowledged="en",
                because="Urgent words",
                wrote=NEW,
            ),
        ),
    ),
    Step(
        name="duplicate",
        title="The Spanish mail, once more",
        file="new-es.eml",
        sender="lucia@cliente.example",
        recipients=("ayuda@acme.example",),
        expected=(Expected(became="duplicate", on="es", language="es"),),
    ),
    Step(
        name="reply-es",
        title="Her reply to what we wrote",
        file="reply-es.eml",
        sender="lucia@cliente.example",
        answers=("es", "acknowledged"),
        expected=(
            Expected(became="reply", on="es", because="our signed Message-ID", wrote=("requester_replied",)),
        ),
    ),
    Step(
        name="reply-en",
        title="A reply, only by its address",
        file="reply-en.eml",
        sender="emma@customer.example",
        recipients=("reply",),
        answers=("en", "acknowledged"),
        expected=(
            Expected(became="reply", on="en", because="signed reply address", wrote=("requester_replied",)),
        ),
    ),
    Step(
        name="away",
        title="Out of office, to our mail",
        file="out-of-office-nb.eml",
        sender="",
        answers=("nb", "acknowledged"),
        expected=(Expected(became="reply", on="nb", because="told to nobody"),),
    ),
    Step(
        name="agent",
        title="The agent answers with #solve",
        file="agent-answer-nb.eml",
        sender="agent",
        recipients=("reply",),
        answers=("nb", "assigned"),
        expected=(Expected(became="reply", on="nb", status="solved", because="sent to", wrote=("reply",)),),
    ),
    Step(
        name="bounce",
        title="That answer comes back",
        file="bounce.eml",
        sender="",
        recipients=("return",),
        answers=("nb", "reply"),
        expected=(Expected(became="aside", because="bounce", wrote=("bounced",)),),
    ),
    Step(
        name="stranger",
        title="A stranger guesses a number",
        file="stranger-en.eml",
        sender="sam@elsewhere.example",
        answers=("es", "acknowledged"),
        expected=(
            Expected(
                became="ticket", language="en", acknowledged="en", because="does not take part", wrote=NEW
            ),
        ),
    ),
    Step(
        name="list",
        title="News from a mailing list",
        file="list-en.eml",
        sender="bounces@trade.example",
        expected=(Expected(became="ticket", priority="low", because="Newsletters", wrote=("assigned",)),),
    ),
    Step(
        name="attachments",
        title="Two files, one an invoice",
        file="attachments-es.eml",
        sender="miguel@taller.example",
        expected=(
            Expected(
                became="ticket",
                language="es",
                group="billing",
                acknowledged="es",
                because="Invoices go to billing",
                wrote=NEW,
            ),
        ),
    ),
    Step(
        name="html",
        title="Norwegian, only HTML",
        file="html-nb.eml",
        sender="bjorg@fjell.example",
        expected=(
            Expected(became="ticket", language="nb", group="first-line", acknowledged="nb", wrote=NEW),
        ),
    ),
    Step(
        name="broken",
        title="Broken MIME, charset, headers",
        file="broken-en.eml",
        sender="pat@old-machine.example",
        expected=(Expected(became="ticket", language="en", acknowledged="en", wrote=NEW),),
    ),
    Step(
        name="two",
        title="To two mailboxes",
        file="two-mailboxes-en.eml",
        sender="tom@cycling-club.example",
        recipients=(SUPPORT, BILLING),
        expected=(
            Expected(became="ticket", language="en", group="first-line", acknowledged="en", wrote=NEW),
            Expected(became="ticket", language="en", group="billing", acknowledged="en", wrote=NEW),
        ),
    ),
    Step(
        name="kb",
        title="English, answered by an article",
        file="question-en.eml",
        sender="sam@cycling.example",
        expected=(
            Expected(
                became="ticket",
                language="en",
                acknowledged="en",
                because="suggested “How do I repair a flat tyre?”",
                wrote=NEW,
            ),
        ),
    ),
)
"""Sixteen mails; each is sent when all before it are dealt with."""
