"""``[imap.oauth]``: how a token is had for an account that takes no password."""

from __future__ import annotations

import enum
import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from config.secret import Secret, read_secret
from config.types import Mistake

if TYPE_CHECKING:
    from config.table import Table

_TENANT = re.compile(r"[A-Za-z0-9.-]{1,253}")
_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
_GOOGLE = "https://oauth2.googleapis.com/token"
_DAY = 'a day like "2027-03-01"'


class Provider(enum.StrEnum):
    """Whose tokens: that says where they are had and for what."""

    MICROSOFT = "microsoft"
    GOOGLE = "google"
    OTHER = "other"


class Grant(enum.StrEnum):
    """By what right: the application's own (RFC 6749 section 4.4), or a person's consent (section 6)."""

    CLIENT_CREDENTIALS = "client_credentials"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant


class OauthText(msgspec.Struct, frozen=True, kw_only=True):
    """Where and how a token is had; ``secret_expires`` is the last day of the client secret, where known.

    ``refresh_token`` is the first one; those that come in its place are kept by the desk.
    """

    provider: Provider
    grant: Grant
    client_id: str
    client_secret: Secret | None = None
    secret_expires: date | None = None
    refresh_token: Secret | None = None
    token_url: str = ""
    scope: str = ""


def read_oauth(table: Table) -> OauthText:
    """The table's keys; whatever is wrong is noted."""
    provider = table.choice("provider", Provider)
    if provider is None and "provider" not in table.values:
        table.mistakes.append(_missing(table, "provider", '"microsoft", "google" or "other"'))
    provider = provider or Provider.OTHER
    grant = table.choice("grant", Grant) or _usual(provider)
    found = OauthText(
        provider=provider,
        grant=grant,
        client_id=table.text("client_id", required=True),
        client_secret=read_secret(table, "client_secret"),
        secret_expires=_day(table, "secret_expires"),
        refresh_token=read_secret(table, "refresh_token"),
        token_url=_token_url(table, provider),
        scope=table.text("scope", longest=1000) or _scope(provider, grant),
    )
    _check(table, found)
    table.close()
    return found


def _usual(provider: Provider) -> Grant:
    return Grant.CLIENT_CREDENTIALS if provider is Provider.MICROSOFT else Grant.REFRESH_TOKEN


def _scope(provider: Provider, grant: Grant) -> str:
    """What the two large providers want to read for mail by IMAP."""
    if provider is Provider.GOOGLE:
        return "https://mail.google.com/"
    if provider is not Provider.MICROSOFT:
        return ""
    if grant is Grant.CLIENT_CREDENTIALS:
        return "https://outlook.office365.com/.default"
    return "https://outlook.office365.com/IMAP.AccessAsUser.All offline_access"


def _token_url(table: Table, provider: Provider) -> str:
    tenant, url = table.text("tenant", longest=253), table.text("token_url", longest=2000)
    if tenant and not _TENANT.fullmatch(tenant):
        table.wrong("tenant", f"{tenant!r} is no tenant", "its id or its domain")
    if url:
        _check_url(table, url)
        return url
    if provider is Provider.GOOGLE:
        return _GOOGLE
    if provider is Provider.OTHER:
        table.mistakes.append(_missing(table, "token_url", 'where tokens are had, "https://…"'))
        return ""
    if not tenant:
        table.mistakes.append(_missing(table, "tenant", "the id of the directory, or its domain"))
    return _MICROSOFT.format(tenant=tenant)


def _check_url(table: Table, url: str) -> None:
    """A secret goes there: encrypted, or not over a network at all."""
    try:
        parts = urlsplit(url)
        inside = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        good = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and inside))
    except ValueError:
        good = False
    if not good:
        table.wrong("token_url", "token_url is no https address", '"https://login.example/token"')


def _check(table: Table, found: OauthText) -> None:
    if found.provider is Provider.GOOGLE and found.grant is Grant.CLIENT_CREDENTIALS:
        table.wrong("grant", "Google gives no token for mail by client_credentials", '"refresh_token"')
    elif found.grant is Grant.REFRESH_TOKEN and "refresh_token" not in table.values:
        table.mistakes.append(
            _missing(table, "refresh_token", '{ file = "/path" }: the first one, from consent')
        )
    elif found.grant is Grant.CLIENT_CREDENTIALS and "client_secret" not in table.values:
        table.mistakes.append(_missing(table, "client_secret", '{ env = "NAME" } or { file = "/path" }'))


def _missing(table: Table, key: str, expected: str) -> Mistake:
    return Mistake(table.key_place(), f"{key} is missing", expected)


def _day(table: Table, key: str) -> date | None:
    written = table.values.get(key)
    if isinstance(written, date):
        # TOML knows days by themselves.
        table.know([key])
        return date(written.year, written.month, written.day)
    text = table.text(key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        table.wrong(key, f"{text!r} is no day", _DAY)
        return None
