"""What is an address in MAIL and RCPT, and what is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.smtp.paths import BadParameter, BadPath, read_parameters, read_path
from tests.patience import most_work


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("<ada@example.com>", "ada@example.com", ""),
        (" <ada@example.com>", "ada@example.com", ""),
        ("ada@example.com", "ada@example.com", ""),
        ("<>", "", ""),
        ("<> SIZE=3", "", "SIZE=3"),
        ("<Postmaster>", "Postmaster", ""),
        ("<ada@example.com> SIZE=12  BODY=8BITMIME", "ada@example.com", "SIZE=12  BODY=8BITMIME"),
        ("ada@example.com SIZE=12", "ada@example.com", "SIZE=12"),
        ("<a..b.@docomo.example>", "a..b.@docomo.example", ""),
        ("<o'brien+tag=x/y@example.com>", "o'brien+tag=x/y@example.com", ""),
        ('<"two words"@example.com>', '"two words"@example.com', ""),
        ('<"a\\"b>@c"@example.com>', '"a\\"b>@c"@example.com', ""),
        ("<ada@[192.0.2.1]>", "ada@[192.0.2.1]", ""),
        ("<ada@[IPv6:2001:db8::1]>", "ada@[IPv6:2001:db8::1]", ""),
        ("<@relay.example,@other.example:ada@example.com>", "ada@example.com", ""),
        ("<blåbær@smørbrød.example> SMTPUTF8", "blåbær@smørbrød.example", "SMTPUTF8"),
        ("<niño@correo.example>", "niño@correo.example", ""),
        ("<under_score@host_name.example>", "under_score@host_name.example", ""),
    ],
)
def test_an_address_is_read_with_what_follows_it(text: str, address: str, rest: str) -> None:
    """Null paths, quoted local parts, literals, source routes and every script are understood."""
    assert read_path(text) == (address, rest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "<ada>",
        "ada",
        "<ada@>",
        "<@example.com>",
        "<ada@example.com",
        "<ada@example.com>x",
        "<ada@example.com>SIZE=3",
        "<a da@example.com>",
        "<ada@exa mple.com>",
        "<ada@@example.com>",
        "<ada@example.com\x00>",
        "<ada\x00@example.com>",
        "<ada\r\n@example.com>",
        "<ada\x1b[2J@example.com>",
        "<ada\x7f@example.com>",
        "<ada\x85@example.com>",
        "<ada\u202e@example.com>",
        "<ada\u2028@example.com>",
        "<ada\udcff@example.com>",
        '<"a\r\nb"@example.com>',
        '<"open@example.com>',
        "<<ada@example.com>>",
        "<ada@[not a literal]>",
        "<" + "a" * 501 + "@example.com>",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """Controls, white space, what is no UTF-8, text that turns round, and half addresses are refused."""
    with pytest.raises(BadPath):
        read_path(text)


def test_the_longest_address_is_512_octets() -> None:
    """At the limit an address is taken."""
    assert len(read_path("<" + "a" * 500 + "@example.com>")[0]) == 512


@pytest.mark.parametrize("text", ["<" + "a" * 1000, '"' + "\\" * 1000, "<" + "@a," * 400, "<@" + "a" * 1000])
def test_a_hostile_path_is_read_in_linear_time(text: str) -> None:
    """No path of the length of a command line takes more than some milliseconds."""
    began = time.perf_counter()
    with pytest.raises(BadPath):
        read_path(text)
    assert time.perf_counter() - began < most_work(0.1)


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    """Nothing else than `BadPath` is raised, and what is read holds no control character."""
    try:
        address, _ = read_path(text)
    except BadPath:
        return
    assert not any(ord(letter) < 32 or ord(letter) == 127 for letter in address)


def test_parameters_are_read_by_their_name_in_upper_case() -> None:
    """A parameter may have a value."""
    assert read_parameters("size=10 Body=8BITMIME SMTPUTF8") == {
        "SIZE": "10",
        "BODY": "8BITMIME",
        "SMTPUTF8": None,
    }


@pytest.mark.parametrize("text", ["=", "SIZE=", "SIZE=1 size=2", "-X=1", "A=b=c", "A=b\x01", "Å=1"])
def test_what_is_no_parameter_is_refused(text: str) -> None:
    """Doubled, empty and odd parameters are refused."""
    with pytest.raises(BadParameter):
        read_parameters(text)
