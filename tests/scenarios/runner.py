"""Act a conversation out in an office, and compare what came of it with what was expected."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import msgspec

from store import tables
from store.books import read_books
from tests.scenarios.policies import sample

if TYPE_CHECKING:
    from tests.scenarios.office import Office, Sent
    from tests.scenarios.script import Conversation, LetterThen, Then, TicketThen, When

_SPAN = re.compile(r"(\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def act(conversation: Conversation, office: Office) -> None:
    """Play every step and check after it; at the end check the whole, and that all went well and balances."""
    for step in conversation.when:
        before = len(office.sent())
        _do(step, office)
        check(step.then, office, office.sent()[before:])
    check(conversation.then, office, office.sent())
    assert office.rows(tables.dead_letters) == []
    assert office.rows(tables.ledger) == []
    assert office.rows(tables.work) == []
    with office.store.reading() as connection:
        assert read_books(connection).broken == ()


def _do(step: When, office: Office) -> None:
    if step.mail is not None:
        office.receive(step.mail)
    if step.wait:
        office.wait(span(step.wait))
    if step.policy is not None:
        office.apply(sample(step.policy.desk, step.policy.rules))
    if step.bounce is not None:
        sent = office.last(step.bounce.reason, step.bounce.to)
        office.bounce(sent, status=step.bounce.status, action=step.bounce.action)
    if step.refusal is not None:
        office.refuse(office.last(step.refusal.reason, step.refusal.to), step.refusal.answer)


def span(text: str) -> timedelta:
    """A length of time in words: ``1h 30m``."""
    return timedelta(**{_UNITS[unit]: int(number) for number, unit in _SPAN.findall(text)})


def check(then: Then, office: Office, sent: list[Sent]) -> None:
    """Raise `AssertionError` for the first expectation that does not hold."""
    if then.tickets is not None:
        assert len(office.tickets()) == then.tickets
    for ticket in then.ticket:
        _check_ticket(ticket, office)
    if then.letters is not None:
        assert sorted(map(headline, sent)) == sorted(then.letters)
    if then.letters_at_most is not None:
        assert len(sent) <= then.letters_at_most
    for letter in then.letter:
        _check_letter(letter, office)
    if then.aside is not None:
        aside = sorted(row.reason for row in office.rows(tables.contacts) if row.state == "aside")
        assert aside == sorted(then.aside)
    if then.bounced is not None:
        assert sorted(row.address for row in office.rows(tables.people) if row.bounced_at) == then.bounced


def headline(sent: Sent) -> str:
    """A letter in one line."""
    return f"{sent.reason} in {sent.letter.language} to {sent.recipient}"


def _check_ticket(expected: TicketThen, office: Office) -> None:
    ticket = office.tickets()[expected.number]
    actual = {
        "status": ticket.status,
        "group": ticket.group_name,
        "agent": ticket.agent,
        "language": ticket.language,
        "priority": ticket.priority,
        "requester": ticket.requester,
        "tags": msgspec.json.decode(ticket.tags),
        "people": sorted(office.people(expected.number)),
    }
    wanted = {name: getattr(expected, name) for name in actual if getattr(expected, name) is not None}
    assert {name: actual[name] for name in wanted} == wanted
    if expected.entries is not None:
        _same_lines([_line(entry) for entry in office.entries(expected.number)], expected.entries)
    trace = office.traces(expected.number)
    assert [words for words in expected.why if words not in trace] == [], trace
    assert [words for words in expected.why_not if words in trace] == [], trace


def _line(entry: Any) -> str:
    flag = f" ({entry.flag})" if entry.flag else ""
    who = {
        "message": f"{entry.author}{flag}",
        "reply": f"{entry.author} answered{flag}",
        "note": f"{entry.author} noted{flag}",
        "system": f"desk{flag}",
    }[entry.kind]
    return f"{who}: {' '.join(entry.text.split())}".strip()


def _same_lines(actual: list[str], expected: list[str]) -> None:
    cut = [
        line[: len(wish) - 1] + "…" if wish.endswith("…") else line
        for line, wish in zip(actual, expected, strict=False)
    ]
    assert cut + actual[len(expected) :] == expected


def _check_letter(expected: LetterThen, office: Office) -> None:
    sent = office.last(expected.reason, expected.to)
    actual = {
        "language": sent.letter.language,
        "shows_from": sent.letter.sender.address,
        "shows_to": [person.address for person in sent.letter.to],
        "shows_cc": [person.address for person in sent.letter.cc],
        "subject": sent.subject,
        "return_path": sent.return_path,
        "automatic": sent.letter.automatic,
        "answers": sent.letter.in_reply_to,
    }
    wanted = {name: getattr(expected, name) for name in actual if getattr(expected, name) is not None}
    assert {name: actual[name] for name in wanted} == wanted
    if expected.same_message_id_as is not None:
        assert sent.message_id == office.last(expected.reason, expected.same_message_id_as).message_id
    wire = message_from_bytes(sent.wire)
    assert {name: wire[name] or "" for name in expected.headers} == expected.headers
    assert [words for words in expected.says if words not in sent.text] == [], sent.text
    whole = f"{sent.text}\n{sent.letter}\n{sent.wire.decode()}"
    assert [words for words in expected.never_says if words in whole] == [], whole
