"""In shadow no service is asked for anything; after a person's word those who write by it are answered."""

from __future__ import annotations

import json
import urllib.parse
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from events.message import Envelope
from ingest.accept import Delivery
from ingest.hooks.source import Keys
from runtime.capture import Capture
from runtime.legible import legible
from runtime.show.unsent import would_be
from runtime.ways.carrier import Api, Ways
from store import going_live, tables
from tests.runtime.eventually import eventually
from tests.runtime.sender_at_work import running
from tests.runtime.ways.double import ACCOUNT, AUTH_TOKEN, TOKEN, Double, double
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.post import Mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUPPORT, BILLING = "support@acme.example", "billing@acme.example"
OURS = "+4759440000"


@pytest.fixture
def service() -> Iterator[Double]:
    """Both services."""
    with double() as service:
        yield service


@pytest.fixture
def office(desk_url: str, tmp_path: Path) -> Iterator[Office]:
    """The sample desk in shadow, but for its billing mailbox."""
    with opened(desk_url, tmp_path / "raw", sample({"mode": "shadow"})) as office:
        live(office, BILLING)
        yield office


def live(office: Office, mailbox: str) -> None:
    """Say the word for a mailbox, as `despacho go-live` does."""
    with office.store.writing() as connection:
        going_live.go(connection, [mailbox], who="ana", now=office.now)
    office.rulebooks.refresh()


def write(office: Office, channel: str, who: int, text: str, mailbox: str = SUPPORT) -> None:
    """Let in what somebody wrote by a service, and do the work that comes of it."""
    if channel == "telegram":
        chat = {"id": who}
        user = {"id": who, "first_name": "Kim", "language_code": "en"}
        message = {"message_id": 1, "from": user, "chat": chat, "date": 1772442000, "text": text}
        body, thread = json.dumps({"update_id": 1, "message": message}), str(who)
    else:
        body = urllib.parse.urlencode({"From": f"+{who}", "To": OURS, "Body": text, "MessageSid": f"SM{who}"})
        thread = f"{OURS}|+{who}"
    delivery = Delivery(
        channel=channel,
        mailboxes=(mailbox,),
        envelope=Envelope(recipients=(mailbox,)),
        received_at=office.now,
        raw=body.encode(),
        size=len(body),
        source_key=f"{who}:{text}",
        is_mail=False,
        thread=f"{channel}|{thread}",
    )
    office._door.submit(delivery).result(30)
    office.work()


@contextmanager
def sending(office: Office, service: Double) -> Iterator[None]:
    """A sender at work that may reach both services; mail is captured."""
    options = {"api": service.url, "token": TOKEN, "account": ACCOUNT}
    keys = Keys(secrets=(AUTH_TOKEN,), options=options)
    with running(office.store, lambda: Ways(Capture(), Api(lambda _channel: keys, seconds=5))):
        yield


def heard(service: Double) -> list[tuple[str, str]]:
    """To whom the services were asked to say what, in order."""
    found = []
    for asked in service.asked:
        told = (
            json.loads(asked.body)
            if asked.path.startswith("/bot")
            else dict(urllib.parse.parse_qsl(asked.body))
        )
        found.append((told.get("chat_id") or told["To"], told.get("text") or told["Body"]))
    return found


def kept(office: Office, ticket: int) -> list[str]:
    """The states of what is written to the requester of a ticket."""
    whom = office.tickets()[ticket].requester
    return [row.state for row in office.rows(tables.outgoing) if row.recipient == whom]


def waits(office: Office) -> bool:
    """Whether anything is still to be sent."""
    return any(row.state in {"waiting", "sending"} for row in office.rows(tables.outgoing))


@pytest.mark.parametrize(("channel", "prefix"), [("telegram", ""), ("twilio", "+")])
def test_in_shadow_a_service_is_asked_for_nothing(
    office: Office, service: Double, channel: str, prefix: str
) -> None:
    """What would be said is shown; the live mailbox beside it answers; after the word, so does this one."""
    write(office, channel, 4790000001, "My parcel is late.")
    write(office, channel, 4790000002, "My invoice is wrong.", BILLING)
    with sending(office, service):
        assert eventually(lambda: kept(office, 2) == ["sent"])
    assert [whom for whom, _ in heard(service)] == [f"{prefix}4790000002"]
    assert kept(office, 1) == ["shadowed"]

    [row] = [row for row in office.rows(tables.outgoing) if row.recipient == office.tickets()[1].requester]
    wire = would_be(office.store, row)
    assert wire is not None
    assert legible(wire).text == heard(service)[0][1].replace("number is 2", "number is 1")

    [told] = [one for one in office.sent() if (one.ticket, one.reason) == (1, "assigned")]
    office.receive(Mail(sender=told.recipient, answers="assigned", whose=told.recipient, body="Too early."))
    live(office, SUPPORT)
    write(office, channel, 4790000003, "Is anybody there?")
    office.receive(Mail(sender=told.recipient, answers="assigned", whose=told.recipient, body="It is sent."))
    with sending(office, service):
        assert eventually(lambda: not waits(office))
    after = heard(service)[1:]
    assert f"{prefix}4790000003" in [whom for whom, _ in after]
    assert "Too early." not in [text for _, text in heard(service)]
    assert "It is sent." in [text for _, text in after]
