"""Check one mail's sender by DNS, within its time: DKIM, the owner's policy, SPF, and ARC where it helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from events.message import Trust
from ingest.trust.arc import last_seal
from ingest.trust.author import author_of, fields_of
from ingest.trust.client import address_of, is_outside
from ingest.trust.dmarc import find_policy
from ingest.trust.grade import Evidence, Graded, judge
from ingest.trust.letter import Letter
from ingest.trust.names import UnansweredError
from ingest.trust.result import read_stamp
from ingest.trust.signature import SIGNATURES_MOST, check_signature, signer_of
from ingest.trust.spf import Spf, check_spf
from ingest.trust.stamps import grade_results

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from events.message import Envelope
    from ingest.trust.author import Author
    from ingest.trust.client import Address
    from ingest.trust.dmarc import Policy
    from ingest.trust.names import Names, Questions

SECONDS: Final = 2.0
"""How long the whole check of one mail may wait for DNS."""


class Checker:
    """Checks senders; any number of threads may."""

    def __init__(
        self, names: Names, *, seconds: float = SECONDS, outside: Callable[[Address], bool] = is_outside
    ) -> None:
        """``outside`` says of which hosts SPF is asked; of a relay of our own it knows nothing."""
        self._names = names
        self._seconds = seconds
        self._outside = outside

    def check(
        self, raw: bytes, envelope: Envelope, arrived: datetime, arc_hosts: Collection[str] = ()
    ) -> Graded:
        """The grade of one mail's sender; where DNS does not answer, what is known without it.

        ``arrived`` is when signatures must not have expired; ``arc_hosts`` are domains whose seal counts.
        """
        now = arrived.timestamp()
        questions = self._names.asking(self._seconds)
        fields = fields_of(raw)
        author = author_of(fields)
        letter = Letter(raw, fields)
        claims = letter.every(b"dkim-signature")[:SIGNATURES_MOST]
        near = [field for field in claims if author.is_near(signer_of(field))]
        far = [field for field in claims if field not in near]
        # What the sender in From publishes comes first: a forger's own slow names must not use up the time.
        # Nor may that policy alone: a signature can prove a sender without it.
        policies, silent = _policies(author, questions.halved())
        signatures = [check_signature(field, letter, questions, now) for field in near]
        spf = self._spf(envelope, questions)
        signatures += [check_signature(field, letter, questions, now) for field in far]
        evidence = Evidence(signatures=tuple(signatures), spf=spf, policies=policies, silent=silent)
        graded = judge(author, evidence)
        if graded.trust is Trust.ALIGNED or not arc_hosts:
            return graded
        sealed = _sealed(author, letter, questions, now, arc_hosts)
        return Graded(Trust.ALIGNED, (*graded.found, sealed)) if sealed else graded

    def _spf(self, envelope: Envelope, questions: Questions) -> Spf:
        client = address_of(envelope.client)
        if client is None or not self._outside(client):
            return Spf("unasked")
        return check_spf(client, envelope.mail_from.strip("<>"), envelope.helo, questions)


def _policies(author: Author, questions: Questions) -> tuple[dict[str, Policy], frozenset[str]]:
    """The policy of each of the author's domains, and the domains of which DNS did not tell."""
    policies: dict[str, Policy] = {}
    silent = set()
    for domain in author.domains:
        try:
            policy = find_policy(domain, questions)
        except UnansweredError:
            silent.add(domain)
            continue
        if policy is not None:
            policies[domain] = policy
    return policies, frozenset(silent)


def _sealed(
    author: Author, letter: Letter, questions: Questions, now: float, arc_hosts: Collection[str]
) -> str:
    """What a host that is trusted sealed, in words, where it found the mail aligned before passing it on."""
    seal = last_seal(letter, questions, now) if letter.every(b"arc-seal") else None
    stamp = read_stamp(seal.stamp) if seal is not None and seal.domain in arc_hosts else None
    if seal is None or stamp is None:
        return ""
    graded = grade_results(author, list(stamp.results), stamp.authserv_id)
    return f"sealed by {seal.domain} (ARC) as aligned" if graded.trust is Trust.ALIGNED else ""
