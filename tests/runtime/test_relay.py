"""Handing mails to a relay over real sockets: what is known afterwards, whatever the relay does."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ingest.smtp.certificate import self_made
from runtime.delivery import Delivered, InDoubt, Outcome, Permanent, Temporary, said
from runtime.relay import Relay, stuffed
from runtime.relay_url import parse_relay
from tests.patience import patience
from tests.runtime.eventually import eventually
from tests.servers.loopback import free_port
from tests.servers.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WIRE = b"Subject: hei\r\n\r\nhei\r\n"


@pytest.fixture(params=[True, False], ids=["pipelining", "in turn"])
def relay(request: pytest.FixtureRequest, smtp_sink: SmtpSink) -> Iterator[Relay]:
    """A line that waits for half a second at the most, to a sink with PIPELINING and to one without."""
    smtp_sink.manners.pipelining = request.param
    relay = Relay(parse_relay(smtp_sink.url), helo="desk.example", step_seconds=patience(0.5))
    yield relay
    relay.close()


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A certificate for localhost that is its own authority, with its key."""
    return self_made(tmp_path, "localhost")


@pytest.fixture
def tls_sink(authority: Path) -> Iterator[SmtpSink]:
    """A sink that offers STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority)
    with SmtpSink(tls=context) as sink:
        yield sink


def nothing() -> None:
    """No need to know of the dot."""


def send(
    relay: Relay,
    recipient: str,
    *,
    wire: bytes = WIRE,
    mail_from: str = "",
    before_dot: Callable[[], None] = nothing,
) -> Outcome:
    """Hand one mail over."""
    return relay.deliver(wire, mail_from=mail_from, recipient=recipient, before_dot=before_dot)


def test_a_mail_arrives_as_it_is(relay: Relay, smtp_sink: SmtpSink) -> None:
    """Envelope and bytes reach the relay unchanged, and its answer is kept."""
    assert send(relay, "maria@x.example", mail_from="bounces+1@acme.example") == Delivered("250 2.0.0 kept")
    [mail] = smtp_sink.messages
    assert (mail.helo, mail.mail_from, mail.recipients) == (
        "desk.example",
        "bounces+1@acme.example",
        ("maria@x.example",),
    )
    assert mail.data == WIRE


def test_the_null_sender_is_sent_as_such(relay: Relay, smtp_sink: SmtpSink) -> None:
    """An automatic mail says MAIL FROM:<>, so that nothing bounces back to us."""
    send(relay, "maria@x.example")
    assert smtp_sink.messages[0].mail_from == ""


@pytest.mark.parametrize(
    ("recipient", "kind", "dotted"),
    [
        ("451@x.example", Temporary, False),
        ("450-after-dot@x.example", Temporary, True),
        ("552@x.example", Permanent, False),
        ("554-after-dot@x.example", Permanent, True),
        ("421@x.example", Temporary, False),
        ("drop@x.example", Temporary, False),
        ("hang@x.example", Temporary, False),
        ("drop-after-dot@x.example", InDoubt, True),
        ("hang-after-dot@x.example", InDoubt, True),
        ("slow@x.example", Delivered, True),
    ],
)
def test_what_the_relay_does_is_told_apart(
    relay: Relay, smtp_sink: SmtpSink, recipient: str, kind: type[Outcome], *, dotted: bool
) -> None:
    """Refused, put off, broken and in doubt are different things, and only the dot makes doubt."""
    smtp_sink.manners.slow_seconds = 0.1
    dots: list[int] = []
    outcome = send(relay, recipient, before_dot=lambda: dots.append(1))
    assert isinstance(outcome, kind), outcome
    assert bool(dots) is dotted
    if recipient.startswith("hang"):
        assert isinstance(outcome, Temporary | InDoubt)
        assert outcome.slow


def test_the_line_works_on_after_any_answer(relay: Relay, smtp_sink: SmtpSink) -> None:
    """After a refusal, a broken line or a 421 the next mail goes out."""
    for script in ("451", "552", "drop", "421", "drop-after-dot"):
        send(relay, f"{script}@x.example")
        assert isinstance(send(relay, "fine@x.example"), Delivered)
    assert len(smtp_sink.to("fine@x.example")) == 5


def test_the_line_is_used_again(relay: Relay, smtp_sink: SmtpSink) -> None:
    """Mails share a session, a refused one in between too."""
    for recipient in ("a@x.example", "451@x.example", "b@x.example"):
        send(relay, recipient)
    assert smtp_sink.sessions == 1


def test_a_line_is_renewed_after_so_many_mails(smtp_sink: SmtpSink) -> None:
    """No session lasts for ever."""
    relay = Relay(parse_relay(smtp_sink.url), helo="desk.example", most_mails=2)
    for _ in range(5):
        send(relay, "a@x.example")
    relay.close()
    assert smtp_sink.sessions == 3


@pytest.mark.realtime
def test_an_idle_line_is_closed(smtp_sink: SmtpSink) -> None:
    """A line that was idle for too long is given up when there is nothing to do, and opened again."""
    relay = Relay(parse_relay(smtp_sink.url), helo="desk.example", idle_seconds=0.0)
    send(relay, "a@x.example")
    time.sleep(0.01)
    relay.rest()
    assert isinstance(send(relay, "a@x.example"), Delivered)
    relay.close()
    assert smtp_sink.sessions == 2


def test_nobody_there_is_the_relays_fault() -> None:
    """A refused connection says nothing about the mail."""
    outcome = send(Relay(parse_relay(f"smtp://127.0.0.1:{free_port()}")), "a@x.example")
    assert isinstance(outcome, Temporary)
    assert outcome.relay


@pytest.mark.parametrize("greeting", ["421 4.3.2 too busy", "554 5.7.1 go away"])
def test_a_bad_greeting_is_the_relays_fault(smtp_sink: SmtpSink, greeting: str) -> None:
    """A relay that will not talk to us refuses no mail."""
    smtp_sink.manners.greeting = greeting
    outcome = send(Relay(parse_relay(smtp_sink.url)), "a@x.example")
    assert outcome == Temporary(greeting, relay=True)


def test_a_lost_lease_sends_no_dot(relay: Relay, smtp_sink: SmtpSink) -> None:
    """What is raised before the dot ends the attempt, and the receiver has nothing."""

    def refuse() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        send(relay, "a@x.example", before_dot=refuse)
    assert isinstance(send(relay, "b@x.example"), Delivered)
    assert smtp_sink.to("a@x.example") == []


def test_a_hanging_relay_can_be_left(smtp_sink: SmtpSink) -> None:
    """`abort` from another thread ends a delivery at once."""
    relay = Relay(parse_relay(smtp_sink.url), step_seconds=60)
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(send(relay, "hang-after-dot@x.example")))
    thread.start()
    smtp_sink.wait_for(1)
    relay.abort()
    thread.join(5)
    assert isinstance(outcomes[0], InDoubt)
    assert not outcomes[0].slow


@pytest.mark.parametrize(
    "address",
    [
        "a@b>\r\nRCPT TO:<evil@x.example",
        "a b@x.example",
        "<a@x.example>",
        "a@x.example\n",
        "a@x.example\x00",
        "",
        "a" * 400 + "@x.example",
    ],
)
def test_no_command_hides_in_an_address(relay: Relay, smtp_sink: SmtpSink, address: str) -> None:
    """An address with a line end, a space or a bracket is refused for good, and nobody is dialled."""
    assert isinstance(send(relay, address), Permanent)
    if address:
        assert isinstance(send(relay, "a@x.example", mail_from=address), Permanent)
    assert smtp_sink.sessions == 0


@pytest.mark.parametrize(
    ("wire", "line"),
    [
        (b".\r\n", b"..\r\n"),
        (b"a\r\n.b\r\n..\r\n", b"a\r\n..b\r\n...\r\n"),
        (b"a", b"a\r\n"),
        (b"a\r.\r\nMAIL", b"a\r\n..\r\nMAIL\r\n"),
        (b"a\n.\r\nMAIL", b"a\r\n..\r\nMAIL\r\n"),
        (b"a\r\r\n.\r\r\n", b"a\r\n\r\n..\r\n\r\n"),
        (b"", b""),
    ],
)
def test_no_dot_ends_a_mail_too_early(wire: bytes, line: bytes) -> None:
    """Every line that begins with a dot is stuffed, after a bare CR or LF too."""
    assert stuffed(wire) == line


def test_stuffing_is_undone_by_the_receiver(relay: Relay, smtp_sink: SmtpSink) -> None:
    """Lines of dots arrive as they were, and no second mail comes out of one."""
    wire = b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\nQUIT\r\n"
    send(relay, "a@x.example", wire=wire)
    assert [mail.data for mail in smtp_sink.messages] == [wire]


def test_internationalized_mail_asks_for_smtputf8(relay: Relay, smtp_sink: SmtpSink) -> None:
    """SMTPUTF8 is used where an address or a header needs it, and only there (RFC 6531)."""
    send(relay, "a@x.example")
    send(relay, "josé@x.example")
    send(relay, "b@x.example", wire="Subject: ñ\r\n\r\n".encode())
    options = [" ".join(mail.options) for mail in smtp_sink.messages]
    assert ["SMTPUTF8" in one for one in options] == [False, True, True]
    assert smtp_sink.messages[1].recipients == ("josé@x.example",)


def test_a_relay_without_smtputf8_cannot_have_such_mail(relay: Relay) -> None:
    """Where the relay does not offer SMTPUTF8 the mail fails with an answer that says so."""
    send(relay, "a@x.example")
    line: Any = relay._line
    del line.esmtp_features["smtputf8"]
    outcome = send(relay, "josé@x.example")
    assert isinstance(outcome, Permanent)
    assert "SMTPUTF8" in outcome.answer
    assert isinstance(send(relay, "b@x.example"), Delivered)


def test_starttls_is_used_where_it_is_offered(tls_sink: SmtpSink) -> None:
    """A plain `smtp://` encrypts with whatever certificate is there."""
    relay = Relay(parse_relay(tls_sink.url), helo="desk.example")
    assert isinstance(send(relay, "a@x.example"), Delivered)
    relay.close()
    assert tls_sink.messages[0].tls


def test_asked_for_starttls_means_a_certificate_that_holds(tls_sink: SmtpSink, authority: Path) -> None:
    """`smtp+starttls://` refuses an unknown certificate and takes one of a given authority."""
    url = tls_sink.url.replace("smtp://127.0.0.1", "smtp+starttls://localhost")
    outcome = send(Relay(parse_relay(url)), "a@x.example")
    assert isinstance(outcome, Temporary)
    assert outcome.relay
    relay = Relay(parse_relay(f"{url}?ca={authority}"))
    assert isinstance(send(relay, "a@x.example"), Delivered)
    relay.close()


def test_asked_for_starttls_and_none_offered_sends_nothing(smtp_sink: SmtpSink) -> None:
    """No mail goes in the clear where the URL forbids it."""
    outcome = send(Relay(parse_relay(smtp_sink.url.replace("smtp:", "smtp+starttls:"))), "a@x.example")
    assert isinstance(outcome, Temporary)
    assert outcome.relay
    assert smtp_sink.messages == []


def test_an_answer_is_one_bounded_printable_line() -> None:
    """What a stranger's server says is kept on one line, without control characters."""
    assert said(550, b"no\r\nsuch\x1b[31m \xff user") == "550 no such [31m \ufffd user"
    assert len(said(550, b"x" * 10_000)) == 500
    assert said(-1, "") == ""


def test_a_sink_that_closes_idle_lines_loses_no_mail(relay: Relay, smtp_sink: SmtpSink) -> None:
    """A session that the relay closed meanwhile is found out before the next mail."""
    send(relay, "a@x.example")
    line: Any = relay._line
    line.sock.shutdown(socket.SHUT_RDWR)
    assert isinstance(send(relay, "b@x.example"), Delivered)
    assert eventually(lambda: smtp_sink.sessions == 2)
