"""From the policy's text of an account to what its fetcher works with."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from ingest.imap.account import Account, Credentials, NoCredentialsError, SignIn
from runtime.secret_text import NoSecretError, secret_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from config.imap import ImapText
    from config.oauth import OauthText
    from config.secret import Secret
    from runtime.rulebooks import Rulebooks
    from runtime.settings import Settings

TOKENS = "tokens"
"""The folder for tokens, in the data folder."""


def account_of(text: ImapText, settings: Settings, rulebooks: Rulebooks) -> Account:
    """The account with the policy in force behind it: which addresses are its mailbox's."""

    def mine(address: str) -> bool:
        mailbox = rulebooks.current().policy.mailbox(address)
        return mailbox is not None and mailbox.address == text.mailbox

    return Account(
        text=text,
        sign_in=sign_in_of(text, settings.data),
        # A desk that knows no shadow is live.
        may_touch=partial(getattr(rulebooks, "may_touch", lambda _mailbox: True), text.mailbox),
        mine=mine,
        max_size=settings.smtp_max_size,
    )


def sign_in_of(text: ImapText, data: Path) -> SignIn:
    """How an account is signed in to; secrets are read anew each time, so that they may be changed."""
    if text.oauth is None:
        return _ByPassword(text.password)
    return _ByToken(text, text.oauth, data)


class _ByPassword:
    def __init__(self, password: Secret | None) -> None:
        self._password = password

    def __call__(self, *, anew: bool = False) -> Credentials:
        """The password as it stands now."""
        del anew
        return Credentials(password=_read(self._password, "password"))


class _ByToken:
    def __init__(self, text: ImapText, oauth: OauthText, data: Path) -> None:
        from ingest.oauth import TokenFile, Tokens  # noqa: PLC0415 - as in the fetcher: only where it is needed

        self._tokens = Tokens(
            oauth,
            TokenFile(data / TOKENS, f"{text.user}@{text.host}"),
            secret=_reading(oauth.client_secret, "client_secret"),
            first_refresh=_reading(oauth.refresh_token, "refresh_token"),
            now=lambda: datetime.now(UTC),
        )

    def __call__(self, *, anew: bool = False) -> Credentials:
        """A token that is good now."""
        from ingest.oauth import TokenError  # noqa: PLC0415

        try:
            return Credentials(token=self._tokens.access(anew=anew))
        except TokenError as error:
            raise NoCredentialsError(str(error), lasting=error.lasting) from None


def _reading(secret: Secret | None, what: str) -> Callable[[], str]:
    return lambda: "" if secret is None else _read(secret, what)


def _read(secret: Secret | None, what: str) -> str:
    if secret is None:
        raise NoCredentialsError(f"the account has no {what}")
    try:
        return secret_text(secret)
    except NoSecretError as error:
        raise NoCredentialsError(f"no {what}: {error}") from None
