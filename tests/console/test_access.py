"""Who may look: this machine itself, or whoever has the password; everybody else gets one line."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from console.access import ADDRESSES_MOST, PERIOD, WRONG_MOST, Gate
from runtime.settings_text import SecretWord
from tests.console.looking import looking_at

if TYPE_CHECKING:
    from tests.console.looking import Looking
    from tests.runtime.desk_at_hand import DeskAtHand

PASSWORD = "correct horse battery"
HOME = {"host": "127.0.0.1:8080"}


def basic(password: str, user: str = "desk") -> str:
    """An Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def gate(host: str = "127.0.0.1", password: str = "", now: list[float] | None = None) -> Gate:
    """A gate by a clock of the test's."""
    clock = now or [0.0]
    return Gate(host=host, password=password, clock=lambda: clock[0])


def status(gate: Gate, headers: dict[str, str], client: str = "127.0.0.1") -> int:
    """The status of the refusal, 200 for none."""
    refused = gate.refusal(headers, client)
    return refused.status if refused else 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:8080", 200),
        ("localhost", 200),
        ("LOCALHOST.:8080", 200),
        ("[::1]:8080", 200),
        ("127.8.9.1", 200),
        ("desk.example", 421),
        ("evil.example:8080", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("192.0.2.1:8080", 421),
        ("", 421),
        ("[::1", 200),
        ("[evil]", 421),
    ],
)
def test_a_name_that_points_here_is_not_ours(host: str, expected: int) -> None:
    """Only a name of the loopback is answered: a page elsewhere whose name was pointed here names itself."""
    assert status(gate(), {"host": host}) == expected


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"])
def test_what_a_proxy_passes_on_is_not_from_this_machine(header: str) -> None:
    """Without a password a proxy before the desk shows nobody the console."""
    assert status(gate(), HOME | {header: "192.0.2.7"}) == 404


def test_beyond_this_machine_there_is_nothing_without_a_password() -> None:
    """A desk that listens elsewhere has no console unless it has a password, for its own machine either."""
    assert not gate("0.0.0.0").open  # noqa: S104 - nothing is bound
    assert status(gate("192.0.2.1"), HOME) == 404
    assert status(gate(), HOME, client="192.0.2.7") == 404
    assert gate("192.0.2.1", PASSWORD).open


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (basic(PASSWORD), 200),
        (basic(PASSWORD, user=""), 200),
        (f"Bearer {PASSWORD}", 200),
        (basic(PASSWORD + "x"), 401),
        (basic(PASSWORD[:-1]), 401),
        (basic(""), 401),
        ("", 401),
        ("Basic", 401),
        ("Basic !!!!", 401),
        ("Digest " + PASSWORD, 401),
        (PASSWORD, 401),
        ("Basic " + "A" * 100_000, 401),
        ("Bearer \udcff", 401),
    ],
)
def test_the_password(given: str, expected: int) -> None:
    """It is asked for by the ways of RFC 7617 and RFC 6750, whatever the user is called."""
    assert status(gate("0.0.0.0", PASSWORD), {"authorization": given}, "192.0.2.7") == expected  # noqa: S104


def test_wrong_passwords_are_few() -> None:
    """After ten of them an address is not listened to until five minutes are over; others are."""
    now = [0.0]
    asked = gate("0.0.0.0", PASSWORD, now)  # noqa: S104 - nothing is bound
    wrong, right = {"authorization": basic("guess")}, {"authorization": basic(PASSWORD)}
    assert [status(asked, wrong, "192.0.2.7") for _ in range(WRONG_MOST)] == [401] * WRONG_MOST
    assert status(asked, right, "192.0.2.7") == 429
    assert status(asked, right, "192.0.2.8") == 200
    now[0] = PERIOD - 1
    assert status(asked, right, "192.0.2.7") == 429
    now[0] = PERIOD + 1
    assert status(asked, right, "192.0.2.7") == 200


def test_asking_without_a_password_is_no_wrong_one() -> None:
    """A browser's first question has none, and is not counted."""
    asked = gate("0.0.0.0", PASSWORD)  # noqa: S104 - nothing is bound
    assert {status(asked, {}, "192.0.2.7") for _ in range(WRONG_MOST * 2)} == {401}
    assert status(asked, {"authorization": basic(PASSWORD)}, "192.0.2.7") == 200


def test_addresses_of_one_network_count_together_and_are_bounded() -> None:
    """Of IPv6 a whole /64 is one customer's; and a million addresses do not fill the memory."""
    asked = gate("::", PASSWORD)
    wrong = {"authorization": basic("guess")}
    for number in range(WRONG_MOST):
        status(asked, wrong, f"2001:db8::{number:x}")
    assert status(asked, wrong, "2001:db8::ffff") == 429
    for number in range(ADDRESSES_MOST + 10):
        status(asked, wrong, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(asked._wrong) == ADDRESSES_MOST


def test_the_pages_and_the_metrics_ask_at_the_gate(desk: DeskAtHand) -> None:
    """With a password nothing is shown without it; health stays open for those who watch."""
    with looking_at(desk, console_password=SecretWord(PASSWORD)) as looking:
        for path in ("/console", "/", "/console/tickets", "/console/style.css", "/metrics"):
            refused = looking.at(path)
            assert (refused.status, refused.headers["www-authenticate"][:5]) == (401, "Basic"), path
            assert "Acme" not in refused.text
        assert looking.at("/console", Authorization=basic(PASSWORD)).status == 200
        assert looking.at("/metrics", Authorization=f"Bearer {PASSWORD}").status == 200
        assert looking.at("/health/live").status == 200


def test_a_strange_name_sees_nothing(looking: Looking) -> None:
    """Neither pages nor numbers, nor a word of the desk."""
    for path in ("/console", "/console/tickets/1", "/metrics", "/"):
        answer = looking.at(path, Host="evil.example")
        assert (answer.status, answer.text) == (421, "this desk does not answer to that name\n"), path


def test_the_door_leads_to_the_console(looking: Looking) -> None:
    """Whoever only types the address is shown in."""
    answer = looking.at("/")
    assert (answer.status // 100, answer.headers["location"]) == (3, "/console")
