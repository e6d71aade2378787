"""SPF records, read whole before they are followed: one slip makes all of it void (RFC 7208 section 4.6)."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

import msgspec

LONGEST: Final = 4096
"""Characters of one record that are read; the advice is 450 (RFC 7208 section 3.4)."""
_VERDICTS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_LENGTHS = re.compile(r"(?:/(0|[1-9][0-9]{0,2}))?(?://(0|[1-9][0-9]{0,2}))?$")
_MACROS = re.compile(r"(?:[!-$&-~]|%[%_-]|%\{[slodiphv][0-9]{0,3}r?[.+,/_=-]*\})*", re.IGNORECASE)
_LAST = re.compile(
    r"(?:%\{[^{}]{1,30}\}|\.(?![0-9]+\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?)$", re.IGNORECASE
)
_WITH_DOMAIN: Final = frozenset({"a", "mx", "ptr", "include", "exists"})
_ALL: Final = _WITH_DOMAIN | {"all", "ip4", "ip6"}


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One mechanism and its verdict where it matches; ``domain`` still holds macros."""

    verdict: str
    name: str
    domain: str = ""
    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None = None
    bits4: int = 32
    bits6: int = 128


class Record(msgspec.Struct, frozen=True):
    """A record's mechanisms in order, and where to go on when none of them matches."""

    terms: tuple[Term, ...]
    redirect: str | None = None


class BrokenError(Exception):
    """A record, or what it leads to, is wrong: SPF's ``permerror``."""


def read_record(text: str) -> Record:
    """The record in a text that begins with ``v=spf1``; raises `BrokenError`."""
    if len(text) > LONGEST or not text.isascii():
        raise BrokenError
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in text.split(" ")[1:]:
        found = _MODIFIER.fullmatch(word)
        if found:
            _note(modifiers, found[1].lower(), found[2])
        elif word:
            terms.append(_term(word))
    return Record(tuple(terms), modifiers.get("redirect"))


def _note(modifiers: dict[str, str], name: str, value: str) -> None:
    """Keep a modifier; unknown ones are only read."""
    if name in {"redirect", "exp"}:
        if name in modifiers or not _is_domain(value):
            raise BrokenError
        modifiers[name] = value
    elif not _MACROS.fullmatch(value):
        raise BrokenError


def _term(word: str) -> Term:
    verdict = _VERDICTS.get(word[0], "pass")
    word = word[1:] if word[0] in _VERDICTS else word
    name = re.split("[:/]", word, maxsplit=1)[0].lower()
    rest = word[len(name) :]
    if name not in _ALL or (name == "all" and rest):
        raise BrokenError
    if name in {"ip4", "ip6"}:
        return Term(verdict=verdict, name=name, network=_network(name, rest))
    bits4, bits6 = 32, 128
    if name in {"a", "mx"}:
        rest, bits4, bits6 = _lengths(rest)
    if name in {"include", "exists"} and not rest:
        raise BrokenError
    if rest and not (rest[0] == ":" and _is_domain(rest[1:])):
        raise BrokenError
    return Term(verdict=verdict, name=name, domain=rest[1:], bits4=bits4, bits6=bits6)


def _lengths(rest: str) -> tuple[str, int, int]:
    """What stands before the lengths of networks, and these."""
    found = _LENGTHS.search(rest)
    bits4 = int(found[1]) if found and found[1] else 32
    bits6 = int(found[2]) if found and found[2] else 128
    if bits4 > 32 or bits6 > 128:  # noqa: PLR2004 - bits of an address
        raise BrokenError
    return rest[: found.start()] if found else rest, bits4, bits6


def _network(name: str, rest: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    address, slash, length = rest[1:].partition("/")
    if not rest.startswith(":") or (slash and not re.fullmatch("0|[1-9][0-9]{0,2}", length)):
        raise BrokenError
    kind = ipaddress.IPv4Network if name == "ip4" else ipaddress.IPv6Network
    try:
        return kind(f"{address}/{length}" if slash else address, strict=False)
    except ValueError as error:
        raise BrokenError from error


def _is_domain(text: str) -> bool:
    """Whether a text is macros that end like a domain."""
    return bool(_MACROS.fullmatch(text) and _LAST.search(text))
