"""ARC (RFC 8617): what a host that passed a mail on says it found, sealed so that nobody else can say it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.trust.letter import canonical, value_of
from ingest.trust.names import UnansweredError
from ingest.trust.signature import InvalidError, Sort, read_claim, signed_by, verify, without_signature
from ingest.trust.tags import number, read_tags

if TYPE_CHECKING:
    from ingest.trust.letter import Letter
    from ingest.trust.names import Questions

HOSTS_MOST: Final = 10
"""Hosts of one chain; RFC 8617 allows 50, and a real mail passes two or three."""
_NAMES: Final = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
_INSTANCE = re.compile(rb"\s*i\s*=\s*([0-9]{1,2})\s*;")


class Sealed(msgspec.Struct, frozen=True):
    """Who sealed a chain last, and what they found, as it stands behind their name."""

    domain: str
    stamp: bytes


def last_seal(letter: Letter, questions: Questions, now: float) -> Sealed | None:
    """The last seal of a chain that holds from its first host to its last; ``None`` where it does not."""
    sets = _sets(letter)
    if not sets:
        return None
    try:
        for count in range(1, len(sets) + 1):
            _check_seal(sets[:count], questions, now)
        last = sets[-1]
        verify(read_claim(last[1], Sort.ARC_MESSAGE), last[1], letter, questions, now)
        domain = read_claim(last[2], Sort.ARC_SEAL).domain
    except (InvalidError, UnansweredError):
        return None
    return Sealed(domain, value_of(last[0]).partition(b";")[2])


def _sets(letter: Letter) -> list[tuple[bytes, bytes, bytes]]:
    """The chain's sets from its first host on; none where one is missing or there twice."""
    found: dict[tuple[int, bytes], bytes] = {}
    for name in _NAMES:
        for field in letter.every(name):
            instance = _INSTANCE.match(value_of(field)) if name == _NAMES[0] else None
            place = int(instance[1]) if instance else _number_of(field)
            if (place, name) in found:
                return []
            found[place, name] = field
    count = len(found) // len(_NAMES)
    wanted = {(place, name) for place in range(1, count + 1) for name in _NAMES}
    if count > HOSTS_MOST or found.keys() != wanted:
        return []
    return [tuple(found[place, name] for name in _NAMES) for place in range(1, count + 1)]  # type: ignore[misc]


def _number_of(field: bytes) -> int:
    tags = read_tags(value_of(field)) or {}
    return number(tags.get("i", b"0")) or 0


def _check_seal(sets: list[tuple[bytes, bytes, bytes]], questions: Questions, now: float) -> None:
    """Check the last seal of some sets: it covers all that was there when it was made."""
    seal = sets[-1][2]
    claim = read_claim(seal, Sort.ARC_SEAL)
    if claim.tags.get("cv", b"").lower() != (b"none" if len(sets) == 1 else b"pass"):
        raise InvalidError("the chain was broken before")
    lines = [canonical(field, "relaxed") for one in sets for field in one]
    lines[-1] = canonical(without_signature(seal), "relaxed")
    signed_by(claim, b"\r\n".join(lines), questions, now)
