"""Webhooks as the operator writes them down: every slip is told, at once, with its place."""

from __future__ import annotations

import pytest

from config.loader import examine_files, load_files
from config.secret import Secret
from ingest.hooks.check import check_webhooks

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\n'
GOOD = """
[[webhook]]
source = "standard"
name = "shop"
mailbox = "support@acme.example"
secret = [{ env = "NEW" }, { file = "/run/secrets/old" }]
fields.email = "data.mail"

[[webhook]]
source = "telegram"
mailbox = "support@acme.example"
secret = { env = "TELEGRAM" }
token = { env = "BOT" }
"""


def told(text: str) -> list[str]:
    """Every mistake of a policy with these channels."""
    reading = examine_files({"desk.toml": DESK, "channels.toml": text})
    return [str(mistake) for mistake in (*reading.mistakes, *check_webhooks(reading.policy))]


def test_what_is_right_is_read() -> None:
    """Names, channels, secrets in use, options and the field map."""
    assert told(GOOD) == []
    shop, bot = load_files({"desk.toml": DESK, "channels.toml": GOOD}).webhooks
    assert (shop.channel, bot.channel, bot.name) == ("standard.shop", "telegram", "telegram")
    assert shop.secrets == (Secret(env="NEW"), Secret(file="/run/secrets/old"))
    assert (shop.fields, bot.options) == ({"email": "data.mail"}, {"token": Secret(env="BOT")})


def test_a_webhook_is_found_by_name_and_by_channel() -> None:
    """The route asks by the one, the reader and the sender by the other."""
    policy = load_files({"desk.toml": DESK, "channels.toml": GOOD})
    assert policy.webhook("shop") == policy.webhook_of("standard.shop")
    assert policy.webhook("standard") is policy.webhook_of("smtp") is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('source = "telegram"', 'source = "telegrm"', "unknown source 'telegrm'"),
        ('source = "telegram"', 'source = "../x"', "'../x' is no name"),
        ('name = "shop"', 'name = "telegram"', "there is a webhook 'telegram' already"),
        ('mailbox = "support@acme.example"', 'mailbox = "suport@acme.example"', "no mailbox 'suport@"),
        ('secret = { env = "TELEGRAM" }', 'secret = "Canary"', "secret must not be written out"),
        ('secret = { env = "TELEGRAM" }', "secret = []", "secret is a list of 0"),
        ('secret = { env = "TELEGRAM" }', "", "nothing would prove that a request is theirs"),
        ('[{ env = "NEW" },', '["Canary",', "secret must not be written out"),
        ('token = { env = "BOT" }', "", "token is missing"),
        ('token = { env = "BOT" }', 'token = { env = "BOT" }\ntopic = "x"', "telegram has no option 'topic'"),
        ("fields.email", "fields.mail", "unknown field 'mail'"),
        (
            'token = { env = "BOT" }',
            'token = { env = "BOT" }\nfields.text = "x"',
            "telegram has no field map",
        ),
    ],
)
def test_a_slip_is_told(old: str, new: str, words: str) -> None:
    """With its place, and never with a secret that stands there."""
    found = told(GOOD.replace(old, new, 1))
    assert [line for line in found if words in line and line.startswith("channels.toml:")], found
    assert not any("Canary" in line for line in found)
