"""Signed names: only whoever has the key can make one, and every change of a letter breaks it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.token import Keyring, Token

if TYPE_CHECKING:
    from collections.abc import Callable

OLD = bytes(range(32))
NEW = bytes(range(32, 64))
RING = Keyring([NEW, OLD])
FORGERS = Keyring([b"f" * 32])
ALPHABET = string.ascii_lowercase + string.digits


@given(
    ticket=st.integers(1, 10**18 - 1), agent=st.from_regex(r"[a-z0-9_]{1,32}", fullmatch=True) | st.just("")
)
def test_a_signed_name_tells_its_ticket_and_agent(ticket: int, agent: str) -> None:
    """Reply addresses and Message-IDs name the same ticket to whoever has the key."""
    assert RING.read_reply_tag(RING.reply_tag(ticket, agent)) == Token(ticket, agent)
    message_id = RING.message_id(ticket, "n0nce", "desk.example", agent)
    assert RING.read_message_id(message_id) == Token(ticket, agent)


def test_mail_programs_may_change_the_case() -> None:
    """A local part that comes back in capitals, and a Message-ID without brackets, still hold."""
    assert RING.read_reply_tag(RING.reply_tag(7, "ana").upper()) == Token(7, "ana")
    assert RING.read_bounce_tag(RING.bounce_tag(7).upper()) == 7
    assert RING.read_message_id(RING.message_id(7, "n", "desk.example").strip("<>")) == Token(7)


def test_a_name_signed_with_an_older_key_still_holds() -> None:
    """Keys rotate: the newest signs, any of them verifies, and one that is taken out does no more."""
    before = Keyring([OLD])
    assert RING.read_reply_tag(before.reply_tag(7)) == Token(7)
    assert RING.read_message_id(before.message_id(7, "n", "d.example")) == Token(7)
    assert RING.read_bounce_tag(before.bounce_tag(7)) == 7
    assert RING.reply_tag(7) != before.reply_tag(7)
    assert Keyring([NEW]).read_reply_tag(before.reply_tag(7)) is None


def test_a_name_of_another_desk_does_not_hold() -> None:
    """A keyring believes only its own keys."""
    assert RING.read_reply_tag(FORGERS.reply_tag(7)) is None
    assert RING.read_message_id(FORGERS.message_id(7, "n", "desk.example")) is None
    assert RING.read_bounce_tag(FORGERS.bounce_tag(7)) is None


def test_every_changed_letter_breaks_a_reply_tag() -> None:
    """There is no position at which a tag can be changed and still name a ticket."""
    _every_change_breaks(RING.reply_tag(1042, "ana"), RING.read_reply_tag)


def test_every_changed_letter_breaks_a_bounce_tag() -> None:
    """There is no position at which a bounce address can be changed and still name a mail."""
    _every_change_breaks(RING.bounce_tag(1042), RING.read_bounce_tag)


def test_every_changed_letter_before_the_domain_breaks_a_message_id() -> None:
    """Ticket, agent, nonce and mac are all under the signature; the domain is only where it was made."""
    local, _, domain = RING.message_id(1042, "n0nce", "desk.example", "ana").strip("<>").partition("@")
    _every_change_breaks(local, lambda changed: RING.read_message_id(f"<{changed}@{domain}>"))


def _every_change_breaks(name: str, read: Callable[[str], object]) -> None:
    assert read(name) is not None
    for place, letter in enumerate(name):
        for other in ALPHABET + ".-_+":
            changed = name[:place] + other + name[place + 1 :]
            assert other == letter or read(changed) is None, changed
        assert read(name[:place] + name[place + 1 :]) is None


def test_a_thousand_guesses_all_fail() -> None:
    """Nobody hits a ticket by trying macs at random."""
    chance = random.Random(1042)
    letters = string.ascii_lowercase + "234567"
    for _ in range(1000):
        mac = "".join(chance.choices(letters, k=16))
        ticket = chance.randint(1, 2000)
        assert RING.read_reply_tag(f"{ticket}.{mac}") is None
        assert RING.read_message_id(f"<despacho.{ticket}.n.{mac}@desk.example>") is None
        assert RING.read_bounce_tag(f"b-{ticket}.{mac}") is None


def test_one_use_of_a_signature_is_good_for_no_other() -> None:
    """A mac from a reply address fits neither a bounce address nor a Message-ID, nor an agent's copy."""
    mac = RING.reply_tag(7).rpartition(".")[2]
    assert RING.read_bounce_tag(f"b-7.{mac}") is None
    assert RING.read_message_id(f"<despacho.7.n.{mac}@desk.example>") is None
    assert RING.read_reply_tag(f"7-ana.{mac}") is None


@pytest.mark.parametrize(
    "tag",
    [
        "",
        ".",
        "7",
        "7.",
        "0.aaaaaaaaaaaaaaaa",
        "-7.x",
        "7.aaaaaaaaaaaaaaa",
        f"{chr(0x667)}.aaaaaaaaaaaaaaaa",
        "7.\0",
        "\udcff",
    ],
)
def test_what_is_no_tag_is_nothing(tag: str) -> None:
    """Anything that stands behind a plus can be asked for, and raises nothing."""
    assert RING.read_reply_tag(tag) is None
    assert RING.read_bounce_tag(tag) is None
    assert RING.read_message_id(tag) is None


def test_a_line_end_behind_a_tag_breaks_it() -> None:
    """A signed name holds as a whole, and not only up to a line end."""
    assert RING.read_reply_tag(RING.reply_tag(7) + "\n") is None
    assert RING.read_bounce_tag(RING.bounce_tag(7) + "\n") is None


@pytest.mark.parametrize("keys", [[], [b"short"], [NEW, b"x" * 31]])
def test_weak_keys_are_refused(keys: list[bytes]) -> None:
    """A keyring cannot be made with no key, or with one that can be guessed."""
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Keyring(keys)


@given(ticket=st.integers(1, 10**18 - 1))
def test_the_mac_is_hmac_sha256_cut_to_80_bits_in_base32(ticket: int) -> None:
    """As anybody with the key works it out (RFC 2104, RFC 4648): mails that went out stay answerable."""
    digest = hmac.new(NEW, f"reply|{ticket}".encode(), hashlib.sha256).digest()
    assert RING.reply_tag(ticket) == f"{ticket}.{base64.b32encode(digest[:10]).decode().lower()}"
