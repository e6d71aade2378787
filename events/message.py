"""One contact as every part of Despacho sees it, whatever channel it came by."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from events import domains


class Kind(enum.StrEnum):
    """What wrote the message; only ``HUMAN`` is ever answered automatically."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    LIST = "list"
    BOUNCE = "bounce"
    DELAY = "delay"
    ARF = "arf"
    MDN = "mdn"
    CALENDAR = "calendar"


class Trust(enum.StrEnum):
    """How far the sender is who they say they are, best first."""

    TOKEN = "token"  # noqa: S105 - a grade, not a secret
    ALIGNED = "aligned"
    UNVERIFIED = "unverified"
    FAILED = "failed"

    @property
    def rank(self) -> int:
        """Larger is more trusted; ``at_least`` in rules compares ranks."""
        return {Trust.TOKEN: 3, Trust.ALIGNED: 2, Trust.UNVERIFIED: 1, Trust.FAILED: 0}[self]


class Address(msgspec.Struct, frozen=True):
    """A mail address in lower case, its domain in A-labels, with the display name that stood beside it."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part after the last ``@``, or an empty string."""
        return self.address.rpartition("@")[2]

    @property
    def shown(self) -> str:
        """The address for people to read: international domains in their own letters (RFC 5891).

        A label whose letters are of several scripts stays as it travels, for it may only look like another.
        """
        local, at, domain = self.address.rpartition("@")
        return f"{local}{at}{domains.shown(domain)}"


class Attachment(msgspec.Struct, frozen=True):
    """A file in a message; its content stays in the raw and is found by ``part``."""

    name: str
    type: str
    size: int
    part: int
    content_id: str = ""
    inline: bool = False


class Terms(msgspec.Struct, frozen=True, omit_defaults=True):
    """On which terms a contact is taken that somebody of the desk hands over: it did not come by itself.

    What is ``past`` keeps its date, starts no clock, reopens nothing and wakes nobody; ``solved`` opens a
    solved ticket. Without ``acknowledge`` no customer has mail about it, without ``notify`` no agent.
    ``by`` is the agent who wrote it down, and then its channel says how it came; ``group`` and ``language``
    are what they said of it.
    """

    past: bool = False
    solved: bool = False
    acknowledge: bool = True
    notify: bool = True
    by: str = ""
    group: str = ""
    language: str = ""


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the channel itself knew: who handed the message over, for whom, and on which terms.

    ``whole`` is how many octets the message has of which only the beginning was taken; 0 where all was.
    """

    mail_from: str = ""
    recipients: tuple[str, ...] = ()
    client: str = ""
    helo: str = ""
    encrypted: bool = False
    whole: int = 0
    terms: Terms | None = None


class Bounce(msgspec.Struct, frozen=True):
    """What a delivery report says (RFC 3464)."""

    recipients: tuple[str, ...] = ()
    status: str = ""
    permanent: bool = True
    original_ids: tuple[str, ...] = ()
    outgoing: int | None = None


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an agent's mail asked to have written down, and what was ``wrong`` with that, a name each mistake.

    ``who`` and ``how`` are what was understood, or else what stood there.
    """

    agent: str
    who: str = ""
    how: str = ""
    wrong: tuple[str, ...] = ()


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the desk knows already that may answer a message: an article, by ``name`` and ``language``.

    ``score`` says how sure the search was, in per cent; ``why`` are the words that both have, as their stems,
    and ``passage`` is where the article says most about them. Only what is ``public`` is for customers.
    """

    name: str
    language: str
    title: str
    score: int
    public: bool = False
    why: tuple[str, ...] = ()
    passage: str = ""


class Alike(msgspec.Struct, frozen=True, omit_defaults=True):
    """A past ticket that asked much the same: how alike it is, in per cent, and the words that both have."""

    ticket: int
    score: int
    why: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One normalised contact, immutable.

    ``text`` is the whole body and is always kept; ``new_words`` is the body without quotes and
    signature, and equals ``text`` where nothing could be cut. ``cut_certain`` is false where the cut is a
    guess: such words are shown whole, and are never sent on as an agent's reply. ``language`` is an ISO 639-1
    code, or empty when undecided. ``sender_certain`` is false where From is missing, names several or can be
    read in two ways: such a sender is shown and can be answered, and is nobody that the desk knows. ``hops``
    counts the hosts on its way (Received, RFC 5321 section 6.3), ``entered_at`` is when the first of them
    took it.
    ``thread`` is the source's own name for the conversation, where it has one, and ``alert`` says of what it
    watches that it is ``firing`` or ``resolved``; both are of sources that prove their requests.
    ``raw`` is the key of the exact bytes in the store. ``trust_found`` says in words what ``trust`` rests on,
    ``brought`` tells agents who brought it where that was not ``sender`` (a form, an agent who forwards), and
    ``spam`` which filter of the operator's own took the mail for spam (empty: none did). ``asked`` is there
    where an agent's mail wanted something written down and had mistakes in it. ``suggestions`` are what was
    found for it as it was read, the likeliest first, and ``alike`` past tickets.
    Times are UTC.
    """

    channel: str
    source_key: str
    mailbox: str
    received_at: datetime
    raw: str
    envelope: Envelope = Envelope()
    sender: Address = Address("")
    sender_certain: bool = True
    trust: Trust = Trust.UNVERIFIED
    trust_found: tuple[str, ...] = ()
    spam: str = ""
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    new_words: str = ""
    cut_certain: bool = True
    attachments: tuple[Attachment, ...] = ()
    language: str = ""
    sent_at: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    kind: Kind = Kind.HUMAN
    kind_because: str = ""
    never_answer: str = ""
    hops: int = 0
    thread: str = ""
    alert: str = ""
    entered_at: datetime | None = None
    bounce: Bounce | None = None
    brought: str = ""
    asked: Asked | None = None
    headers: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    alike: tuple[Alike, ...] = ()

    @property
    def terms(self) -> Terms:
        """On which terms it is taken; the usual ones, where it came by itself."""
        return self.envelope.terms or _USUAL


_USUAL = Terms()
