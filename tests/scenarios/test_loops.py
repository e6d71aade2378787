"""Machines that answer each other, and floods: the desk's part in them stays small."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from store import tables
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail, Posted, delivery_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OTHER = {"name": "Other", "mailbox": [{"address": "help@other.example", "group": "first-line"}]}


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """A desk under the sample policy."""
    with opened(sqlite_url, tmp_path / "raw", sample()) as office:
        yield office


@pytest.fixture
def other(tmp_path: Path, migrated: Path) -> Iterator[Office]:
    """Another desk, with keys of its own, whose agent's address is the first desk's mailbox."""
    path = tmp_path / "other.sqlite3"
    path.write_bytes(migrated.read_bytes())
    agents = [{"id": "them", "name": "Them", "address": "support@acme.example"}]
    desk = OTHER | {"agent": agents, "group": [{"name": "first-line", "agents": ["them"]}]}
    with opened(f"sqlite:///{path}", tmp_path / "other-raw", sample(desk, "")) as office:
        yield office


def exchange(*offices: Office, seconds: int) -> int:
    """Carry the offices' letters to each other, a second's each, and count those that were carried."""
    carried = 0
    seen: dict[int, set[int]] = {id(office): set() for office in offices}
    for _ in range(seconds):
        for office in offices:
            fresh = [one for one in office.sent() if one.number not in seen[id(office)]]
            seen[id(office)].update(one.number for one in fresh)
            for receiver in offices:
                mine = [one for one in fresh if receiver.is_ours(one.recipient)]
                carried += len(mine)
                if mine:
                    receiver.take(*(Posted(one.wire, one.return_path, (one.recipient,)) for one in mine))
        for office in offices:
            office.wait(timedelta(seconds=1))
    return carried


@pytest.mark.parametrize("sender", ["help@other.example", "kari@customer.example"])
def test_two_desks_wired_to_each_other_come_to_rest(office: Office, other: Office, sender: str) -> None:
    """Two desks, each the only agent of the other, exchange two mails in a minute at most, whoever wrote."""
    agents = [{"id": "they", "name": "They", "address": "help@other.example"}]
    group = [{"name": "first-line", "agents": ["they"]}]
    mailbox = [{"address": "support@acme.example", "group": "first-line"}]
    office.apply(sample({"agent": agents, "group": group, "mailbox": mailbox}, ""))
    office.receive(Mail(sender=sender, subject="Good morning", body="We would like to order brakes."))
    assert 1 <= exchange(office, other, seconds=60) <= 2


def test_a_human_answer_between_desks_arrives(office: Office, other: Office) -> None:
    """What an agent writes to another desk is a ticket there, whatever marks it carries."""
    first = Mail(sender="help@other.example", subject="Good morning", body="We would like to order brakes.")
    office.receive(first)
    agent = office.rows(tables.tickets)[0].agent
    office.receive(Mail(sender=f"{agent}@acme.example", answers="assigned", body="Which brakes do you mean?"))
    (letter,) = [one for one in office.sent() if one.reason == "reply"]
    other.take(Posted(letter.wire, letter.return_path, (letter.recipient,)))
    other.work()
    assert "Which brakes do you mean?" in other.entries(1)[0].text
    assert [one.reason for one in other.sent()] == ["assigned"]


def _to_reply_address(office: Office, number: int) -> Mail:
    answered = office.last("acknowledged", "robot@customer.example")
    return Mail(
        sender="robot@customer.example",
        to=answered.reply_to,
        subject=f"Case {number} [#{answered.ticket}] [#{answered.ticket}]",
        body=f"Thank you, we have opened case {number} for you.",
    )


def _to_mailbox(office: Office, number: int) -> Mail:
    answered = office.last("acknowledged", "robot@customer.example")
    return Mail(
        sender="robot@customer.example",
        subject=f"Case {number}: {answered.subject} [#{answered.ticket}]",
        body=f"Thank you, we have opened case {number} for you.",
    )


@pytest.mark.parametrize("answer", [_to_reply_address, _to_mailbox])
def test_a_responder_without_any_sign(office: Office, answer: Callable[[Office, int], Mail]) -> None:
    """A responder with no header, other subjects and the tag twice gets three answers a day at most."""
    robot = "robot@customer.example"
    office.receive(Mail(sender=robot, subject="Case 0", body="Thank you, we have opened case 0 for you."))
    answered = 0
    for number in range(1, 48):
        sent = [one for one in office.sent() if one.recipient == robot]
        if len(sent) > answered:
            answered = len(sent)
            office.receive(answer(office, number))
        office.wait(timedelta(minutes=30))
    assert len([one for one in office.sent() if one.recipient == robot]) <= 3
    assert len(office.tickets()) == 1


def test_a_responder_that_opens_a_ticket_each_time_is_bounded(office: Office) -> None:
    """Even where every answer opens a ticket it ends: what is much the same is answered three times."""
    robot = "robot@customer.example"
    for number in range(30):
        office.receive(Mail(sender=robot, subject=f"Case {number}", body=f"We have opened case {number}."))
        office.wait(timedelta(minutes=10))
    answers = [one for one in office.sent() if one.recipient == robot]
    assert (len(office.tickets()), len(answers)) == (30, 3)


def test_a_flood_of_forged_senders_is_not_passed_on(office: Office) -> None:
    """A thousand mails with as many forged senders of one domain lead to a hundred answers at most."""
    office.pour(
        Mail(sender=f"victim{number}@victim.example", subject=f"Offer {number}", body=f"Buy number {number}.")
        for number in range(1000)
    )
    answers = [row for row in office.rows(tables.outgoing) if row.domain == "victim.example"]
    assert (len(office.tickets()), len(answers)) == (1000, 100)
    silent = [row for row in office.rows(tables.entries) if row.flag == "not-acknowledged"]
    assert len(silent) == 900


def test_a_storm_of_bounces_is_answered_by_silence(office: Office) -> None:
    """A thousand delivery reports for one answer of ours lead to one note, one notice and no reply."""
    office.receive(Mail(sender="kari@customer.example", subject="Brakes", body="My brakes do not work."))
    office.receive(Mail(sender="ana@acme.example", answers="assigned", body="Which bicycle is it?"))
    (answer,) = [one for one in office.sent() if one.reason == "reply"]
    before = len(office.sent())
    office.take(
        *(
            delivery_report(
                answer, answer.return_path, status="5.1.1", message_id=f"<{number}@mx.customer.example>"
            )
            for number in range(1000)
        )
    )
    office.work()
    assert [(one.reason, one.recipient) for one in office.sent()[before:]] == [
        ("bounced", "ana@acme.example")
    ]
    assert [entry.flag for entry in office.entries(1)] == ["", "", "undelivered"]
    aside = [row for row in office.rows(tables.contacts) if row.state == "aside"]
    assert (len(aside), len(office.tickets())) == (1000, 1)


def test_an_answer_is_no_bigger_than_what_it_answers(office: Office) -> None:
    """An acknowledgement quotes nothing: its size does not grow with the mail, so nobody is amplified."""
    for size in (10, 10_000):
        mail = Mail(sender=f"kari{size}@customer.example", subject="Brakes", body="My brakes. " * size)
        office.receive(mail)
    sizes = [len(one.wire) for one in office.sent() if one.reason == "acknowledged"]
    assert abs(sizes[0] - sizes[1]) < 100
    assert max(sizes) < 4000


def test_a_person_who_asks_much_is_heard_each_time(office: Office) -> None:
    """Five requests of one proved person in an hour are five acknowledgements."""
    for number in range(5):
        office.receive(Mail(sender="kari@customer.example", subject=f"Printer {number}", trust="aligned"))
        office.wait(timedelta(minutes=10))
    assert len([one for one in office.sent() if one.reason == "acknowledged"]) == 5


EAGER = """[[rule]]
name = "Eager"
on = ["reply"]
then.reply = "We have your answer."
"""


def _varied(number: int) -> str:
    return " ".join(f"{chr(97 + number)}{chr(97 + letter)}word" for letter in range(26))


def test_a_rule_that_answers_each_answer_is_bounded(office: Office) -> None:
    """A proved machine that answers each of ours gets three on a ticket in 24 hours; the ticket says why."""
    office.apply(sample(rules=EAGER))
    robot = "robot@customer.example"
    office.receive(Mail(sender=robot, subject="Brakes", body="Please order brakes.", trust="aligned"))
    for number in range(12):
        answer = Mail(sender=robot, answers="any", body=_varied(number), trust="aligned")
        office.receive(answer)
        office.wait(timedelta(hours=1, minutes=59))
    assert len([one for one in office.sent() if one.recipient == robot]) == 3
    held = [entry.text for entry in office.entries(1) if entry.flag == "not-written"]
    why = "the limit ticket_per_day: 3 on a ticket in 24 hours is reached"
    assert held == [f"The rule 'Eager' did not write: {why}."] * 10
    office.receive(Mail(sender=robot, subject="Saddles", body="We need saddles, too.", trust="aligned"))
    assert [one.ticket for one in office.sent() if one.recipient == robot] == [1, 1, 1, 2]


def test_the_window_on_a_ticket_moves_on(office: Office) -> None:
    """A person who goes on the next day hears from the rule again, when 24 hours are over and not before."""
    office.apply(sample({"limits": {"ticket_per_day": 1}}, EAGER))
    kari = "kari@customer.example"
    office.receive(Mail(sender=kari, subject="Brakes", body="Please order brakes.", trust="aligned"))
    for hours in (23, 1, 23, 1):
        office.wait(timedelta(hours=hours))
        office.receive(Mail(sender=kari, answers="acknowledged", body=_varied(hours), trust="aligned"))
    reasons = [one.reason for one in office.sent() if one.recipient == kari]
    assert reasons == ["acknowledged", "by_rule", "by_rule"]


def test_without_a_limit_on_a_ticket_a_rule_answers_each_time(office: Office) -> None:
    """Nought is no limit."""
    office.apply(sample({"limits": {"ticket_per_day": 0}}, EAGER))
    kari = "kari@customer.example"
    office.receive(Mail(sender=kari, subject="Brakes", body="Please order brakes.", trust="aligned"))
    for number in range(6):
        office.receive(Mail(sender=kari, answers="acknowledged", body=_varied(number), trust="aligned"))
    assert len([one for one in office.sent() if one.reason == "by_rule"]) == 6


ON = """[[rule]]
name = "On"
on = ["open", "reply"]
then.forward = ["desk@partner.example", "desk@other-partner.example"]
"""


def test_what_is_forwarded_does_not_come_round_for_ever(office: Office) -> None:
    """A partner's desk that answers each from another address gets so many a day, and no more."""
    office.apply(sample({"limits": {"forwards_per_day": 3}}, ON))
    office.receive(Mail(sender="kari@customer.example", subject="Brakes", body="Please order brakes."))
    partners = ("desk@partner.example", "desk@other-partner.example")
    for case in range(5):
        mail = Mail(
            sender=f"case{case}@partner.example", answers="forwarded", whose=partners[0], body=_varied(case)
        )
        office.receive(mail)
    assert [sum(one.recipient == partner for one in office.sent()) for partner in partners] == [3, 3]
    held = [entry.text for entry in office.entries(1) if entry.flag == "not-forwarded"]
    why = "the limit forwards_per_day: 3 in 24 hours is reached"
    assert held == [f"Not forwarded to {partner}: {why}." for partner in partners] * 3
    office.wait(timedelta(hours=24))
    office.receive(Mail(sender="kari@customer.example", answers="acknowledged", body=_varied(9)))
    assert [sum(one.recipient == partner for one in office.sent()) for partner in partners] == [4, 4]
