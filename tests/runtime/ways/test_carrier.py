"""Messages to Telegram and Twilio, against a double that checks what they check."""

from __future__ import annotations

import urllib.parse
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from ingest.hooks.source import Keys, UnavailableError
from runtime.capture import Capture
from runtime.delivery import Captured, Delivered, InDoubt, Outcome, Permanent, Temporary
from runtime.ways.apis import LONGEST, NoWayError, fixed, read
from runtime.ways.carrier import CREDENTIALS_WAIT, Api, Ways
from tests.runtime.ways.double import ACCOUNT, AUTH_TOKEN, TOKEN, Double, double
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

CHAT = fixed("918273645@telegram.invalid", "918273645", "¡Hola!\n")
SMS = fixed("4790123456@twilio.shop.invalid", "+4759440000|+4790123456", "Hei på deg & takk")


@pytest.fixture
def service() -> Iterator[Double]:
    """Both services."""
    with double() as service:
        yield service


def api(service: Double, *, token: str = TOKEN, secret: str = AUTH_TOKEN, seconds: float = 5) -> Api:
    """A way to the double, with what the operator set up."""
    options = {"api": service.url, "token": token, "account": ACCOUNT}
    return Api(lambda _channel: Keys(secrets=(secret,), options=options), seconds=seconds)


def post(way: Api, wire: bytes) -> Outcome:
    """Send one message."""
    return way.deliver(wire, lambda: None)


def test_a_chat_hears_the_words(service: Double) -> None:
    """The request is as the Bot API wants it, and its answer is kept for the operator."""
    assert post(api(service), CHAT) == Delivered("200")
    [asked] = service.asked
    assert asked.path == f"/bot{TOKEN}/sendMessage"
    assert '"chat_id":"918273645"' in asked.body
    assert "¡Hola!" in asked.body


def test_a_number_hears_the_words(service: Double) -> None:
    """It comes from the number that was written to; the answer is Twilio's name for the message."""
    assert post(api(service), SMS) == Delivered("201 SM0123456789abcdef0123456789abcdef")
    told = dict(urllib.parse.parse_qsl(service.asked[0].body))
    assert told == {"From": "+4759440000", "To": "+4790123456", "Body": "Hei på deg & takk"}


def test_what_is_kept_holds_no_credentials() -> None:
    """The row in the outbox is the same for every try, and tells nobody how to send."""
    assert TOKEN.encode() not in CHAT
    assert AUTH_TOKEN.encode() not in SMS
    assert fixed("918273645@telegram.invalid", "918273645", "¡Hola!\n") == CHAT


@pytest.mark.parametrize(
    ("status", "told", "headers", "outcome"),
    [
        (403, {"description": "Forbidden: bot was blocked by the user"}, {}, Permanent),
        (400, {"description": "Bad Request: chat not found"}, {}, Permanent),
        (500, {}, {}, Temporary),
        (503, {}, {}, Temporary),
        (408, {}, {}, Temporary),
        (302, {}, {"Location": "http://127.0.0.1:1/"}, Temporary),
        (502, {}, {}, InDoubt),
        (504, {}, {}, InDoubt),
    ],
)
def test_a_refusal_is_final_and_a_failure_is_not(
    service: Double, status: int, told: dict[str, str], headers: dict[str, str], outcome: type
) -> None:
    """4xx is final, 5xx is tried again, and what a gateway says of another leaves it in doubt."""
    service.next = (status, told, headers)
    found = post(api(service), CHAT)
    assert type(found) is outcome
    assert found.answer.startswith(str(status))
    assert told.get("description", "") in found.answer


@pytest.mark.parametrize(
    ("told", "headers", "seconds"),
    [
        ({"parameters": {"retry_after": 35}}, {}, 35),
        ({}, {"Retry-After": "7"}, 7),
        ({}, {"Retry-After": "soon"}, 30),
        ({}, {"Retry-After": "999999"}, 3600),
    ],
)
def test_a_service_that_is_asked_too_often_says_for_how_long(
    service: Double, told: dict[str, object], headers: dict[str, str], seconds: int
) -> None:
    """429 waits as long as it says, within an hour."""
    service.next = (429, told, headers)
    found = post(api(service), CHAT)
    assert isinstance(found, Temporary)
    assert found.wait == timedelta(seconds=seconds)


@pytest.mark.parametrize(("wire", "way"), [(CHAT, {"token": "1:wrong"}), (SMS, {"secret": "wrong"})])
def test_credentials_that_are_refused_are_our_trouble(
    service: Double, wire: bytes, way: dict[str, str]
) -> None:
    """The customer's message is not given up because a token was changed."""
    found = post(api(service, **way), wire)  # type: ignore[arg-type]
    assert isinstance(found, Temporary)
    assert found.wait == CREDENTIALS_WAIT


def test_what_is_not_set_up_is_said_without_a_dial(service: Double) -> None:
    """No token, no secret or no webhook any more: nothing is sent, and nothing of it is in the answer."""

    def gone(_channel: str) -> Keys:
        raise UnavailableError("no secret of the webhook telegram can be had")

    assert isinstance(post(Api(gone), CHAT), Temporary)
    assert isinstance(post(api(service, token="Canary"), CHAT), Temporary)
    assert isinstance(post(Api(lambda _channel: None), CHAT), Permanent)
    assert isinstance(post(api(service), b"no request"), Permanent)
    assert service.asked == []


@pytest.mark.parametrize("how", ["hang", "cut"])
def test_an_answer_that_is_lost_leaves_a_doubt(service: Double, how: str) -> None:
    """The service may have the message; it is the same when it is sent again."""
    service.next = how
    found = post(api(service, seconds=0.3), CHAT)
    assert isinstance(found, InDoubt)
    assert found.slow is (how == "hang")


def test_a_service_that_is_away_has_nothing() -> None:
    """Nobody listens there: no doubt."""
    keys = Keys(secrets=("x",), options={"api": f"http://{HOST}:1", "token": TOKEN})
    assert isinstance(post(Api(lambda _channel: keys), CHAT), Temporary)


def test_the_word_before_the_dial_ends_it(service: Double) -> None:
    """Where the lease is lost nothing is sent."""

    def lost() -> None:
        raise RuntimeError("lease lost")

    with pytest.raises(RuntimeError):
        api(service).deliver(CHAT, lost)
    assert service.asked == []


def test_plain_http_is_for_this_machine_alone() -> None:
    """A token never crosses a network in the clear."""
    keys = Keys(secrets=("x",), options={"api": "http://api.example", "token": TOKEN})
    found = post(Api(lambda _channel: keys), CHAT)
    assert isinstance(found, Temporary)
    assert "https://" in found.answer


def test_the_address_says_which_way(service: Double) -> None:
    """Mail goes to the relay, here captured, and the rest to its service."""
    ways = Ways(Capture(), api(service))
    for recipient, wire, outcome in (
        ("kari@customer.example", b"mail", Captured),
        ("918273645@telegram.invalid", CHAT, Delivered),
    ):
        found = ways.deliver(wire, mail_from="", recipient=recipient, before_dot=lambda: None)
        assert isinstance(found, outcome)
    ways.rest()
    ways.abort()
    ways.close()


@pytest.mark.parametrize(
    ("address", "service_name"), [("1@telegram.invalid", "telegram"), ("1@twilio.invalid", "twilio")]
)
def test_no_message_is_longer_than_its_service_takes(address: str, service_name: str) -> None:
    """Whatever a template makes of it."""
    longest = LONGEST[service_name]
    for length in (longest, longest + 1):
        words = read(fixed(address, "1|2", "a" * length)).body
        assert words.count("a") >= longest - 1
        assert ("\u2026" in words or "%E2%80%A6" in words) is (length > longest)


@pytest.mark.parametrize(
    ("address", "thread", "text"),
    [("1@telegram.invalid", "", "Hi"), ("1@other.invalid", "1", "Hi"), ("1@telegram.invalid", "1", " ")],
)
def test_without_a_conversation_or_words_there_is_no_way(address: str, thread: str, text: str) -> None:
    """Nothing is sent to whom only an address names."""
    with pytest.raises(NoWayError):
        fixed(address, thread, text)
