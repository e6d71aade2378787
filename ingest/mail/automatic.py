"""Who wrote this: a person, or which kind of machine. Rules in order; the first that holds decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from events.message import Kind
from ingest.mail import delivery
from ingest.mail.evidence import is_daemon, is_no_reply
from ingest.mail.late import late
from ingest.mail.phrases import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from events.message import Address
    from ingest.mail.delivery import Verdict
    from ingest.mail.evidence import Evidence

_RELAYS: Final = 20
_AWAY = late(
    lambda: re.compile(rf"^[\s\[(*\"'«“]*(?:{pattern('away')})[\s\])*\"'»”!.]*(?:[:\uff1a]|$)", re.IGNORECASE)
)
_AWAY_BRACKETED = late(lambda: re.compile(rf"^\s*[\[(](?:{pattern('away')})[\])]", re.IGNORECASE))
_AWAY_SHORT = re.compile(
    rf"^[\s\[(*\"']*(?:{pattern('away_short')})[\s\])*\"'!.]*(?:[:\uff1a]|$)", re.IGNORECASE
)
_AUTO_REPLY_FIELDS: Final = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder",
                             "x-autoreply-from", "x-mail-autoreply")  # fmt: skip
_LIST_FIELDS: Final = ("list-id", "list-unsubscribe", "list-post")
_ANSWERS: Final = ("in-reply-to", "references", "x-auto-response-suppress")
_BULK: Final = frozenset({"list", "bulk", "junk"})
_NO_REPLY: Final = "no-reply sender"
_ROBOT: Final = "a mail robot's address"
_SUPPRESS: Final = frozenset({"all", "oof", "autoreply"})


def classify(evidence: Evidence) -> tuple[Kind, str]:
    """The kind of a message and the name of the rule that decided; a person where none holds."""
    for rule in RULES:
        verdict = rule(evidence)
        if verdict is not None:
            return verdict
    return Kind.HUMAN, ""


def never_answer(evidence: Evidence) -> str:
    """Why no automatic answer may go to this sender, whatever the kind; empty where one may."""
    suppress = {word.strip() for word in re.split(r"[,;\s]+", evidence.value("x-auto-response-suppress"))}
    reasons = (
        ("x-despacho-loop" in evidence.fields, "our own loop header"),
        (evidence.own, "our own address"),
        (evidence.null_sender, "null sender"),
        (evidence.no_reply, _NO_REPLY),
        (evidence.daemon, _ROBOT),
        (bool(suppress & _SUPPRESS), "X-Auto-Response-Suppress"),
        (evidence.fields.count("received") > _RELAYS, "too many Received"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def never_answer_to(person: Address) -> str:
    """Why no automatic answer may go to whoever has this address, as far as it tells; else empty."""
    if is_no_reply(person):
        return _NO_REPLY
    return _ROBOT if is_daemon(person) else ""


def _auto_replied(evidence: Evidence) -> Verdict:
    """RFC 3834 section 5, and the headers that programs used before and beside it."""
    if evidence.value("auto-submitted").startswith("auto-replied"):
        return Kind.AUTO_REPLY, "Auto-Submitted: auto-replied"
    for name in _AUTO_REPLY_FIELDS:
        if name in evidence.fields and evidence.value(name) not in {"no", "false", "0"}:
            return Kind.AUTO_REPLY, name
    if "auto_reply" in {evidence.value("precedence"), evidence.value("x-precedence")}:
        return Kind.AUTO_REPLY, "Precedence: auto_reply"
    if evidence.value("delivered-to") == "autoresponder":
        return Kind.AUTO_REPLY, "Delivered-To: Autoresponder"
    return None


def _away_subject(evidence: Evidence) -> Verdict:
    """The whole subject, or all before its colon, is what an absence assistant writes."""
    subject = evidence.subject[:300]
    if _AWAY.match(subject) or _AWAY_BRACKETED.match(subject):
        return Kind.AUTO_REPLY, "absence in subject"
    answers = evidence.null_sender or any(name in evidence.fields for name in _ANSWERS)
    if answers and _AWAY_SHORT.match(subject):
        return Kind.AUTO_REPLY, "absence in subject of an answer"
    return None


def _bounce_tag(evidence: Evidence) -> Verdict:
    """Our own signed return address (VERP). After the automatic answers: those go to return addresses too."""
    return (Kind.BOUNCE, "our return address") if evidence.tagged else None


def _calendar(evidence: Evidence) -> Verdict:
    """RFC 5546."""
    if evidence.calendar_method in {"reply", "counter"}:
        return Kind.CALENDAR, f"calendar {evidence.calendar_method}"
    return None


def _generated(evidence: Evidence) -> Verdict:
    """RFC 3834: some program, without being asked."""
    submitted = evidence.value("auto-submitted")
    if submitted and submitted != "no":
        return Kind.AUTO_GENERATED, "Auto-Submitted"
    if evidence.no_reply:
        return Kind.AUTO_GENERATED, "no-reply sender"
    return (Kind.AUTO_GENERATED, "null sender") if evidence.null_sender or evidence.daemon else None


def _list(evidence: Evidence) -> Verdict:
    """RFC 2369, RFC 2919, RFC 3834 section 2."""
    for name in _LIST_FIELDS:
        if name in evidence.fields:
            return Kind.LIST, name
    return (Kind.LIST, "Precedence") if evidence.value("precedence") in _BULK else None


RULES: Final[tuple[Callable[[Evidence], Verdict], ...]] = (
    *delivery.RULES,
    _auto_replied,
    _away_subject,
    _bounce_tag,
    _calendar,
    _generated,
    _list,
)
"""In this order; the first that holds decides."""
