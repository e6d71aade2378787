"""The word of the operator's own filter: whose counts, what it leads to, and how a person takes it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from store import aside, tables
from store.books import read_books
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail, Posted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Headers = Mapping[str, str | list[str]]

OPS = "ops@acme.example"
READ = ["X-Spam-Flag", "X-Spam-Status", "X-SES-Spam-Verdict"]
STAMP = "mx.acme.example; dmarc=none header.from=customer.example"
FLAGGED = {"Authentication-Results": STAMP, "X-Spam-Flag": "YES"}
KARI = "kari@customer.example"
CHANNELS = {"channels.toml": '[smtp]\nauthserv_id = "mx.acme.example"\n'}
REPORT = """From: MAILER-DAEMON@mx.customer.example
To: support@acme.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report@mx.customer.example>
Content-Type: text/plain

This message was created automatically by mail delivery software.
A message that you sent could not be delivered: nobody@customer.example, 550 no such user.
"""


def policy(**spam: Any) -> dict[str, str]:
    """The sample policy, under which our filter's fields are read."""
    desk = {"spam": {"read": READ} | spam, "ops": {"digest_to": OPS}}
    return sample(desk, "") | CHANNELS


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """A desk that reads what its own filter says."""
    with opened(sqlite_url, tmp_path / "raw", policy()) as office:
        yield office


def mail(subject: str = "Brakes", *, headers: Headers | None = None, **more: Any) -> Mail:
    """One mail of Kari's."""
    body = "The brakes of my bicycle do not work any more."
    return Mail(sender=KARI, subject=subject, body=body, headers=headers or {}, **more)


def states(office: Office) -> list[tuple[str, str]]:
    """What became of every contact, and why."""
    return [(row.state, row.reason) for row in office.rows(tables.contacts)]


def release(office: Office, contact: int = 1) -> bool:
    """What `despacho aside release` does, and the work that comes of it."""
    with office.store.writing() as connection:
        released = aside.release(connection, contact, office.now)
    office.work()
    return released


def broken(office: Office) -> tuple[object, ...]:
    """What does not balance in the books."""
    with office.store.reading() as connection:
        return read_books(connection).broken


@pytest.mark.parametrize(
    "headers",
    [
        FLAGGED,
        {"Authentication-Results": STAMP, "X-Spam-Status": "Yes, score=12.3 required=5.0"},
        {"Authentication-Results": STAMP, "X-SES-Spam-Verdict": "FAIL"},
        {"Authentication-Results": STAMP, "X-Spam-Flag": ["NO", "YES"]},
    ],
    ids=["flag", "status", "ses", "the worst of two"],
)
def test_what_our_filter_calls_spam_is_set_aside(office: Office, headers: Headers) -> None:
    """Mail with our MX's stamp that a named field calls spam becomes no ticket, and nobody is answered."""
    office.receive(mail(headers=headers))
    assert states(office) == [("aside", "spam")]
    assert office.sent() == []
    assert broken(office) == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Spam-Flag": "YES"},
        {"Authentication-Results": "mx.elsewhere.example; dmarc=none", "X-Spam-Flag": "YES"},
        {"Authentication-Results": STAMP, "X-Rspamd-Action": "reject"},
        {"Authentication-Results": STAMP, "X-Spam-Status": "No, score=-1.2 required=5.0"},
    ],
    ids=["no stamp", "another's stamp", "a field that nobody named", "not spam"],
)
def test_nobody_elses_word_counts(office: Office, headers: Headers) -> None:
    """A flag that our own MX did not stamp, or that the policy does not name, silences nobody."""
    office.receive(mail(headers=headers))
    assert states(office) == [("ticket", "")]
    assert [one.recipient for one in office.sent() if one.reason == "acknowledged"] == [KARI]


def test_an_answer_to_our_signed_name_is_never_spam(office: Office) -> None:
    """Who takes part in an open ticket and brings our signature back is heard, whatever a filter says."""
    office.receive(mail())
    office.receive(mail(answers="acknowledged", headers=FLAGGED))
    assert states(office) == [("ticket", ""), ("reply", "")]


def test_the_allow_list_wins_over_the_filter(office: Office) -> None:
    """An allowed sender's mail is a ticket and acknowledged, whatever a filter says."""
    office.apply(policy(allow=["customer.example"]))
    office.receive(mail(headers=FLAGGED))
    assert states(office) == [("ticket", "")]
    assert [one.recipient for one in office.sent() if one.reason == "acknowledged"] == [KARI]


def test_a_desk_may_take_spam_with_a_tag(office: Office) -> None:
    """Under `then = "tag"` spam is a ticket with a tag; its requester is not answered, and it says why."""
    office.apply(policy(then="tag"))
    office.receive(mail(headers=FLAGGED))
    assert office.tickets()[1].tags == '["spam"]'
    assert [one.reason for one in office.sent()] == ["assigned"]
    assert "Not acknowledged: the ticket is tagged as spam." in [one.text for one in office.entries(1)]
    assert broken(office) == ()


def test_a_rule_may_take_the_tag_away(office: Office) -> None:
    """Where a rule knows better than the filter, the requester is acknowledged."""
    rule = (
        '[[rule]]\nname = "Brakes are ours"\nwhen.subject.contains = "brakes"\nthen.remove_tags = ["spam"]\n'
    )
    office.apply(policy(then="tag") | {"rules.toml": rule})
    office.receive(mail(headers=FLAGGED))
    assert [one.recipient for one in office.sent() if one.reason == "acknowledged"] == [KARI]


def test_a_released_mail_is_a_ticket_as_any_other(office: Office) -> None:
    """Release opens the ticket and acknowledges its sender, once however often it is asked for."""
    office.receive(mail(headers=FLAGGED))
    assert release(office)
    assert states(office) == [("ticket", "")]
    assert sorted(one.reason for one in office.sent()) == ["acknowledged", "assigned"]
    assert not release(office)
    assert (len(office.tickets()), len(office.sent())) == (1, 2)
    assert broken(office) == ()


def test_a_released_contact_keeps_what_was_found_out_about_its_sender(office: Office) -> None:
    """What DNS or our MX had said of a sender is not asked again, nor forgotten."""
    office.receive(mail(headers=FLAGGED, trust="aligned"))
    release(office)
    assert office.tickets()[1].trust == "aligned"


def test_a_second_release_before_the_first_is_worked_on_does_nothing(office: Office) -> None:
    """Two people who release one contact make one ticket of it."""
    office.receive(mail(headers=FLAGGED))
    with office.store.writing() as connection:
        assert aside.release(connection, 1, office.now)
        assert not aside.release(connection, 1, office.now)
    assert broken(office) == ()
    office.work()
    assert len(office.tickets()) == 1


def test_a_released_answer_joins_its_ticket(office: Office) -> None:
    """Set aside is not out of its thread: once released, an answer stands on the ticket that it answers."""
    office.receive(mail(message_id="<first@customer.example>"))
    headers = FLAGGED | {"In-Reply-To": "<first@customer.example>"}
    office.receive(mail("Re: Brakes", headers=headers))
    assert states(office)[1] == ("aside", "spam")
    release(office, 2)
    assert states(office)[1] == ("reply", "")
    assert len(office.tickets()) == 1


def test_machines_that_are_released_are_tickets_and_never_answered(office: Office) -> None:
    """Whatever was set aside can be released; a machine is still not answered."""
    office.receive(Mail(sender="MAILER-DAEMON@mx.customer.example", eml=REPORT, return_path=""))
    office.receive(mail("Out of office", headers={"Auto-Submitted": "auto-replied"}))
    assert [reason for _, reason in states(office)] == ["bounce", "auto-reply"]
    assert release(office, 1)
    assert release(office, 2)
    assert [state for state, _ in states(office)] == ["ticket", "ticket"]
    assert [one.reason for one in office.sent()] == ["assigned", "assigned"]
    assert broken(office) == ()


def test_those_who_run_the_desk_hear_once_a_day(office: Office) -> None:
    """The morning's digest has the counts by reason, the subjects, and how to release; one mail a day."""
    for number in range(3):
        office.receive(mail(f"Offer {number}", headers=FLAGGED))
    office.receive(mail("Out of office", headers={"Auto-Submitted": "auto-replied"}))
    assert office.sent() == []
    office.wait(timedelta(days=1))
    (digest,) = office.sent()
    assert (digest.reason, digest.recipient, digest.return_path) == ("aside", OPS, "")
    assert digest.subject == "Set aside on 2026-03-02: 4"
    for words in ("spam: 3", "auto-reply: 1", f"2  spam  {KARI}  Offer 1", "despacho aside release"):
        assert words in digest.text
    office.wait(timedelta(days=3))
    assert len(office.sent()) == 1
    assert broken(office) == ()


def test_a_digest_that_comes_back_leads_to_no_other(office: Office) -> None:
    """Where the ops address forwards to the desk, its digest is set aside and told of to nobody."""
    office.receive(mail(headers=FLAGGED))
    office.wait(timedelta(days=1))
    (digest,) = office.sent()
    office.take(Posted(digest.wire, "", ("support@acme.example",)))
    office.work()
    assert states(office)[1] == ("aside", "loop")
    office.wait(timedelta(days=2))
    assert len(office.sent()) == 1


def test_a_day_begins_at_seven_where_the_desk_is(office: Office) -> None:
    """What comes in the night stands in the digest of that morning, at seven in the desk's zone."""
    office.wait(datetime(2026, 3, 3, 5, 59, tzinfo=UTC) - office.now)
    office.receive(mail("Before seven", headers=FLAGGED))
    office.wait(timedelta(minutes=1))
    office.receive(mail("After seven", headers=FLAGGED))
    office.wait(timedelta(minutes=2))
    (digest,) = office.sent()
    assert "Before seven" in digest.text
    assert "After seven" not in digest.text
    office.wait(timedelta(days=1))
    assert "After seven" in office.sent()[-1].text


def test_a_digest_of_what_was_released_meanwhile_is_not_sent(office: Office) -> None:
    """Where nothing is set aside any more in the morning, nobody gets a mail about it."""
    office.receive(mail(headers=FLAGGED))
    release(office)
    office.wait(timedelta(days=2))
    assert "aside" not in [one.reason for one in office.sent()]


def test_a_desk_without_an_address_for_it_sends_no_digest(office: Office) -> None:
    """Where the policy names nobody, nothing waits and nothing is sent."""
    office.apply(sample({"spam": {"read": READ}}, "") | CHANNELS)
    office.receive(mail(headers=FLAGGED))
    assert office.rows(tables.timers) == []
    with office.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(tables.outgoing)).scalar_one() == 0


@pytest.mark.servers
def test_digest_and_release_are_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    """What is set aside, told of and released on SQLite is so on PostgreSQL."""
    with opened(postgres_url, tmp_path / "raw", policy()) as office:
        for number in range(2):
            office.receive(mail(f"Offer {number}", headers=FLAGGED))
        office.wait(timedelta(days=1))
        assert [one.subject for one in office.sent()] == ["Set aside on 2026-03-02: 2"]
        assert release(office, 2)
        assert not release(office, 2)
        assert states(office) == [("aside", "spam"), ("ticket", "")]
        assert broken(office) == ()
