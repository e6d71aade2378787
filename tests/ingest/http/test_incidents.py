"""What help desks are known to have lost or doubled, as it would come by HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from store import tables
from tests.ingest.http.hooked import hooked
from tests.ingest.webhooks.captured import FOLDER, load
from tests.runtime.eventually import eventually
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION = load(FOLDER / "standard" / "question.http")
MAILGUN, POSTMARK = load(FOLDER / "mailgun" / "raw.http"), load(FOLDER / "postmark" / "raw.http")
STAMP = str(QUESTION.expected["stamp"])


@pytest.fixture
def office(tmp_path: Path, plain_logs: None) -> Iterator[Office]:
    """A desk that works on what comes in."""
    with opened(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path / "raw", sample()) as office:
        office.now = QUESTION.received_at
        yield office


def signed(name: str, body: bytes) -> dict[str, str]:
    """The headers of a request that is theirs."""
    key = base64.b64decode(QUESTION.expected["secret"].removeprefix("whsec_"))
    mac = hmac.new(key, f"{name}.{STAMP}.".encode() + body, hashlib.sha256).digest()
    proof = "v1," + base64.b64encode(mac).decode()
    return {"webhook-id": name, "webhook-timestamp": STAMP, "webhook-signature": proof}


def question(number: int) -> bytes:
    """What one customer asks."""
    told = {"data": {"email": f"k{number}@customer.example", "subject": f"Nr {number}", "text": "Hei, hvor?"}}
    return json.dumps(told).encode()


def test_one_bad_request_stops_no_other(office: Office) -> None:
    """FreeScout #4159, Zammad #2754: of ten one cannot be read; nine are tickets, and then that one too."""
    with hooked(office._door, {"standard": QUESTION.hook}.get, QUESTION.received_at) as desk:
        for number in range(10):
            body = b"\xff no JSON at all" if number == 4 else question(number)
            assert desk.post("/in/standard", body, signed(f"q{number}", body))[0] == 202
    office.work()
    assert len(office.tickets()) == 9
    for _ in range(8):
        office.wait(timedelta(hours=3))
    assert len(office.tickets()) == 10
    assert {row.state for row in office.rows(tables.contacts)} <= {"ticket", "dead"}


def test_a_caller_who_hangs_up_loses_nothing_and_doubles_nothing(office: Office) -> None:
    """Zammad #78, #1662: the answer is never heard, the service comes again, and there is one contact."""
    body = question(1)
    fields = "".join(f"{name}: {value}\r\n" for name, value in signed("q1", body).items())
    head = f"POST /in/standard HTTP/1.1\r\nHost: desk\r\nContent-Length: {len(body)}\r\n{fields}\r\n"
    with hooked(office._door, {"standard": QUESTION.hook}.get, QUESTION.received_at) as desk:
        with socket.create_connection((HOST, desk.channel.port), timeout=10) as wire:
            wire.sendall(head.encode() + body)
        assert eventually(lambda: len(office.rows(tables.contacts)) == 1, within=30)
        assert desk.post("/in/standard", body, signed("q1", body))[0] == 202
    office.work()
    assert len(office.tickets()) == 1
    [receipt] = office.rows(tables.receipts)
    assert receipt.seen == 2


def test_the_same_mail_by_two_services_is_one(office: Office) -> None:
    """Chatwoot #12054, osTicket #1908: a mail that comes by Mailgun, by Postmark and again is one contact."""
    with hooked(office._door, {"m": MAILGUN.hook, "p": POSTMARK.hook}.get, MAILGUN.received_at) as desk:
        for path, one in (("/in/m", MAILGUN), ("/in/p", POSTMARK), ("/in/m", MAILGUN)):
            assert desk.post(path, one.body, one.headers)[0] == 200
    office.work()
    assert len(office.tickets()) == 1


def test_one_mail_to_two_mailboxes_is_a_ticket_of_each(office: Office) -> None:
    """Zammad #1578, osTicket PR 866: what one team got is not hidden from the other."""
    body = POSTMARK.body.replace(b'"OriginalRecipient": "support@', b'"OriginalRecipient": "billing@')
    assert body != POSTMARK.body
    other = body.replace(b"73e6d360", b"83e6d360")

    def mailbox_of(address: str) -> str | None:
        return address if office.is_ours(address) else None

    hooks = {"p": POSTMARK.hook}.get
    with hooked(office._door, hooks, POSTMARK.received_at, mailbox_of=mailbox_of) as desk:
        for sent in (POSTMARK.body, other):
            assert desk.post("/in/p", sent, POSTMARK.headers)[0] == 200
    office.work()
    assert sorted(ticket.mailbox for ticket in office.tickets().values()) == [
        "billing@acme.example",
        "support@acme.example",
    ]
