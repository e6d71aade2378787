"""Reading a relay's URL."""

from __future__ import annotations

import pytest

from runtime.relay_url import Protection, RelayAddress, RelayUrlError, parse_relay


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mx.example", RelayAddress("mx.example", 25)),
        ("smtp://127.0.0.1:2500/", RelayAddress("127.0.0.1", 2500)),
        ("smtp://[::1]:2500", RelayAddress("::1", 2500)),
        ("smtps://mx.example", RelayAddress("mx.example", 465, Protection.TLS)),
        ("smtp+starttls://mx.example", RelayAddress("mx.example", 587, Protection.STARTTLS)),
        (
            "smtps://desk%40acme.example:p%3A%2Fss@mx.example?ca=/etc/ca.pem",
            RelayAddress("mx.example", 465, Protection.TLS, "desk@acme.example", "p:/ss", "/etc/ca.pem"),
        ),
    ],
)
def test_a_relay_is_read(url: str, expected: RelayAddress) -> None:
    """Scheme, port, credentials and authority come out as they were meant."""
    assert parse_relay(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mx.example",
        "http://mx.example",
        "smtp://",
        "smtp://mx.example:port",
        "smtp://mx.example:99999",
        "smtp://mx.example/path",
        "smtp://mx.example#x",
        "smtp://user@mx.example",
        "smtp://mx.example?verify=no",
        "smtp://[::1",
    ],
)
def test_what_is_no_relay_is_refused(url: str) -> None:
    """A URL with a mistake is refused with a sentence, and not guessed at."""
    with pytest.raises(RelayUrlError, match="relay"):
        parse_relay(url)


def test_the_password_is_shown_nowhere() -> None:
    """Neither the value nor an error shows a relay's password."""
    assert "hunter2" not in repr(parse_relay("smtps://desk:hunter2@mx.example"))
    with pytest.raises(RelayUrlError) as caught:
        parse_relay("smtps://desk:hunter2@mx.example:port")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
