"""Calls that rules ask for: signed, guarded, bounded, tried again, and told where one is given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import ipaddress
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from runtime.calling import post as posting
from runtime.calling.caller import Caller
from runtime.calling.guard import ForbiddenError, Target, is_open, target_of
from runtime.calling.post import post, signature
from store import tables
from tests.store.house import House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "whsec_" + base64.b64encode(b"a secret of ours").decode()
RULES = """
[[rule]]
name = "Tell the shop"
then.webhook = "crm"
"""


class Double(http.server.ThreadingHTTPServer):
    """Another system: it keeps what it is told, and answers as it was told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,))
        self.thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}/in?x=1"

    def close(self) -> None:
        """End it."""
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Double

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def double() -> Iterator[Double]:
    """Another system."""
    double = Double()
    yield double
    double.close()


@pytest.fixture
def house(desk_url: str, tmp_path: Path, double: Double, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A desk with a rule that tells the other system of every ticket."""
    monkeypatch.setenv("CRM_SECRET", SECRET)
    house = House(desk_url, tmp_path)
    files = dict(house.rulebooks.current().policy.files)
    hook = f'\n[[outgoing_webhook]]\nname = "crm"\nurl = "{double.url}"\nsecret = {{ env = "CRM_SECRET" }}\n'
    files["channels.toml"] = files.get("channels.toml", "") + hook
    files["rules.toml"] = RULES
    house.apply(files)
    yield house
    house.close()


def caller(house: House, *allowed: str) -> Caller:
    """A process's calls, by the house's clock."""
    return Caller(house.store, house.rulebooks, house.keyring, allowed=allowed, now=lambda: house.now)


def calls(house: House) -> list[Any]:
    """Every call."""
    return house.rows(tables.calls)


def notes(house: House) -> list[str]:
    """What the desk has noted of calls that were given up."""
    with house.store.reading() as connection:
        asked = select(tables.entries.c.text).where(tables.entries.c.flag == "uncalled")
        return list(connection.execute(asked).scalars())


def test_a_call_is_signed_and_made_once(house: House, double: Double) -> None:
    """The other system can prove that we said it, and a second look makes no second call."""
    house.accept(mail())
    house.work()
    at_work = caller(house, "127.0.0.1")
    assert at_work.turn()
    assert not at_work.turn()
    ((path, headers, body),) = double.told
    assert path == "/in?x=1"
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.digest(b"a secret of ours", content, hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    said = json.loads(body)
    assert said["type"] == "ticket.TicketOpened"
    assert said["data"]["requester"] == "kari@customer.example"
    assert [one.state for one in calls(house)] == ["done"]


def test_a_call_that_fails_is_tried_again_with_the_same_id(house: House, double: Double) -> None:
    """Errors and redirects are no success; the next try has the same id, so that it can be told apart."""
    double.answers = [500, 302]
    house.accept(mail())
    house.work()
    at_work = caller(house, "127.0.0.1")
    for _ in range(3):
        assert at_work.turn()
        assert not at_work.turn()
        house.pass_time(hours=3)
    assert len(double.told) == 3
    assert len({headers["webhook-id"] for _, headers, _ in double.told}) == 1
    assert [one.state for one in calls(house)] == ["done"]
    assert notes(house) == []


def test_a_call_that_is_given_up_is_told_on_the_ticket(house: House, double: Double) -> None:
    """After the last try, or where it says that it is gone, a note says so; nothing is tried any more."""
    double.answers = [410]
    house.accept(mail())
    house.work()
    at_work = caller(house, "127.0.0.1")
    assert at_work.turn()
    house.pass_time(hours=9)
    assert not at_work.turn()
    assert [one.state for one in calls(house)] == ["failed"]
    assert notes(house) == ["'crm' was not told of this ticket: 410"]


def test_an_inner_address_is_refused(house: House, double: Double) -> None:
    """Unless the machine's operator has named the host nothing inside is called, not even once."""
    house.accept(mail())
    house.work()
    assert caller(house).turn()
    assert double.told == []
    assert "127.0.0.1 has the inner address 127.0.0.1" in notes(house)[0]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "0.0.0.0",  # noqa: S104 - refused, not bound
        "255.255.255.255",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_no_address_inside_is_open(address: str) -> None:
    """Private, loopback, link-local, metadata, and whatever wraps one of them."""
    assert not is_open(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::909:909"])
def test_addresses_of_the_internet_are_open(address: str) -> None:
    """What anyone can reach may be called."""
    assert is_open(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url", ["http://localhost/x", "http://127.1/x", "http://[::1]:8/", "http://0x7f000001/"]
)
def test_other_spellings_of_an_inner_address_are_refused(url: str) -> None:
    """What counts is the address that a name leads to, however it is spelled."""
    with pytest.raises((ForbiddenError, OSError)):
        target_of(url, ())


def test_an_allowed_host_may_be_inside() -> None:
    """The operator's word stands."""
    assert target_of("http://localhost:81/x?y=1", {"localhost"}).path == "/x?y=1"


def test_somebody_who_drips_is_cut_off() -> None:
    """A byte now and then would pass each step's time limit; the whole call has one of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        line, _ = listener.accept()
        with line:
            while not stop.wait(0.05):
                try:
                    line.sendall(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    target = Target("x", "127.0.0.1", listener.getsockname()[1], "/", tls=False)
    answer = post(target, b"{}", {}, seconds=0.5)
    stop.set()
    thread.join()
    listener.close()
    assert answer.status == 0
    assert not answer.good


def test_a_signature_is_as_the_specification_has_it() -> None:
    """The example of standardwebhooks.com: a secret in base64 behind whsec_."""
    key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    said = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert posting.SECONDS <= 10
