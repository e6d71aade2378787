"""The rules that tell delivery reports, complaints and receipts from other mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from events.message import Kind
from ingest.mail import dsn, notification
from ingest.mail.late import late
from ingest.mail.phrases import pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.mail.evidence import Evidence

Verdict = tuple[Kind, str] | None

_ARRIVED: Final = frozenset({"delivered", "relayed", "expanded", "deliverable"})
_UNDELIVERED = late(lambda: re.compile(rf"(?<!\w)(?:{pattern('undelivered')})", re.IGNORECASE))
_DELAYED = late(lambda: re.compile(rf"(?<!\w)(?:{pattern('delayed')})", re.IGNORECASE))
_FAILURE = late(lambda: re.compile(rf"(?<!\w)(?:{pattern('failure')})", re.IGNORECASE))
_STILL_TRYING = re.compile(
    r"(?i)delayed for more than|this is a warning (?:message )?only|not yet been delivered"
    r"|attempts? (?:to deliver[^.]{0,60})?will (?:continue|be retried)|will be retried until"
    r"|only a temporary failure|still being retried"
)
_COMPLAINT = re.compile(
    r"(?i)^(?:complaint about message from \S+|email feedback report for \S+"
    r"|\[?(?:abuse|spam) (?:report|complaint))"
)
_BEGINS = re.compile(
    r"(?i)^[\s*#=-]*(?:this message was created automatically by (?:the )?mail"
    r"|this is an automatically generated delivery status|non-?delivery (?:report|notification)[\s*#=-]*$"
    r"|this is the mail (?:system|delivery (?:system|agent)) at)",
    re.MULTILINE,
)
_ANSWER = re.compile(r"(?i)^\s*(?:re|fwd?|sv|vs|aw|wg|rv|tr|i|enc|antw)\s*(?:\[\d+\])?\s*[:\uff1a]")
_LIST_ROBOT = re.compile(
    r"^(?:.{1,60}[-_.](?:admin|request|owner|bounces|help|return\w*)|sympa|listserv|majordomo|mailman|listmaster)$"
)
_LIST_FIELDS: Final = ("x-mlserver", "x-mailman-version", "x-list-administrivia", "mailing-list", "list-id",
                       "x-sympa-to", "x-ml-name", "x-listserver")  # fmt: skip
_LIST_REFUSES = re.compile(
    r"(?i)\bnot (?:a )?member\b|\bnot (?:allowed|authorized|permitted) to (?:post|send)|\bhas been rejected\b"
    r"|\bwas rejected\b|\brejected by\b|\b(?:loop alert|duplicated message-id)\b"
    r"|\b(?:can|could) ?not be distributed\b"
)


def notified(evidence: Evidence) -> Verdict:
    """Amazon's notices of what became of a mail (SNS, JSON in the body)."""
    notice = notification.read(evidence.fields, evidence.text)
    if notice is None:
        return None
    kind = {"bounce": Kind.BOUNCE, "complaint": Kind.ARF, "deliverydelay": Kind.DELAY}
    return kind.get(notice.kind, Kind.AUTO_GENERATED), f"notification: {notice.kind}"


def feedback(evidence: Evidence) -> Verdict:
    """RFC 5965, and the complaints of those who send the mail complained of without a report."""
    if "message/feedback-report" in evidence.types or evidence.report_type == "feedback-report":
        return Kind.ARF, "feedback report"
    if "message/rfc822" in evidence.types and _COMPLAINT.match(evidence.subject):
        return Kind.ARF, "complaint in subject"
    return None


def disposition(evidence: Evidence) -> Verdict:
    """RFC 8098; a refusal that is written as a receipt is a bounce (RFC 5429 section 2.1.2)."""
    if not (evidence.types & dsn.RECEIPTS or evidence.report_type == "disposition-notification"):
        return None
    refused = any(fate.action == "deleted" for fate in evidence.fates)
    if refused and _UNDELIVERED.search(evidence.subject):
        return Kind.BOUNCE, "disposition notification: refused"
    return Kind.MDN, "disposition notification"


def delivery_status(evidence: Evidence) -> Verdict:
    """RFC 3464: the actions say whether it failed, is late, or arrived."""
    if not evidence.types & dsn.TYPES or not (
        evidence.report_type or evidence.daemon or evidence.null_sender
    ):
        return None
    actions = {fate.action for fate in evidence.fates if fate.action}
    if actions and actions <= {"delayed"}:
        return Kind.DELAY, "delivery status: delayed"
    if actions and actions <= _ARRIVED:
        return Kind.AUTO_GENERATED, "delivery status: delivered"
    return Kind.BOUNCE, "delivery status"


def report_without_status(evidence: Evidence) -> Verdict:
    """RFC 6522 without the part it promises."""
    return (Kind.BOUNCE, "report-type delivery-status") if evidence.report_type == "delivery-status" else None


def failed_recipients(evidence: Evidence) -> Verdict:
    """Exim and Gmail."""
    return (Kind.BOUNCE, "X-Failed-Recipients") if "x-failed-recipients" in evidence.fields else None


def delayed(evidence: Evidence) -> Verdict:
    """A robot says that it is still trying."""
    if not evidence.reporter:
        return None
    if _DELAYED.search(evidence.subject):
        return Kind.DELAY, "delivery delay in subject"
    if _UNDELIVERED.search(evidence.subject) and _STILL_TRYING.search(evidence.opening):
        return Kind.DELAY, "delivery delay in body"
    return None


def undelivered_subject(evidence: Evidence) -> Verdict:
    """A robot or nobody (RFC 5321 section 4.5.5) says in the subject that mail was not delivered."""
    if evidence.reporter and _UNDELIVERED.search(evidence.subject):
        return Kind.BOUNCE, "delivery failure in subject"
    return None


def undelivered_body(evidence: Evidence) -> Verdict:
    """A robot says in the body that mail was not delivered; a postmaster who answers us is a person."""
    if evidence.local == "postmaster" and "in-reply-to" in evidence.fields:
        return None
    if evidence.daemon and _FAILURE.search(evidence.opening):
        return Kind.BOUNCE, "delivery failure in body"
    return None


def returned(evidence: Evidence) -> Verdict:
    """An address that takes no mail returns one, and says why."""
    if not (evidence.no_reply or evidence.reporter) or not evidence.returns_a_mail:
        return None
    if _UNDELIVERED.search(evidence.subject) or _FAILURE.search(evidence.opening):
        return Kind.BOUNCE, "mail returned"
    return None


def begins_as_report(evidence: Evidence) -> Verdict:
    """Subject and first words are a mail system's, whoever sends it; an answer or a forward is a person's."""
    if _ANSWER.match(evidence.subject) or "in-reply-to" in evidence.fields:
        return None
    if _UNDELIVERED.match(evidence.subject) and _BEGINS.match(evidence.opening):
        return Kind.BOUNCE, "begins as a delivery report"
    return None


def list_refusal(evidence: Evidence) -> Verdict:
    """A mailing list's robot does not pass a mail on."""
    if not _LIST_ROBOT.match(evidence.local) or not any(name in evidence.fields for name in _LIST_FIELDS):
        return None
    if _ANSWER.match(evidence.subject):
        return None
    if _LIST_REFUSES.search(evidence.subject) or _LIST_REFUSES.search(evidence.text[:600]):
        return Kind.BOUNCE, "refused by a mailing list"
    return None


RULES: Final[tuple[Callable[[Evidence], Verdict], ...]] = (
    notified,
    feedback,
    disposition,
    delivery_status,
    report_without_status,
    failed_recipients,
    delayed,
    undelivered_subject,
    undelivered_body,
    returned,
    begins_as_report,
    list_refusal,
)
"""In this order; the first that holds decides."""
