"""Senders through real SMTP and real DNS answers: what a forged From gets, and what a proven one."""

from __future__ import annotations

import shutil
import smtplib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from config.loader import load
from ingest.accept import Door
from ingest.smtp import SmtpChannel, SmtpSettings
from ingest.trust.check import Checker
from ingest.trust.names import Names
from runtime import roles, settings, wiring
from runtime.errands import Errands
from runtime.roles import SmtpRole
from store import tables
from store.letter import decode
from tests.ingest.trust.signing import mail, publish, signed
from tests.runtime.eventually import eventually
from tests.runtime.test_errands import finish
from tests.servers.loopback import HOST
from tests.store.house import EXAMPLE, House, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.dns_server import DnsServer

KJELL, ANA = "kjell@fjordsykler.example", "ana@acme.example"
DNS = '[smtp]\ncheck = "dns"\n'
HEADERS = '[smtp]\ncheck = "headers"\nauthserv_id = "mx.acme.example"\n'


class Desk(House):
    """A house with an open SMTP port, whose senders are looked up in a test's DNS."""

    def __init__(self, url: str, folder: Path, dns: DnsServer) -> None:
        super().__init__(url, folder)
        self.door.close()
        self.door = Door(
            self.store,
            self.files,
            self.keyring,
            ring=self.rung.extend,
            to_check=lambda *where: self.rulebooks.current().policy.sender_check(*where) == "dns",
        )
        self._smtp = SmtpChannel(
            SmtpSettings(host=HOST, port=0, hostname="desk.acme.example", certificate_folder=folder / "tls"),
            self.door,
            lambda address: getattr(self.rulebooks.current().policy.mailbox(address), "address", None),
            clock=lambda: datetime.now(UTC),
        )
        self._smtp.start()
        self._errands = Errands(
            self.store,
            self.files,
            self.rulebooks,
            # This machine is the internet here.
            Checker(Names([dns.server]), outside=lambda _client: True),
            ring=self.rung.extend,
            now=lambda: self.now,
        )

    def close(self) -> None:
        """Close the port too."""
        self._smtp.stop(5.0)
        super().close()

    def check_by(self, channels: str) -> None:
        """Say how senders are checked."""
        self.apply(dict(load(EXAMPLE).files) | {"channels.toml": channels})

    def take(self, raw: bytes, *, sender: str, to: str = "support@acme.example") -> None:
        """A mail by SMTP, and all that comes of it."""
        with smtplib.SMTP(HOST, self._smtp.port, timeout=30) as client:
            client.sendmail(sender, [to], raw)
        self.now = datetime.now(UTC)
        finish(self._errands)
        self.work()

    def ticket(self) -> Any:
        """The newest ticket."""
        return self.rows(tables.tickets)[-1]

    def mails(self, reason: str) -> list[Any]:
        """What was written to people for a reason."""
        return [row for row in self.rows(tables.outgoing) if row.reason == reason]


@pytest.fixture
def desk(database_url: str, tmp_path: Path, dns_server: DnsServer) -> Iterator[Desk]:
    """A desk with careful customers."""
    for domain in ("fjordsykler.example", "acme.example"):
        publish(dns_server, domain, dmarc="p=reject", spf="-all")
    desk = Desk(database_url, tmp_path, dns_server)
    desk.check_by(DNS)
    yield desk
    desk.close()


def from_kjell(number: int = 1) -> bytes:
    """A mail of an important customer's."""
    raw = mail(f"Kjell <{KJELL}>", "Min sykkel er ødelagt, kan dere hjelpe meg med det?\r\n")
    return raw.replace(b"<bell@", f"<bell-{number}@".encode())


def test_a_forged_customer_gets_no_answer_and_no_privilege(desk: Desk) -> None:
    """The mail is a ticket all the same, with the grade and what it rests on; nobody is mailed."""
    desk.take(from_kjell(), sender="x@evil.example")
    assert (desk.ticket().trust, desk.ticket().priority) == ("failed", "normal")
    assert desk.mails("acknowledged") == []
    notes = [row.text for row in desk.rows(tables.entries) if row.kind == "system"]
    assert notes == ["Not acknowledged: the sender failed authentication."]
    traces = "".join(row.body for row in desk.rows(tables.traces))
    assert "fjordsykler.example publishes DMARC p=reject" in traces


def test_a_proven_customer_gets_both(desk: Desk) -> None:
    """A signature of the domain's own lifts every limit, and the rule's condition holds."""
    for number in range(5):
        desk.take(signed(from_kjell(number), "fjordsykler.example"), sender=KJELL)
    assert {(row.trust, row.priority) for row in desk.rows(tables.tickets)} == {("aligned", "high")}
    assert len(desk.mails("acknowledged")) == 5


def test_only_a_proven_agent_is_one(desk: Desk) -> None:
    """Who stole an agent's copy and forges the agent's address commands nothing; the agent does."""
    desk.take(signed(from_kjell(), "fjordsykler.example"), sender=KJELL)
    [told] = desk.mails("assigned")
    copy = decode(told.letter).reply_to
    answer = mail(f"Agent <{told.recipient}>", "#solve The bell is replaced.\r\n").replace(
        b"<bell@", b"<answer@"
    )
    desk.take(answer, sender="x@evil.example", to=copy)
    assert (desk.ticket().status, desk.rows(tables.entries)[-1].flag) == ("new", "failed")
    assert desk.mails("reply") == []
    genuine = signed(answer.replace(b"<answer@", b"<genuine@"), "acme.example")
    desk.take(genuine, sender=told.recipient, to=copy)
    assert desk.ticket().status == "solved"
    assert [row.recipient for row in desk.mails("reply")] == [KJELL]


def test_an_answer_with_our_signature_is_graded_by_it(desk: Desk) -> None:
    """Whoever brings our token back is known by it, even where their domain publishes nothing."""
    desk.take(mail("Kari <kari@customer.example>"), sender="kari@customer.example")
    assert desk.ticket().trust == "unverified"
    [letter] = desk.mails("acknowledged")
    answer = mail("Kari <kari@customer.example>", "It rings again.\r\n").replace(b"<bell@", b"<again@")
    desk.take(answer, sender="kari@customer.example", to=decode(letter.letter).reply_to)
    traces = [
        row.body for row in desk.rows(tables.traces) if "it came back with signed reply address" in row.body
    ]
    assert len(traces) == 1
    assert '"trust":"token"' in traces[0]


STAMP = b"Authentication-Results: mx.acme.example; dmarc=%s header.from=fjordsykler.example\r\n"


def test_our_own_mx_is_believed(desk: Desk, dns_server: DnsServer) -> None:
    """Behind an MX of one's own its stamps give the grade, with the mail itself and without DNS."""
    desk.check_by(HEADERS)
    desk.take(STAMP % b"pass" + from_kjell(1), sender=KJELL)
    assert (desk.ticket().trust, desk.ticket().priority) == ("aligned", "high")
    desk.take(STAMP % b"fail (p=reject)" + from_kjell(2), sender=KJELL)
    assert (desk.ticket().trust, desk.ticket().priority) == ("failed", "normal")
    desk.take(b"Received: by mx.acme.example\r\n" + from_kjell(3), sender=KJELL)
    assert (desk.ticket().trust, desk.ticket().priority) == ("unverified", "normal")
    assert dns_server.asked == []
    assert {row.name for row in desk.rows(tables.events)} & {"ContactReceived"} == set()


def test_our_mx_is_believed_only_where_it_is(desk: Desk) -> None:
    """A host outside the networks that are named stamps in our MX's name, and proves nothing."""
    for network, trust in (("192.0.2.0/24", "unverified"), ("127.0.0.0/8", "aligned")):
        desk.check_by(f'{HEADERS}mx = ["{network}"]\n')
        desk.take(STAMP % b"pass" + from_kjell(len(desk.rows(tables.tickets))), sender=KJELL)
        assert desk.ticket().trust == trust
    traces = "".join(row.body for row in desk.rows(tables.traces))
    assert "which is not our MX" in traces


def test_without_dns_mail_goes_on(desk: Desk, dns_server: DnsServer) -> None:
    """A resolver that is away makes nobody a forger: the ticket is there, and acknowledged."""
    dns_server.sick = True
    desk.take(from_kjell(), sender="x@evil.example")
    assert desk.ticket().trust == "unverified"
    assert len(desk.mails("acknowledged")) == 1


def test_a_whole_desk_looks_senders_up(tmp_path: Path, dns_server: DnsServer) -> None:
    """With every role in one process, as `despacho run` starts them, by the settings' resolver."""
    publish(dns_server, "fjordsykler.example", dmarc="p=reject")
    shutil.copytree(EXAMPLE, tmp_path / "policy")
    (tmp_path / "policy" / "channels.toml").write_text(DNS)
    own = settings.load(
        {
            "DESPACHO_POLICY": "policy",
            "DESPACHO_SMTP_PORT": "0",
            "DESPACHO_HTTP_PORT": "0",
            "DESPACHO_RESOLVER": f"{HOST}:{dns_server.port}",
        },
        tmp_path,
    )
    store = wiring.open_store(own)
    wiring.prepare(own, store)
    parts = wiring.connect(own, store)
    parts.pulse.start()
    running = roles.start(parts, [name for name in roles.ROLES if name != "http"])
    try:
        smtp = running["smtp"]
        assert isinstance(smtp, SmtpRole)
        with smtplib.SMTP(HOST, smtp.port, timeout=30) as client:
            client.sendmail(KJELL, ["support@acme.example"], signed(from_kjell(), "fjordsykler.example"))
        assert eventually(lambda: rows(store, tables.tickets))
        [ticket] = rows(store, tables.tickets)
        assert (ticket.trust, ticket.priority) == ("aligned", "high")
        assert "the mail was handed over from inside" in rows(store, tables.traces)[0].body
    finally:
        roles.stop(running)
        parts.close()
