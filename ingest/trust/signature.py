"""DKIM signatures (RFC 6376): whether a domain vouches for a mail, checked in linear time."""

from __future__ import annotations

import enum
import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Final

import msgspec

from ingest.trust import keys
from ingest.trust.letter import canonical, value_of
from ingest.trust.names import UnansweredError
from ingest.trust.tags import from_base64, listed, number, packed, read_tags

if TYPE_CHECKING:
    from ingest.trust.letter import Letter
    from ingest.trust.names import Questions

SIGNATURES_MOST: Final = 5
"""Signatures of one mail that are looked at, from the top."""
LONGEST: Final = 16 * 1024
"""Bytes of one signature field."""
_ALGORITHMS: Final = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
"""SHA-1 proves nothing any more (RFC 8301 section 3.1)."""
ONCE: Final = (
    "subject", "to", "cc", "date", "message-id", "in-reply-to", "references", "reply-to", "sender",
    "content-type", "content-transfer-encoding", "mime-version",
)  # fmt: skip
"""Fields that a mail has once (RFC 5322 section 3.6, RFC 2045), and of which people see the topmost."""
_WAYS: Final = frozenset({"simple", "relaxed"})
_DOMAIN = re.compile(
    r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){1,20}"
)


class Sort(enum.Enum):
    """Which field a signature stands in; in ARC's (RFC 8617) i= is a number and not who signs."""

    DKIM = "DKIM-Signature"
    ARC_MESSAGE = "ARC-Message-Signature"
    ARC_SEAL = "ARC-Seal"


_NEEDED: Final = {
    Sort.DKIM: frozenset({"v", "a", "b", "d", "s", "bh", "h"}),
    Sort.ARC_MESSAGE: frozenset({"i", "a", "b", "d", "s", "bh", "h"}),
    Sort.ARC_SEAL: frozenset({"i", "a", "b", "d", "s", "cv"}),
}


class Signature(msgspec.Struct, frozen=True):
    """What came of one signature: ``pass``, ``fail``, or ``unknown`` where DNS was silent; and why."""

    verdict: str
    domain: str = ""
    why: str = ""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature field says, as far as it is needed to check it; ``identity`` is the domain of i=."""

    tags: dict[str, bytes]
    domain: str
    identity: str
    selector: str
    kind: str
    ways: tuple[str, str]


class InvalidError(Exception):
    """A signature does not hold; the text says why."""


def signer_of(field: bytes) -> str:
    """The domain that a signature field names, or an empty text."""
    try:
        return read_claim(field).domain
    except InvalidError:
        return ""


def check_signature(field: bytes, letter: Letter, questions: Questions, now: float) -> Signature:
    """One signature field of a mail; ``now`` is seconds since 1970."""
    domain = ""
    try:
        claim = read_claim(field)
        domain = claim.domain
        verify(claim, field, letter, questions, now)
    except InvalidError as error:
        return Signature("fail", domain, str(error))
    except UnansweredError:
        return Signature("unknown", domain, "DNS did not answer")
    return Signature("pass", domain)


def read_claim(field: bytes, sort: Sort = Sort.DKIM) -> Claim:
    """What a signature field says; raises `InvalidError` where it cannot be right whatever the mail is."""
    tags = read_tags(value_of(field)) if len(field) <= LONGEST else None
    if tags is None or not tags.keys() >= _NEEDED[sort] or tags.get("v", b"1") != b"1":
        raise InvalidError("it cannot be read")
    kind = _ALGORITHMS.get(tags["a"].decode("latin-1").lower())
    if kind is None:
        raise InvalidError("its algorithm does not count")
    domain, selector = (packed(tags[name]).decode("latin-1").lower() for name in ("d", "s"))
    if not _DOMAIN.fullmatch(domain) or not _DOMAIN.fullmatch(f"{selector}._domainkey"):
        raise InvalidError("it names no domain")
    head, _, body = packed(tags.get("c", b"simple")).decode("latin-1").lower().partition("/")
    ways = (head, body or "simple")
    if not _WAYS.issuperset(ways):
        raise InvalidError("its way of writing is unknown")
    who = packed(tags.get("i", b"")).decode("latin-1").lower().rpartition("@")[2] if sort is Sort.DKIM else ""
    return Claim(tags=tags, domain=domain, identity=who or domain, selector=selector, kind=kind, ways=ways)


def _refuse_old(tags: dict[str, bytes], now: float) -> None:
    if "x" not in tags:
        return
    until = number(tags["x"])
    if until is None:
        raise InvalidError("its end cannot be read")
    if until < now:
        raise InvalidError("it has expired")


def verify(claim: Claim, field: bytes, letter: Letter, questions: Questions, now: float) -> None:
    """Check the body, the fields and the key; raises `InvalidError` and `UnansweredError`."""
    _check_body(claim, letter)
    names = listed(claim.tags["h"])
    written = len(letter.every(b"from"))
    if not written or names.count("from") < written:
        raise InvalidError("it does not cover From")
    _refuse_added(letter, names)
    signed = [canonical(one, claim.ways[0]) for one in _chosen(letter, names)]
    text = b"\r\n".join([*signed, canonical(without_signature(field), claim.ways[0])])
    signed_by(claim, text, questions, now)


def _refuse_added(letter: Letter, names: list[str]) -> None:
    """A second Subject on top of the signed one is what people would see (RFC 6376 section 8.15)."""
    for name in ONCE:
        written = len(letter.every(name.encode()))
        if written > 1 and written > names.count(name):
            raise InvalidError(f"it does not cover every {name}")


def signed_by(claim: Claim, text: bytes, questions: Questions, now: float) -> None:
    """Check that the claim's domain signed a text, and meant it until now; raises as `verify` does."""
    _refuse_old(claim.tags, now)
    if not _key(claim, questions).signed(from_base64(claim.tags["b"]) or b"", text):
        raise InvalidError("its header was changed")


def _check_body(claim: Claim, letter: Letter) -> None:
    body = letter.body(claim.ways[1])
    if "l" in claim.tags:
        most = number(claim.tags["l"])
        if most is None or most > len(body):
            raise InvalidError("its length is wrong")
        if most < len(body):
            # Behind the length that is signed anybody may have written anything (RFC 6376 section 8.2).
            raise InvalidError("only the first part of the body is signed")
    if not hmac.compare_digest(hashlib.sha256(body).digest(), from_base64(claim.tags["bh"]) or b""):
        raise InvalidError("the body was changed")


def _chosen(letter: Letter, names: list[str]) -> list[bytes]:
    """The fields that are signed: of each name from the bottom up; one that is not there is left out."""
    left = {name: letter.every(name.encode("latin-1")) for name in set(names)}
    return [left[name].pop() for name in names if left[name]]


def _key(claim: Claim, questions: Questions) -> keys.Key:
    try:
        key = keys.fetch(claim.selector, claim.domain, claim.kind, questions)
    except keys.NoKeyError as error:
        raise InvalidError(str(error)) from error
    if key.testing:
        raise InvalidError("its key is only a test")
    inside = not key.exact and claim.identity.endswith(f".{claim.domain}")
    if claim.identity != claim.domain and not inside:
        raise InvalidError("it speaks for somebody else")
    return key


def without_signature(field: bytes) -> bytes:
    """A signature field with the value of b= taken out, as it was when it was signed."""
    parts = field.split(b";")
    name, colon, first = parts[0].partition(b":")
    parts[0] = first
    cut = [
        part[: part.index(b"=") + 1] if part.partition(b"=")[0].strip() == b"b" else part for part in parts
    ]
    return name + colon + b";".join(cut)
