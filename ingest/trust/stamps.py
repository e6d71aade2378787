"""Our own MX's word about a sender, from the fields that it put on top of the mail (RFC 8601).

The MX must take out fields that come in under its name (RFC 8601 section 5). Read here are only those that
stand together, topmost; where they contradict each other the worst counts.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from events.message import Trust
from ingest.trust.author import author_of, fields_of
from ingest.trust.domains import is_aligned, plain
from ingest.trust.grade import Graded
from ingest.trust.result import read_stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.mail.block import Fields
    from ingest.trust.author import Author
    from ingest.trust.result import Result, Stamp

_STAMP: Final = "authentication-results"
_ASKS_FOR = re.compile(r"\b(?:p|policy|action|policy\.dmarc)=(none|quarantine|o?reject)\b")
_PASSES: Final = frozenset({"pass", "bestguesspass"})
SHOWN_MOST: Final = 8
"""Results that are repeated in words."""


def read_stamps(raw: bytes, authserv_id: str) -> Graded:
    """The grade that our own MX's stamps lead to; ``authserv_id`` is its name there, in lower case."""
    fields = fields_of(raw)
    results = _ours(fields, authserv_id)
    if results is None:
        return Graded(Trust.UNVERIFIED, (f"no stamp of {authserv_id}",))
    return grade_results(author_of(fields), results, authserv_id)


def grade_results(author: Author, results: list[Result], who: str) -> Graded:
    """The grade that somebody's results lead to, in whose word we trust."""
    said = tuple(f"{who}: {_in_words(result)}" for result in results[:SHOWN_MOST])
    dmarc = [result for result in results if result.method == "dmarc"]
    if any(_is_failure(result) for result in dmarc):
        return Graded(Trust.FAILED, said)
    if author.unclear:
        return Graded(Trust.UNVERIFIED, (author.unclear, *said))
    domain = author.domains[0]
    fine = all(result.verdict in _PASSES for result in dmarc) and any(_is_about(one, domain) for one in dmarc)
    if not any(result.verdict == "fail" for result in dmarc) and (fine or _vouched(results, domain)):
        return Graded(Trust.ALIGNED, said)
    return Graded(Trust.UNVERIFIED, said or (f"{who} found nothing",))


def is_stamped(fields: Fields, authserv_id: str) -> bool:
    """Whether our own MX has stamped a mail."""
    return _ours(fields, authserv_id) is not None


def _ours(fields: Fields, authserv_id: str) -> list[Result] | None:
    """The results in the topmost fields of that name that stand together; ``None`` where there is none."""
    stamps: list[Stamp] = []
    for name, value in fields:
        stamp = read_stamp(value) if name.lower() == _STAMP else None
        if stamp is not None and stamp.authserv_id == authserv_id:
            stamps.append(stamp)
        elif stamps:
            break
    return _agreed(stamps) if stamps else None


def _agreed(stamps: list[Stamp]) -> list[Result]:
    """What stamps say, without a pass that is not in each of those that tell of its method."""
    telling = Counter(method for stamp in stamps for method in {one.method for one in stamp.results})
    passes = Counter(
        claim for stamp in stamps for claim in {_claim(one) for one in stamp.results if _passed(one)}
    )
    told = (one for stamp in stamps for one in stamp.results)
    return [one for one in told if not _passed(one) or passes[_claim(one)] == telling[one.method]]


def _passed(result: Result) -> bool:
    return result.verdict in _PASSES


def _claim(result: Result) -> tuple[str, str]:
    """A method, and for whom it passed."""
    about = result.properties.get("header.from", "") if result.method == "dmarc" else _signer(result)
    return result.method, about


def _is_failure(result: Result) -> bool:
    """A DMARC fail whose owner wants such mail stopped; not every MX says what the owner wants."""
    if result.verdict != "fail":
        return False
    written = " ".join((result.remarks, *(f"{name}={value}" for name, value in result.properties.items())))
    found = _ASKS_FOR.search(written)
    return found is not None and found[1] != "none"


def _is_about(result: Result, domain: str) -> bool:
    return plain(result.properties.get("header.from", domain)) == domain


def _vouched(results: Iterable[Result], domain: str) -> bool:
    """Where no DMARC policy is published, what would pass one."""
    return any(
        result.verdict == "pass" and is_aligned(_signer(result), domain)
        for result in results
        if result.method in {"dkim", "spf"}
    )


def _signer(result: Result) -> str:
    names = ("header.d", "header.i") if result.method == "dkim" else ("smtp.mailfrom", "smtp.helo")
    value = next((result.properties[name] for name in names if name in result.properties), "")
    return plain(value.rpartition("@")[2])


def _in_words(result: Result) -> str:
    shown = [f"{name}={value}" for name, value in result.properties.items() if name.partition(".")[2]]
    return " ".join((f"{result.method}={result.verdict}", *shown))[:200]
