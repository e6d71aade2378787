"""Who wrote this: a person, or which kind of machine. Rules in order; the first that holds decides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from events.message import Address, Kind
from ingest.mail import block, dsn, header
from ingest.mail.phrases import every

if TYPE_CHECKING:
    from collections.abc import Callable

Verdict = tuple[Kind, str] | None

_RELAYS: Final = 20
_BODY: Final = 4000


def _any_of(kind: str) -> str:
    return "|".join(re.escape(phrase) for phrase in every(kind))


_DAEMON_LOCAL = re.compile(
    r"^(?:mailer[-_.]?daemon|post[-_.]?master|mail[-_.]?daemon|mdaemon|maildaemon|mail-?deliver\w*)(?:[-+._].*)?$"
)
_DAEMON_NAME = re.compile(rf"(?<!\w)(?:{_any_of('daemon')})(?!\w)", re.IGNORECASE)
_UNDELIVERED = re.compile(rf"(?<!\w)(?:{_any_of('undelivered')})", re.IGNORECASE)
_DELAYED = re.compile(rf"(?<!\w)(?:{_any_of('delayed')})", re.IGNORECASE)
_FAILURE = re.compile(rf"(?<!\w)(?:{_any_of('failure')})", re.IGNORECASE)
_AWAY = re.compile(rf"^[\s\[(*\"'«“]*(?:{_any_of('away')})[\s\])*\"'»”!.]*(?:[:\uff1a]|$)", re.IGNORECASE)
_AWAY_BRACKETED = re.compile(rf"^\s*[\[(](?:{_any_of('away')})[\])]", re.IGNORECASE)
_AWAY_SHORT = re.compile(
    rf"^[\s\[(*\"']*(?:{_any_of('away_short')})[\s\])*\"'!.]*(?:[:\uff1a]|$)", re.IGNORECASE
)
_NO_REPLY = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|dont[-_.]?reply|no[-_.]?responder|no[-_.]?responda|no[-_.]?contestar"
    r"|ikke[-_.]?svar|svar[-_.]?ikke|noreply\w*|nao[-_.]?responda|ne[-_.]?pas[-_.]?repondre)(?:[-+._].*)?$"
)
_AUTO_REPLY_FIELDS: Final = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder",
                             "x-autoreply-from", "x-mail-autoreply")  # fmt: skip
_LIST_FIELDS: Final = ("list-id", "list-unsubscribe", "list-post")
_BULK: Final = frozenset({"list", "bulk", "junk"})
_SUPPRESS: Final = frozenset({"all", "oof", "autoreply"})


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules look at: ``sender`` is what From says, ``null_sender`` that it came from ``<>``."""

    fields: block.Fields
    types: frozenset[str]
    report_type: str
    calendar_method: str
    sender: Address
    null_sender: bool
    subject: str
    text: str
    fates: tuple[dsn.Fate, ...]
    bounce_tag: bool
    own: bool = False

    @property
    def daemon(self) -> bool:
        """Whether the sender is a mail robot by address or name, or is nobody."""
        local = self.sender.address.rpartition("@")[0] or self.sender.address
        nobody = not self.sender.address and self.fields.first("from").endswith(b"<>")
        return bool(nobody or _DAEMON_LOCAL.match(local) or _DAEMON_NAME.search(self.sender.name))

    def value(self, name: str) -> str:
        """One header in lower case, without comments and parameters."""
        return re.split(r"[;(]", header.text(self.fields.first(name)).lower())[0].strip()


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
    local = evidence.sender.address.rpartition("@")[0]
    reasons = (
        ("x-despacho-loop" in evidence.fields, "our own loop header"),
        (evidence.own, "our own address"),
        (evidence.null_sender, "null sender"),
        (bool(_NO_REPLY.match(local)), "no-reply sender"),
        (evidence.daemon, "a mail robot's address"),
        (bool(suppress & _SUPPRESS), "X-Auto-Response-Suppress"),
        (evidence.fields.count("received") > _RELAYS, "too many Received"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _feedback(evidence: Evidence) -> Verdict:
    """RFC 5965."""
    if "message/feedback-report" in evidence.types or evidence.report_type == "feedback-report":
        return Kind.ARF, "feedback report"
    return None


def _disposition(evidence: Evidence) -> Verdict:
    """RFC 8098."""
    if evidence.types & {"message/disposition-notification", "message/global-disposition-notification"}:
        return Kind.MDN, "disposition notification"
    if evidence.report_type == "disposition-notification":
        return Kind.MDN, "report-type disposition-notification"
    return None


def _delivery_status(evidence: Evidence) -> Verdict:
    """RFC 3464: the actions say whether it failed, is late, or arrived."""
    if not evidence.types & dsn.TYPES or not (
        evidence.report_type or evidence.daemon or evidence.null_sender
    ):
        return None
    actions = {fate.action for fate in evidence.fates if fate.action}
    if actions and actions <= {"delayed"}:
        return Kind.DELAY, "delivery status: delayed"
    if actions and actions <= {"delivered", "relayed", "expanded"}:
        return Kind.AUTO_GENERATED, "delivery status: delivered"
    return Kind.BOUNCE, "delivery status"


def _report_without_status(evidence: Evidence) -> Verdict:
    """RFC 6522 without the part it promises."""
    return (Kind.BOUNCE, "report-type delivery-status") if evidence.report_type == "delivery-status" else None


def _failed_recipients(evidence: Evidence) -> Verdict:
    """Exim and Gmail."""
    return (Kind.BOUNCE, "X-Failed-Recipients") if "x-failed-recipients" in evidence.fields else None


def _delayed(evidence: Evidence) -> Verdict:
    """A robot says that it is still trying."""
    if (evidence.daemon or evidence.null_sender) and _DELAYED.search(evidence.subject):
        return Kind.DELAY, "delivery delay in subject"
    return None


def _undelivered_subject(evidence: Evidence) -> Verdict:
    """A robot or nobody (RFC 5321 section 4.5.5) says in the subject that mail was not delivered."""
    if (evidence.daemon or evidence.null_sender) and _UNDELIVERED.search(evidence.subject):
        return Kind.BOUNCE, "delivery failure in subject"
    return None


def _undelivered_body(evidence: Evidence) -> Verdict:
    """A robot says in the body that mail was not delivered."""
    if evidence.daemon and _FAILURE.search(evidence.text[:_BODY]):
        return Kind.BOUNCE, "delivery failure in body"
    return None


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
    answers = evidence.null_sender or "in-reply-to" in evidence.fields or "references" in evidence.fields
    if answers and _AWAY_SHORT.match(subject):
        return Kind.AUTO_REPLY, "absence in subject of an answer"
    return None


def _bounce_tag(evidence: Evidence) -> Verdict:
    """Our own signed return address (VERP). After the automatic answers: those go to return addresses too."""
    return (Kind.BOUNCE, "our return address") if evidence.bounce_tag else None


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
    if _NO_REPLY.match(evidence.sender.address.rpartition("@")[0]):
        return Kind.AUTO_GENERATED, "no-reply sender"
    return (Kind.AUTO_GENERATED, "null sender") if evidence.null_sender or evidence.daemon else None


def _list(evidence: Evidence) -> Verdict:
    """RFC 2369, RFC 2919, RFC 3834 section 2."""
    for name in _LIST_FIELDS:
        if name in evidence.fields:
            return Kind.LIST, name
    return (Kind.LIST, "Precedence") if evidence.value("precedence") in _BULK else None


RULES: Final[tuple[Callable[[Evidence], Verdict], ...]] = (
    _feedback,
    _disposition,
    _delivery_status,
    _report_without_status,
    _failed_recipients,
    _delayed,
    _undelivered_subject,
    _undelivered_body,
    _auto_replied,
    _away_subject,
    _bounce_tag,
    _calendar,
    _generated,
    _list,
)
"""In this order; the first that holds decides."""
