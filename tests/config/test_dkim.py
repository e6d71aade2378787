"""``[[dkim]]`` in channels.toml: what is read, and every way to get it wrong."""

from __future__ import annotations

import pytest

from config.dkim import MOST
from config.loader import examine_files
from config.secret import Secret

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\n'
GOOD = '[[dkim]]\ndomain = "Acme.example"\nselector = "desk1"\nkey = { file = "/run/secrets/dkim" }\n'


def read(channels: str) -> tuple[list[tuple[str, str, Secret]], list[str]]:
    """The keys, and what is wrong."""
    reading = examine_files({"desk.toml": DESK, "channels.toml": channels})
    keys = [(one.domain, one.selector, one.key) for one in reading.policy.dkim]
    return keys, [str(mistake) for mistake in reading.mistakes]


def test_a_key_is_read() -> None:
    """Domains compare in lower case; several keys may sign for one domain."""
    second = GOOD.replace("desk1", "desk2").replace('file = "/run/secrets/dkim"', 'env = "DKIM"')
    assert read(GOOD + second) == (
        [
            ("acme.example", "desk1", Secret(file="/run/secrets/dkim")),
            ("acme.example", "desk2", Secret(env="DKIM")),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ('"Acme.example"', '"acme.exmple"', "no mailbox is at 'acme.exmple'"),
        ('"Acme.example"', '"no domain"', "'no domain' is no domain"),
        ('domain = "Acme.example"\n', "", "domain is missing"),
        ('"desk1"', '"desk_1"', "'desk_1' is no selector"),
        ('selector = "desk1"\n', "", "selector is missing"),
        ('{ file = "/run/secrets/dkim" }', '"MC4CAQAw"', "key must not be written out here"),
        ('key = { file = "/run/secrets/dkim" }', "", "key is missing"),
        ("key =", "lifetime = 3\nkey =", "lifetime"),
    ],
)
def test_what_is_wrong_is_told(was: str, becomes: str, says: str) -> None:
    """Each mistake in words, and no secret in any of them."""
    assert was in GOOD
    _, mistakes = read(GOOD.replace(was, becomes))
    assert any(says in one for one in mistakes), mistakes
    assert "MC4C" not in str(mistakes)


def test_each_selector_once_and_four_keys() -> None:
    """A selector names one key; a fifth key of a domain would make every mail longer for nobody."""
    assert any("has a key 'desk1' already" in one for one in read(GOOD * 2)[1])
    many = [GOOD.replace("desk1", f"desk{number}") for number in range(MOST + 1)]
    assert read("".join(many[:MOST]))[1] == []
    assert any(f"more than {MOST} keys" in one for one in read("".join(many))[1])
