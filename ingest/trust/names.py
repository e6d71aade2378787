"""Questions to DNS: cached for as long as an answer holds, counted for each mail, over at its deadline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
import dns.reversename

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Address, IPv6Address

    from dns.resolver import Answer, CacheKey

MOST_QUESTIONS: Final = 100
"""What one mail may ask; SPF alone can lead to 10 names of 10 addresses each (RFC 7208 section 4.6.4)."""
CACHED: Final = 4096
"""Answers kept; the least used goes first."""
CACHED_SIZE: Final = 4096
"""Bytes; a longer answer is asked for anew each time, so that nobody fills our memory."""
PER_SERVER_SECONDS: Final = 0.9
"""How long one server is waited for, so that within two seconds another one is asked."""
MISSED_MOST: Final = 20
"""Questions in a row without an answer, after which DNS is taken to be away."""
IMPATIENT_SECONDS: Final = 0.25
"""How long a mail waits while it is; the first answer ends that."""


class UnansweredError(Exception):
    """DNS did not answer, or not in time: nothing is known, neither for nor against a sender."""


class Names:
    """One process's resolver; any number of threads may ask."""

    def __init__(self, servers: Sequence[tuple[str, int]] = ()) -> None:
        """``servers`` are addresses with ports; without any, the machine's own resolvers are asked."""
        try:
            self._resolver = dns.resolver.Resolver(configure=not servers)
        except dns.resolver.NoResolverConfiguration:
            # Each question then fails by itself, which is told like any other silence.
            self._resolver = dns.resolver.Resolver(configure=False)
        if servers:
            self._resolver.nameservers = [dns.nameserver.Do53Nameserver(*server) for server in servers]
        self._resolver.timeout = PER_SERVER_SECONDS
        self._resolver.cache = _Cache(self._heard)
        self._missed = 0

    def asking(self, seconds: float) -> Questions:
        """The questions of one mail, all answered or given up within so many seconds from now.

        While DNS says nothing at all they are given up sooner, so that mail does not pile up behind it.
        """
        if self._missed >= MISSED_MOST:
            seconds = min(seconds, IMPATIENT_SECONDS)
        return Questions(self, time.monotonic() + seconds)

    def ask(self, name: dns.name.Name, kind: str, seconds: float) -> Answer | None:
        """One answer, ``None`` where there is no such name; raises `UnansweredError`."""
        try:
            return self._resolver.resolve(
                name, kind, lifetime=seconds, search=False, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN:
            return None
        except (dns.exception.DNSException, OSError) as error:
            self._missed += isinstance(error, dns.exception.Timeout)
            raise UnansweredError(type(error).__name__) from error

    def _heard(self) -> None:
        self._missed = 0


class Questions:
    """What one mail asks; every method raises `UnansweredError` where DNS says nothing."""

    def __init__(self, names: Names, until: float) -> None:
        """``until`` is on the monotonic clock."""
        self._names = names
        self._until = until
        self._asked = 0

    def halved(self) -> Questions:
        """Questions that have to be answered in half of the time that is left."""
        now = time.monotonic()
        return Questions(self._names, now + (self._until - now) / 2)

    def texts(self, name: str) -> list[bytes]:
        """The TXT records of a name, the strings of each joined."""
        return [b"".join(record.strings) for record in self._records(name, "TXT")]

    def addresses(self, name: str, version: int) -> list[str]:
        """A name's addresses of IP version 4 or 6."""
        return [record.address for record in self._records(name, "A" if version == 4 else "AAAA")]  # noqa: PLR2004 - its name

    def exchanges(self, name: str) -> list[str]:
        """The hosts that take mail for a name, the preferred first."""
        records = sorted(self._records(name, "MX"), key=lambda record: record.preference)
        return [record.exchange.to_text(omit_final_dot=True) for record in records]

    def names_of(self, address: IPv4Address | IPv6Address) -> list[str]:
        """The names that an address's owner gives it."""
        asked = dns.reversename.from_address(str(address)).to_text(omit_final_dot=True)
        return [record.target.to_text(omit_final_dot=True) for record in self._records(asked, "PTR")]

    def exists(self, name: str) -> bool:
        """Whether there is anything at or below a name."""
        return self._answer(name, "A") is not None

    def _records(self, name: str, kind: str) -> list[Any]:
        answer = self._answer(name, kind)
        return list(answer.rrset) if answer is not None and answer.rrset is not None else []

    def _answer(self, name: str, kind: str) -> Answer | None:
        """The answer, which may hold no record; ``None`` where there is no such name, or cannot be one."""
        left = self._until - time.monotonic()
        self._asked += 1
        if left <= 0 or self._asked > MOST_QUESTIONS:
            raise UnansweredError
        try:
            asked = dns.name.from_text(name.encode("ascii").decode(), idna_codec=None)
        except (dns.exception.DNSException, UnicodeError):
            return None
        return self._names.ask(asked, kind, left)


class _Cache(dns.resolver.LRUCache):
    """Keeps small answers until their time to live is over; ``heard`` is told of every new one."""

    def __init__(self, heard: Callable[[], None]) -> None:
        super().__init__(CACHED)
        self._heard = heard

    def put(self, key: CacheKey, value: Answer) -> None:
        """Keep an answer that just came, unless it is a large one."""
        self._heard()
        wire = value.response.wire
        if wire is not None and len(wire) <= CACHED_SIZE:
            super().put(key, value)
