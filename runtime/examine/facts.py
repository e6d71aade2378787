"""What a manifest says about a message, asked of our reading of it, one answer a fact."""

from __future__ import annotations

import collections
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.message import Kind
from ingest.mail import guard, html
from runtime.examine.explain import bare_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from events.message import Message

EXACT: Final = "new words: exact"
KEPT: Final = "new words: nothing lost"
CLEAN: Final = "new words: nothing leaked"
"""The three questions about new words; the dangerous failure is the second."""
LOST: Final = 0.05
"""The part of the expected words that may be missing before words count as lost."""
_REPORTS: Final = frozenset({Kind.BOUNCE, Kind.DELAY})
_INVENTED: Final = ".0.9"
"""In statuses that another project made up where a report has none (5.0.910 and the like)."""


class Answer(msgspec.Struct, frozen=True):
    """One fact: what was expected and what was found."""

    fact: str
    right: bool
    expected: Any
    found: Any


def of_words(expect: Mapping[str, Any], words: str) -> Iterator[Answer]:
    """The facts about new words; white space is folded."""
    got = folded(words)
    if "reply" in expect:
        yield from _of_reply(folded(expect["reply"]), got)
    if "reply_html_nows" in expect:
        wanted = "".join(html.to_text(expect["reply_html_nows"], guard.Meter()).split())
        yield Answer(EXACT, wanted == "".join(words.split()), wanted, got)
    for piece in expect.get("reply_contains", ()):
        yield Answer("reply_contains", folded(piece) in got, piece, got)
    for piece in expect.get("reply_not_contains", ()):
        yield Answer("reply_not_contains", folded(piece) not in got, piece, got)
    if "reply_match" in expect:
        patterns = expect["reply_match"]
        patterns = [patterns] if isinstance(patterns, str) else patterns
        found = all(re.search(pattern, words, re.DOTALL) for pattern in patterns)
        yield Answer("reply_match", found, patterns, got)


def of_message(expect: Mapping[str, Any], message: Message, languages: tuple[str, ...]) -> Iterator[Answer]:
    """The facts about a whole mail; ``lang`` is asked where it is one of the languages looked for."""
    for fact, found in _readings(message).items():
        if fact in expect:
            wanted = _comparable(fact, expect[fact])
            yield Answer(fact, wanted == _comparable(fact, found), expect[fact], found)
    statuses = [status for status in expect.get("bounce_status") or () if _INVENTED not in status]
    if statuses:
        status = message.bounce.status if message.bounce else ""
        yield Answer("bounce_status", status in statuses, statuses, status)
    if expect.get("lang") in languages:
        yield Answer("lang", message.language == expect["lang"], expect["lang"], message.language)


def folded(text: str) -> str:
    """The text with white space folded."""
    return " ".join(text.split())


def _of_reply(wanted: str, got: str) -> Iterator[Answer]:
    expected, found = collections.Counter(wanted.split()), collections.Counter(got.split())
    missing, surplus = (expected - found).total(), (found - expected).total()
    yield Answer(EXACT, wanted == got, wanted, got)
    yield Answer(KEPT, missing <= LOST * expected.total(), wanted, got)
    yield Answer(CLEAN, surplus == 0, wanted, got)


def _readings(message: Message) -> dict[str, Any]:
    """What we read, by the names of the facts."""
    report = message.bounce
    names = [one.name for one in message.attachments]
    return {
        "subject": message.subject,
        "from_addr": message.sender.address,
        "from_name": message.sender.name,
        "date": message.sent_at,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "text_body": message.text,
        "attachments": len(names),
        "attachment_names": names,
        "is_bounce": message.kind in _REPORTS,
        "is_auto": message.kind is not Kind.HUMAN,
        "is_auto_reply": message.kind is Kind.AUTO_REPLY,
        "is_feedback": message.kind is Kind.ARF,
        "is_temporary": report is not None and not report.permanent,
        "bounce_recipients": list(report.recipients) if report else [],
        "bounce_count": len(report.recipients) if report else 0,
    }


def _comparable(fact: str, value: Any) -> Any:
    """Both sides alike: text folded and in lower case, lists sorted, dates as moments."""
    if fact == "date":
        return _moment(value)
    if fact == "in_reply_to" and isinstance(value, str):
        value = value.split()
    if isinstance(value, str):
        return bare_id(folded(value)).lower()
    return sorted(bare_id(str(one)).lower() for one in value) if isinstance(value, list) else value


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
