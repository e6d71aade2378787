"""Facts: what a message, a ticket and a requester say to rules."""

from __future__ import annotations

from datetime import UTC, datetime

from events.message import Attachment, Kind, Message, Suggestion, Trust
from handlers.rules.facts import Facts, facts_of
from handlers.rules.fields import FIELDS, field_named
from handlers.rules.kinds import STATUSES, TRUSTS
from handlers.rules.seen import RequesterView, TicketView

MESSAGE = Message(
    channel="smtp",
    source_key="k",
    mailbox="support@acme.example",
    received_at=datetime(2026, 11, 21, tzinfo=UTC),
    raw="r",
    subject="Hei",
    text="whole",
    new_words="new",
    trust=Trust.ALIGNED,
    kind=Kind.LIST,
    language="nb",
    attachments=(Attachment("a.pdf", "application/pdf", 3, 2),),
    headers=(("List-Id", "x"), ("X-A", "1"), ("x-a", "2")),
    suggestions=(
        Suggestion(name="inside", language="nb", title="I", score=95),
        Suggestion(name="reset", language="en", title="R", score=93, public=True),
        Suggestion(name="reset", language="nb", title="R", score=91, public=True),
    ),
)


KNOWN = {
    "suggestion.article": "reset",
    "suggestion.score": 91,
    "subject": "Hei",
    "body": "new",
    "channel": "smtp",
    "mailbox": "support@acme.example",
    "kind": "list",
    "language": "nb",
    "trust": "aligned",
    "requester.address": "k@x.example",
    "requester.domain": "x.example",
    "requester.name": "K",
    "requester.language": "nb",
    "requester.trust": "token",
    "requester.tags": ("vip",),
    "requester.organisation": "",
    "requester.tickets": 0,
    "requester.unsolved": 0,
    "phrases": (),
    "attachments.count": 1,
    "attachments.types": ("application/pdf",),
    "attachments.largest": 3,
    "attachments.size": 3,
    "time.hour": 0,
    "time.weekday": "sat",
    "time.clock": "00:00",
    "time.date": "2026-11-21",
    "time.business_hours": False,
    "group.on_shift": False,
    "group.has_room": False,
    "agent.on_shift": False,
    "ticket.sla": "",
    "ticket.age": None,
    "ticket.replies": 0,
    "ticket.messages": 0,
    "deadline.which": "",
    "deadline.level": 0,
    "attachments.names": ("a.pdf",),
    "ticket.status": "open",
    "ticket.priority": "high",
    "ticket.group": "g",
    "ticket.agent": "a",
    "ticket.tags": ("t",),
}


def test_every_field_has_its_fact() -> None:
    """A ticket with a message knows a value for every field, and for each header all of its values."""
    ticket = TicketView(status="open", priority="high", group="g", agent="a", tags=("t",))
    requester = RequesterView(address="k@x.example", name="K", language="nb", trust="token", tags=("vip",))
    facts = facts_of(MESSAGE, ticket, requester)
    assert {name: facts.raw[name] for name in FIELDS} == KNOWN
    assert facts.raw["header.list-id"] == ("x",)
    assert facts.raw["header.x-a"] == ("1", "2")


def test_a_change_without_a_message_knows_the_ticket_only() -> None:
    """Where no message is looked at, its fields are not known, and nothing about them holds."""
    facts = facts_of(None, TicketView(language="es"), RequesterView())
    assert facts.raw["subject"] is None
    assert facts.raw["language"] == "es"


def test_the_tickets_language_comes_first() -> None:
    """A ticket's own language counts before that of a message on it."""
    assert facts_of(MESSAGE, TicketView(language="es"), RequesterView()).raw["language"] == "es"


def test_the_whole_body_serves_where_nothing_is_new() -> None:
    """Without new words the body is the whole text."""
    message = Message(
        channel="smtp", source_key="k", mailbox="m", received_at=MESSAGE.received_at, raw="r", text="whole"
    )
    assert facts_of(message, TicketView(), RequesterView()).raw["body"] == "whole"


def test_a_copy_changes_alone() -> None:
    """Changing a copy leaves the facts it came from, and every view of the change is the new one."""
    facts = Facts({"subject": "A", "ticket.tags": ("x",)})
    assert (facts.folded["subject"], facts.encoded["subject"], facts.shown["subject"]) == (
        "a",
        (b"A",),
        '"A"',
    )
    copy = facts.copy()
    copy.change({"subject": "B"})
    assert (copy.folded["subject"], copy.encoded["subject"], copy.shown["subject"]) == ("b", (b"B",), '"B"')
    assert (facts.folded["subject"], facts.encoded["subject"], facts.shown["subject"]) == (
        "a",
        (b"A",),
        '"A"',
    )


def test_levels_are_in_order() -> None:
    """Trust goes from failed to token as ranks do, and a header's name has no case."""
    assert TRUSTS == ("failed", "unverified", "aligned", "token")
    assert STATUSES[0] == "new"
    header = field_named("header.X-A")
    assert header is not None
    assert header.name == "header.x-a"
    assert field_named("header.") is None
