"""The paths and parameters of MAIL and RCPT (RFC 5321 section 4.1.2, RFC 6531), read in linear time.

The one leniency towards old senders: the angle brackets may be missing, and a local part may hold dots where
RFC 5321 forbids them (``a..b@``, ``a.@``), because such mailboxes exist.
"""

from __future__ import annotations

import re

PATH_LIMIT = 512
"""Octets of a path. RFC 5321 section 4.5.3.1.3 asks for 256; bounce addresses with a tag grow longer."""

# White space, C0 and C1 controls, lone surrogates (bytes that were no UTF-8) and the marks that turn text
# around are in no address, in whatever script.
_NEVER = r"\s\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_ATOM = rf'[^{_NEVER}()<>\[\]:;@\\,"]+'
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|\\[\x20-\x7e])*"'
_DOMAIN = rf"(?:{_ATOM}|\[[0-9A-Za-z:.\-]{{3,64}}\])"
# A source route is taken and thrown away (RFC 5321 appendix C).
_ROUTE = rf"(?:@{_ATOM}(?:,@{_ATOM})*:)?"
_MAILBOX = rf"(?:{_ATOM}|{_QUOTED})@{_DOMAIN}"

_PATH = re.compile(rf" *<(?:{_ROUTE}({_MAILBOX})|((?i:postmaster)))?>")
_NAKED = re.compile(rf" *({_MAILBOX})()")
_PARAMETER = re.compile(
    r"(?P<keyword>[0-9A-Za-z][0-9A-Za-z-]*)(?:=(?P<value>[^=\x00-\x20\x7f-\x9f\ud800-\udfff]+))?"
)


class BadPath(ValueError):
    """The text is not an address of RFC 5321."""


class BadParameter(ValueError):
    """What follows the address is not a list of different ESMTP parameters."""


def read_path(text: str) -> tuple[str, str]:
    """The address in ``text``, and what follows it.

    The null path ``<>`` is the empty address; ``<postmaster>`` needs no domain. Raises `BadPath`.
    """
    found = _PATH.match(text) or _NAKED.match(text)
    if found is None:
        raise BadPath
    rest = text[found.end() :]
    address: str = found[1] or found[2] or ""
    if (rest and rest[0] != " ") or len(address.encode()) > PATH_LIMIT:
        raise BadPath
    return address, rest.strip(" ")


def read_parameters(text: str) -> dict[str, str | None]:
    """The ESMTP parameters by upper-case keyword; None where there is no value. Raises `BadParameter`."""
    parameters: dict[str, str | None] = {}
    for word in text.split():
        found = _PARAMETER.fullmatch(word)
        if found is None or (keyword := found["keyword"].upper()) in parameters:
            raise BadParameter
        parameters[keyword] = found["value"]
    return parameters
