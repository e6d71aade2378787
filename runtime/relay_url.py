"""Reading a relay's URL: where outgoing mail is handed over, how the line is protected, and as whom."""

from __future__ import annotations

import enum
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec


class Protection(enum.StrEnum):
    """How the line to the relay is encrypted."""

    OPPORTUNISTIC = "opportunistic"
    """``smtp://``: STARTTLS where it is offered, whatever the certificate; better than nothing (RFC 7435)."""
    STARTTLS = "starttls"
    """``smtp+starttls://``: STARTTLS with a certificate that holds, or no mail."""
    TLS = "tls"
    """``smtps://``: TLS from the first octet with a certificate that holds (RFC 8314)."""


class RelayUrlError(ValueError):
    """A relay URL cannot be used; the text says why and never repeats the password."""


class RelayAddress(msgspec.Struct, frozen=True):
    """A relay; ``ca`` is a file with the authority that signed its certificate (empty: the system's)."""

    host: str
    port: int
    protection: Protection = Protection.OPPORTUNISTIC
    username: str = ""
    password: str = ""
    ca: str = ""

    def __repr__(self) -> str:
        """Never the password: this ends up in logs and on screens."""
        return f"RelayAddress({self.host}:{self.port}, {self.protection})"

    @property
    def is_loopback(self) -> bool:
        """Whether the relay is this machine, so that nobody listens in between."""
        return self.host in {"localhost", "127.0.0.1", "::1"}


_SCHEMES = {
    "smtp": (Protection.OPPORTUNISTIC, 25),
    "smtps": (Protection.TLS, 465),
    "smtp+starttls": (Protection.STARTTLS, 587),
}


def parse_relay(url: str) -> RelayAddress:
    """The relay that a URL like ``smtp+starttls://user:password@mx.example:587`` names.

    ``?ca=/path/to/authority.pem`` trusts a private authority. Raises `RelayUrlError`.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise RelayUrlError("the relay URL cannot be read; write smtp://host:port") from None
    if parts.scheme not in _SCHEMES:
        raise RelayUrlError(f"{parts.scheme or 'nothing'} is no relay; use smtp, smtps or smtp+starttls")
    if not parts.hostname or parts.path not in {"", "/"} or parts.fragment:
        raise RelayUrlError("a relay URL is smtp://host:port and has no path")
    protection, usual_port = _SCHEMES[parts.scheme]
    if (parts.username is None) != (parts.password is None):
        raise RelayUrlError("a relay URL has both a user and a password, or neither")
    return RelayAddress(
        host=parts.hostname,
        port=port or usual_port,
        protection=protection,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=_authority(parts.query),
    )


def _authority(query: str) -> str:
    settings = parse_qs(query, keep_blank_values=True)
    unknown = sorted(set(settings) - {"ca"})
    if unknown:
        raise RelayUrlError(f"{unknown[0]} is no setting of a relay; known is ca")
    return settings.get("ca", [""])[0]
