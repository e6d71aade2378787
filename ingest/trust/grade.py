"""From what was found to a grade, and the words for it (RFC 7489 section 6.6).

``aligned``: a domain that vouches for the mail, by DKIM or SPF, is the one in From or of its organisation,
whether it publishes a DMARC policy or not. ``failed``: nothing does, and the owner of the domain in From
publishes that such mail be stopped. Everything else is ``unverified``, an SPF fail without a policy too: it
speaks of the envelope, and forwarding alone leads to it (RFC 7208 section 8.4). Where DNS was silent nothing
fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from events.message import Trust
from ingest.trust.dmarc import Policy
from ingest.trust.domains import is_aligned, plain
from ingest.trust.signature import Signature
from ingest.trust.spf import Spf

if TYPE_CHECKING:
    from ingest.trust.author import Author


class Graded(msgspec.Struct, frozen=True):
    """A grade, and what it rests on, a line each."""

    trust: Trust
    found: tuple[str, ...] = ()


def held_to(graded: Graded, author: Author, address: str) -> Graded:
    """The grade as far as it is about the address that the message shows as its sender.

    Should a mail ever be read in two ways, the one whose From was checked must not vouch for the other's.
    """
    known = graded.trust.rank > Trust.UNVERIFIED.rank
    if not known or author.domains == (plain(address.rpartition("@")[2]),):
        return graded
    why = f"graded was {' and '.join(author.domains) or 'nobody'}, not the sender"
    return Graded(Trust.UNVERIFIED, (why, *graded.found))


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked up of a mail; a domain whose policy could not be asked for is in ``silent``."""

    signatures: tuple[Signature, ...] = ()
    spf: Spf = Spf("none")
    policies: dict[str, Policy] = {}
    silent: frozenset[str] = frozenset()


def judge(author: Author, evidence: Evidence) -> Graded:
    """The grade of a mail; of a From that is unclear any domain may ask that it be stopped."""
    verdicts = [_of_domain(domain, evidence) for domain in author.domains]
    found = (
        author.unclear,
        *_of_dkim(author, evidence),
        _of_spf(author, evidence),
        *_of_dmarc(author, evidence),
    )
    words = tuple(line for line in found if line)
    if Trust.FAILED in verdicts:
        return Graded(Trust.FAILED, words)
    if author.unclear:
        return Graded(Trust.UNVERIFIED, words)
    return Graded(verdicts[0], words)


def _of_domain(domain: str, evidence: Evidence) -> Trust:
    policy = evidence.policies.get(domain)
    if _is_allowed(domain, evidence) or any(_vouches(one, domain, evidence) for one in evidence.signatures):
        return Trust.ALIGNED
    silent = _might_vouch(domain, evidence)
    return Trust.FAILED if policy is not None and policy.is_enforced and not silent else Trust.UNVERIFIED


def _might_vouch(domain: str, evidence: Evidence) -> bool:
    """Whether something of the domain's own could not be asked; what others publish proves nothing for it."""
    if evidence.spf.verdict == "unasked":
        return True
    asked = [one.domain for one in evidence.signatures if one.verdict == "unknown"]
    if evidence.spf.verdict == "temperror":
        asked.append(evidence.spf.domain)
    return any(is_aligned(one, domain) for one in asked)


def _vouches(signature: Signature, domain: str, evidence: Evidence) -> bool:
    policy = evidence.policies.get(domain)
    # An owner whose policy could not be asked for may want it to the letter.
    strict = domain in evidence.silent or (policy is not None and policy.strict_dkim)
    return signature.verdict == "pass" and is_aligned(signature.domain, domain, strict=strict)


def _is_allowed(domain: str, evidence: Evidence) -> bool:
    policy, spf = evidence.policies.get(domain), evidence.spf
    strict = domain in evidence.silent or (policy is not None and policy.strict_spf)
    return spf.verdict == "pass" and is_aligned(spf.domain, domain, strict=strict)


def _of_dkim(author: Author, evidence: Evidence) -> list[str]:
    if not evidence.signatures:
        return ["no DKIM signature"]
    lines = []
    for one in evidence.signatures:
        aligned = any(_vouches(one, domain, evidence) for domain in author.domains)
        end = ("aligned" if aligned else "not aligned") if one.verdict == "pass" else one.why
        lines.append(f"DKIM d={one.domain or '?'} {one.verdict}, {end}")
    return lines


def _of_spf(author: Author, evidence: Evidence) -> str:
    spf = evidence.spf
    if spf.verdict == "unasked":
        return "SPF not asked: the mail was handed over from inside"
    if not spf.domain:
        return "no domain for SPF"
    if spf.verdict != "pass":
        return f"SPF {spf.verdict} for {spf.domain}"
    aligned = any(_is_allowed(domain, evidence) for domain in author.domains)
    return f"SPF pass for {spf.domain}, {'aligned' if aligned else 'not aligned'}"


def _of_dmarc(author: Author, evidence: Evidence) -> list[str]:
    lines = []
    for domain in author.domains:
        policy = evidence.policies.get(domain)
        if domain in evidence.silent:
            lines.append(f"DNS did not tell the DMARC policy of {domain}")
        elif policy is None:
            lines.append(f"{domain} publishes no DMARC policy")
        else:
            lines.append(f"{policy.domain} publishes DMARC p={policy.request}")
    return lines
