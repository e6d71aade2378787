"""Accounts at IMAP servers as the operator writes them down, and what is told of a slip."""

from __future__ import annotations

from datetime import date

import pytest

from config.imap import ImapText, Security, Then
from config.loader import examine_files, load_files
from config.oauth import Grant, OauthText, Provider
from config.secret import Secret

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\naliases = ["help@acme.example"]\n'
GOOD = (
    '[[imap]]\nname = "support"\nmailbox = "Help@acme.example"\nhost = "imap.acme.example"\n'
    'password = { env = "SUPPORT_PASSWORD" }\n'
)
OAUTH = GOOD.replace("password = { env", "# { env") + "[imap.oauth]\n"
_ID = 'client_id = "x"\n'
_MICROSOFT = f'{OAUTH}provider = "microsoft"\ntenant = "acme.example"\nclient_id = "x"\n'


def accounts(text: str) -> tuple[ImapText, ...]:
    """The accounts of a sound policy."""
    return load_files({"desk.toml": DESK, "channels.toml": text}).imap


def test_little_has_to_be_said() -> None:
    """Encrypted, the mailbox's own name as the user, the inbox, and mails are marked as seen."""
    assert accounts(GOOD) == (
        ImapText(
            name="support",
            mailbox="support@acme.example",
            host="imap.acme.example",
            user="support@acme.example",
            password=Secret(env="SUPPORT_PASSWORD"),
        ),
    )
    [account] = accounts(GOOD + 'security = "starttls"\nthen = "move"\nto = "Done"\n')
    assert (account.port, account.security, account.then) == (143, Security.STARTTLS, Then.MOVE)


def test_a_desk_without_accounts_has_none() -> None:
    """Nothing is read where nothing is said."""
    assert load_files({"desk.toml": DESK}).imap == ()


def test_microsoft_and_google_are_known() -> None:
    """Where their tokens are had and for what need not be said."""
    [account] = accounts(_MICROSOFT + 'client_secret = { env = "X" }\nsecret_expires = 2027-03-01\n')
    assert account.oauth == OauthText(
        provider=Provider.MICROSOFT,
        grant=Grant.CLIENT_CREDENTIALS,
        client_id="x",
        client_secret=Secret(env="X"),
        secret_expires=date(2027, 3, 1),
        token_url="https://login.microsoftonline.com/acme.example/oauth2/v2.0/token",
        scope="https://outlook.office365.com/.default",
    )
    google = f'{OAUTH}provider = "google"\n{_ID}refresh_token = {{ file = "/run/token" }}\n'
    [account] = accounts(google)
    assert account.oauth is not None
    assert account.oauth.token_url == "https://oauth2.googleapis.com/token"
    assert account.oauth.scope == "https://mail.google.com/"


MISTAKES = [
    (GOOD.replace("support", "a b", 1), "channels.toml:2:8: 'a b' is no name; expected a short name"),
    (GOOD.replace("Help", "Halp"), "channels.toml:3:11: unknown mailbox 'Halp@acme.example'"),
    (GOOD.replace("imap.", "imap "), "channels.toml:4:8: 'imap acme.example' is no name of a server"),
    (GOOD + 'security = "none"\n', "channels.toml:6:12: the password would travel in the clear"),
    (GOOD + 'then = "move"\n', "channels.toml:6:8: nothing says where mail is moved to"),
    (GOOD + 'to = "Done"\n', "channels.toml:6:6: to is said, and mail is not moved"),
    (GOOD + 'then = "move"\nto = "INBOX"\n', "channels.toml:7:6: mail would be moved to where it is"),
    (GOOD + 'poll = "30m"\n', "channels.toml:6:8: poll is 1800 seconds"),
    (GOOD + 'folders = "INBOX"\n', "channels.toml:6:1: unknown key 'folders'"),
    (GOOD.replace("password = {", "# {"), "channels.toml:1:3: nothing says how to sign in"),
    (GOOD.replace('{ env = "SUPPORT_PASSWORD" }', '"x"'), "channels.toml:5:12: password must not be"),
    (GOOD + GOOD, "channels.toml:7:8: a second account 'support'"),
    (GOOD + GOOD.replace("support", "other", 1), "channels.toml:9:8: another account reads this folder"),
    (f"{OAUTH}{_ID}", "channels.toml:6:7: provider is missing"),
    (
        f'{OAUTH}provider = "microsoft"\n{_ID}client_secret = {{ env = "X" }}\n',
        "channels.toml:6:7: tenant is",
    ),
    (_MICROSOFT, "channels.toml:6:7: client_secret is missing"),
    (f'{_MICROSOFT}grant = "refresh_token"\n', "channels.toml:6:7: refresh_token is missing"),
    (
        f'{_MICROSOFT}client_secret = {{ env = "X" }}\nsecret_expires = "soon"\n',
        "channels.toml:11:18: 'soon'",
    ),
    (
        f'{OAUTH}provider = "google"\n{_ID}grant = "client_credentials"\n',
        "channels.toml:9:9: Google gives no token for mail by client_credentials",
    ),
    (
        f'{_MICROSOFT}client_secret = {{ env = "X" }}\ntoken_url = "http://login.example/"\n',
        "channels.toml:11:13: token_url is no https address",
    ),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_slip_is_told(text: str, told: str) -> None:
    """Each with its place and what was expected, and no secret in it."""
    mistakes = examine_files({"desk.toml": DESK, "channels.toml": text}).mistakes
    assert any(str(mistake).startswith(told) for mistake in mistakes), list(map(str, mistakes))


def test_none_is_allowed_on_this_machine() -> None:
    """A server on loopback may be spoken to in the clear."""
    [account] = accounts(GOOD.replace("imap.acme.example", "127.0.0.1") + 'security = "none"\n')
    assert account.security is Security.NONE
