"""An access token that is good now: the one that is kept, or another one from the provider's token server.

RFC 6749 sections 4.4 (client credentials) and 6 (refresh); the requests are authlib's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from config.oauth import Grant, OauthText, Provider
from ingest.oauth.keep import Kept, TokenFile, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)

SECONDS = 15.0
EARLY = timedelta(minutes=5)
"""How long before its end a token is renewed; of short ones, after half of their time."""
MICROSOFT_UNUSED = timedelta(days=90)
"""After so long without use a refresh token of Microsoft's is worth nothing."""
_LASTING = {
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "invalid_scope",
    "unsupported_grant_type",
}
"""RFC 6749 section 5.2: asking again changes nothing, a person has to."""


class TokenError(Exception):
    """There is no token; the text is for the operator, and repeats of a server nothing but its code."""

    def __init__(self, text: str, *, lasting: bool) -> None:
        """``lasting``: asking again changes nothing."""
        super().__init__(text)
        self.lasting = lasting


class Tokens:
    """The tokens of one account."""

    def __init__(
        self,
        text: OauthText,
        file: TokenFile,
        *,
        secret: Callable[[], str],
        first_refresh: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        """``secret`` and ``first_refresh`` read what the operator gave, anew each time."""
        self._text = text
        self._file = file
        self._secret = secret
        self._first_refresh = first_refresh
        self._now = now

    def access(self, *, anew: bool = False) -> str:
        """A token that is good for now; ``anew`` where the kept one was refused. Raises `TokenError`."""
        secret, given = self._secret(), self._first_refresh()
        kept = self._file.read()
        name = digest_of((self._text.client_id, self._text.scope, secret, given))
        if kept.given != name:
            # Another secret does not make the refresh token worthless, another first refresh token does.
            kept = Kept(given=name, refresh=given, renewed_at=self._now() if given else None)
        if not anew and kept.access and not self._ends_soon(kept):
            return kept.access
        answer = self._ask(secret, kept.refresh)
        kept = self._kept(kept, answer)
        try:
            self._file.write(kept)
        except OSError as error:
            # It is good all the same; the next start may have to do with an older one.
            log.error("token_not_kept", error=type(error).__name__)  # noqa: TRY400 - a path would tell nothing
        return kept.access

    def _ends_soon(self, kept: Kept) -> bool:
        if kept.access_ends is None or kept.renewed_at is None:
            return True
        early = min(EARLY, (kept.access_ends - kept.renewed_at) / 2)
        return self._now() >= kept.access_ends - early

    def _ask(self, secret: str, refresh: str) -> dict[str, Any]:
        # Only here: whoever signs in with a password pays neither time nor memory for an HTTP client.
        import httpx2  # noqa: PLC0415
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
        from authlib.integrations.httpx_client import OAuth2Client  # noqa: PLC0415

        method = "client_secret_post" if secret else "none"
        wanted = {"scope": self._text.scope} if self._text.scope else {}
        try:
            with OAuth2Client(
                self._text.client_id, secret or None, token_endpoint_auth_method=method, timeout=SECONDS
            ) as client:
                if self._text.grant is Grant.CLIENT_CREDENTIALS:
                    found = client.fetch_token(
                        self._text.token_url, grant_type="client_credentials", **wanted
                    )
                else:
                    found = client.refresh_token(self._text.token_url, refresh_token=refresh, **wanted)
                return dict(found)
        except AuthlibBaseError as error:
            code = str(error.error or "")[:60]
            known = code if code.replace("_", "").isalnum() else "an error"
            raise TokenError(f"no token: {known}{_hint(known)}", lasting=known in _LASTING) from None
        except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
            raise TokenError(f"no token: the token server ({type(error).__name__})", lasting=False) from None

    def _kept(self, before: Kept, answer: dict[str, Any]) -> Kept:
        now = self._now()
        access = answer.get("access_token")
        if not isinstance(access, str) or not access.isascii() or not access.isprintable():
            raise TokenError("no token: the token server's answer holds none", lasting=False)
        refresh = answer.get("refresh_token")
        ends = _span(answer.get("refresh_token_expires_in"))
        return msgspec.structs.replace(
            before,
            access=access,
            access_ends=now + (_span(answer.get("expires_in")) or timedelta(minutes=10)),
            refresh=refresh if isinstance(refresh, str) and refresh else before.refresh,
            renewed_at=now,
            refresh_ends=now + ends if ends is not None else before.refresh_ends,
        )


def ends(text: OauthText, kept: Kept) -> datetime | None:
    """When an account can no longer be signed in to unless a person does something; ``None`` for unknown.

    The sooner of the client secret's last day, as the operator wrote it, and the refresh token's end.
    """
    moments = []
    if text.secret_expires is not None:
        day = text.secret_expires
        moments.append(datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1))
    if kept.refresh_ends is not None:
        moments.append(kept.refresh_ends)
    if (
        text.provider is Provider.MICROSOFT
        and text.grant is Grant.REFRESH_TOKEN
        and kept.renewed_at is not None
    ):
        moments.append(kept.renewed_at + MICROSOFT_UNUSED)
    return min(moments, default=None)


def _span(seconds: object) -> timedelta | None:
    try:
        found = int(str(seconds))
    except ValueError:
        return None
    return timedelta(seconds=found) if 0 < found < 10**9 else None


def _hint(code: str) -> str:
    hints = {
        "invalid_client": "; the client's secret is wrong or has expired",
        "invalid_grant": "; the refresh token has ended, or the consent was taken back",
    }
    return hints.get(code, "")
