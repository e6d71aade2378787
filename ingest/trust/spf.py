"""SPF (RFC 7208): whether the host that handed a mail over may use its envelope's domain."""

from __future__ import annotations

import functools
import ipaddress
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.trust.domains import plain
from ingest.trust.names import UnansweredError
from ingest.trust.spf_macro import expand
from ingest.trust.spf_record import BrokenError, read_record

if TYPE_CHECKING:
    from ingest.trust.client import Address
    from ingest.trust.names import Questions
    from ingest.trust.spf_record import Record, Term

LOOKUPS_MOST: Final = 10
VOID_MOST: Final = 2
NAMES_MOST: Final = 10
"""RFC 7208 section 4.6.4: terms that ask DNS, answers without a record, names of one MX or PTR answer."""


class Spf(msgspec.Struct, frozen=True):
    """SPF's verdict in its own words, and the domain that it is about, if there is one."""

    verdict: str
    domain: str = ""


def check_spf(client: Address, mail_from: str, helo: str, questions: Questions) -> Spf:
    """What the owner of the envelope's domain says of this host; a bounce is judged by its HELO name."""
    local, _, domain = (mail_from or f"postmaster@{helo}").rpartition("@")
    domain = plain(domain)
    if "." not in domain:
        return Spf("none")
    walk = _Walk(client, f"{local or 'postmaster'}@{domain}", helo, questions)
    try:
        return Spf(walk.verdict(domain), domain)
    except BrokenError:
        return Spf("permerror", domain)
    except UnansweredError:
        return Spf("temperror", domain)


class _Walk:
    """One check under way."""

    def __init__(self, client: Address, sender: str, helo: str, questions: Questions) -> None:
        self._client = client
        self._sender = sender
        self._helo = helo
        self._questions = questions
        self._lookups = 0
        self._voids = 0

    def verdict(self, domain: str) -> str:
        """The verdict of a domain's record, and of those that it leads to."""
        record = self._record(domain)
        if record is None:
            return "none"
        for term in record.terms:
            if self._matches(term, domain):
                return term.verdict
        if record.redirect is None:
            return "neutral"
        self._count_lookup()
        verdict = self.verdict(self._target(record.redirect, domain))
        if verdict == "none":
            raise BrokenError
        return verdict

    def _record(self, domain: str) -> Record | None:
        texts = [text.decode("latin-1") for text in self._questions.texts(domain)]
        found = [text for text in texts if text[:7].lower() in {"v=spf1", "v=spf1 "}]
        if len(found) > 1:
            raise BrokenError
        return read_record(found[0]) if found else None

    def _matches(self, term: Term, domain: str) -> bool:
        if term.name == "all":
            return True
        if term.network is not None:
            return self._client in term.network
        self._count_lookup()
        target = self._target(term.domain, domain)
        ways = {
            "a": lambda: self._is_at(target, term),
            "mx": lambda: self._is_exchange(target, term),
            "ptr": lambda: self._is_named(target),
            "exists": lambda: bool(self._found(self._questions.addresses(target, 4))),
            "include": lambda: self._is_included(target),
        }
        return ways[term.name]()

    def _is_included(self, target: str) -> bool:
        verdict = self.verdict(target)
        if verdict == "none":
            raise BrokenError
        return verdict == "pass"

    def _is_at(self, target: str, term: Term) -> bool:
        return self._is_one_of(self._found(self._questions.addresses(target, self._client.version)), term)

    def _is_exchange(self, target: str, term: Term) -> bool:
        hosts = self._found(self._questions.exchanges(target))
        if len(hosts) > NAMES_MOST:
            raise BrokenError
        return any(
            self._is_one_of(self._questions.addresses(host, self._client.version), term) for host in hosts
        )

    def _is_one_of(self, addresses: list[str], term: Term) -> bool:
        bits = term.bits4 if self._client.version == 4 else term.bits6  # noqa: PLR2004 - IP's
        return any(
            self._client in ipaddress.ip_network(f"{address}/{bits}", strict=False) for address in addresses
        )

    def _is_named(self, target: str) -> bool:
        target = target.lower()
        return any(name == target or name.endswith(f".{target}") for name in self._names)

    @functools.cached_property
    def _names(self) -> list[str]:
        """The client's names that lead back to it."""
        try:
            names = self._found(self._questions.names_of(self._client))[:NAMES_MOST]
        except UnansweredError:
            return []
        return [name.lower() for name in names if self._leads_back(name)]

    def _leads_back(self, name: str) -> bool:
        try:
            addresses = self._questions.addresses(name, self._client.version)
        except UnansweredError:
            return False
        return str(self._client) in addresses

    def _target(self, text: str, domain: str) -> str:
        return expand(text, lambda letter: self._macro(letter, domain)) if text else domain

    def _macro(self, letter: str, domain: str) -> str:
        local, _, origin = self._sender.rpartition("@")
        six = self._client.version == 6  # noqa: PLR2004 - IP's
        values = {
            "s": self._sender,
            "l": local,
            "o": origin,
            "d": domain,
            "h": self._helo,
            "v": "ip6" if six else "in-addr",
            "i": ".".join(self._client.exploded.replace(":", "")) if six else str(self._client),
        }
        return values[letter] if letter in values else self._name(domain)

    def _name(self, domain: str) -> str:
        """``%{p}``: the client's own name, of the domain if it has one of it."""
        names = self._names
        inside = [name for name in names if name == domain or name.endswith(f".{domain}")]
        return next(iter([*(name for name in inside if name == domain), *inside, *names]), "unknown")

    def _count_lookup(self) -> None:
        self._lookups += 1
        if self._lookups > LOOKUPS_MOST:
            raise BrokenError

    def _found(self, records: list[str]) -> list[str]:
        self._voids += not records
        if self._voids > VOID_MOST:
            raise BrokenError
        return records
