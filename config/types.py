"""A policy as values: who works here, for which addresses, under which rules.

A policy is one versioned unit. Everything here is plain and immutable; what a rule's conditions and actions
mean is the business of ``handlers.rules``, which compiles `RuleText` into something that can be run.
"""

from __future__ import annotations

import enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from config.choices import Drift
from config.directory import Directory
from config.duty import Assign, Duty, Shift
from config.lifecycle import Lifecycle, Satisfaction
from config.limits import Limits
from config.modes import Mode, acts
from config.opening import Hours
from config.retention import Retention
from config.sla import Sla
from config.suggestions import Suggestions
from config.vocabulary import (
    Canary,
    Deadlines,
    Organisation,
    OutgoingWebhook,
    Phrases,
    Spam,
    TicketField,
    Watch,
)

if TYPE_CHECKING:
    from config.dkim import DkimText  # noqa: TC004 - it needs `Place` from here
    from config.form import FormText  # noqa: TC004 - it needs what stands here
    from config.imap import ImapText  # noqa: TC004 - it needs `Mistake` from here
    from config.webhooks import WebhookText  # noqa: TC004 - it needs `Place` from here


class SenderCheck(enum.StrEnum):
    """How a sender's trust is found out: by us from DNS, from our own MX's stamps, or not at all."""

    OFF = "off"
    DNS = "dns"
    HEADERS = "headers"


class Place(msgspec.Struct, frozen=True):
    """Where in the operator's files something stands; line and column count from 1."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """As editors and compilers print it: ``rules.toml:4:15``."""
        parts = [self.file, *(str(number) for number in (self.line, self.column) if number)]
        return ":".join(parts)


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong in a policy, said so that it can be mended without reading our code."""

    place: Place
    what: str
    expected: str = ""
    did_you_mean: str = ""

    def __str__(self) -> str:
        """One line: place, what is wrong, what was expected, a suggestion."""
        text = f"{self.place}: {self.what}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.did_you_mean:
            text += f". Did you mean {self.did_you_mean!r}?"
        return text


class Mailbox(msgspec.Struct, frozen=True, kw_only=True):
    """An address of the desk; ``aliases`` are further addresses that mean the same mailbox.

    ``check`` is how its senders are checked, where that is not as in ``channels.toml``. ``reply_to_from`` are
    addresses and domains of forms: what they send is of whom their Reply-To names. ``mode``: not the desk's.
    """

    address: str
    name: str = ""
    group: str = ""
    language: str = ""
    aliases: tuple[str, ...] = ()
    check: SenderCheck | None = None
    reply_to_from: tuple[str, ...] = ()
    mode: Mode | None = None
    calendar: str = ""


class SmtpText(msgspec.Struct, frozen=True, kw_only=True):
    """``[smtp]`` of ``channels.toml``: how senders are checked.

    ``authserv_id`` is the name under which our own MX stamps what it found (RFC 8601). ``arc_hosts`` are
    domains whose sealed word (RFC 8617) is taken for mail that they passed on. All in lower case. ``mx`` are
    the networks from which our own MX hands mail over; without any it is one that is not on the internet.
    """

    check: SenderCheck = SenderCheck.OFF
    authserv_id: str = ""
    arc_hosts: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Someone who answers tickets. ``id`` is a short name in ``[a-z0-9_]``; capacity 0 means no limit.

    ``superior`` is the id of whoever is above; ``experience`` (0 to 9) says who knows more.
    """

    id: str
    name: str
    address: str
    languages: tuple[str, ...] = ()
    capacity: int = 0
    superior: str = ""
    experience: int = 0
    duty: Duty = Duty()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A set of agents, by id; with ``time_required`` they are asked for their time on what they solved.

    Without ``assign`` the one with the fewest tickets gets the next.
    """

    name: str
    agents: tuple[str, ...] = ()
    time_required: bool = False
    calendar: str = ""
    watch: Watch = Watch()
    assign: Assign | None = None


class DeskText(msgspec.Struct, frozen=True, kw_only=True):
    """``desk.toml``; ``digest_to`` hears what is set aside, ``acknowledge_within`` is seconds (0: any)."""

    name: str
    mode: Mode = Mode.LIVE
    acknowledge_within: int = 86_400
    languages: tuple[str, ...] = ("en",)
    mailboxes: tuple[Mailbox, ...] = ()
    agents: tuple[Agent, ...] = ()
    groups: tuple[Group, ...] = ()
    shifts: tuple[Shift, ...] = ()
    hours: Hours = Hours()
    calendars: tuple[Hours, ...] = ()
    slas: tuple[Sla, ...] = ()
    limits: Limits = Limits()
    deadlines: Deadlines = Deadlines()
    spam: Spam = Spam()
    retention: Retention = Retention()
    drift: Drift = Drift.JOIN
    lifecycle: Lifecycle = Lifecycle()
    unowned: Watch = Watch()
    satisfaction: Satisfaction | None = None
    suggestions: Suggestions = Suggestions()
    digest_to: str = ""
    canary: Canary | None = None
    loops_after_received: int = 50
    organisations: tuple[Organisation, ...] = ()
    fields: tuple[TicketField, ...] = ()


class ConditionText(msgspec.Struct, frozen=True):
    """One line under ``when`` or ``unless``: a field, an operator and what it is compared with.

    ``place`` is the line's, ``value_place`` where the value begins, ``element_places`` those of a list.
    """

    field: str
    operator: str
    value: Any
    place: Place
    value_place: Place | None = None
    element_places: tuple[Place, ...] = ()


class ActionText(msgspec.Struct, frozen=True):
    """One line under ``then``; the places are as in `ConditionText`."""

    name: str
    value: Any
    place: Place
    value_place: Place | None = None
    element_places: tuple[Place, ...] = ()


class RuleText(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it was written, with the place of every line.

    All of ``when`` must hold, none of ``unless``, and, where there is an ``any_of``, all lines of one of its
    alternatives. ``on`` says at which events it runs: ``open``, ``reply``, ``change``, ``deadline``.
    """

    name: str
    place: Place
    on: tuple[str, ...] = ("open",)
    when: tuple[ConditionText, ...] = ()
    unless: tuple[ConditionText, ...] = ()
    any_of: tuple[tuple[ConditionText, ...], ...] = ()
    then: tuple[ActionText, ...] = ()
    tests: tuple[RuleTest, ...] = ()


class RuleTest(msgspec.Struct, frozen=True, kw_only=True):
    """An example beside a rule: given these fields, these actions are expected (or no match).

    ``given`` is by a field's whole name, ``requester.domain``; the places are those of the values, by name.
    """

    place: Place
    given: dict[str, Any]
    expect: dict[str, Any]
    given_places: dict[str, Place] = {}
    expect_places: dict[str, Place] = {}


class Policy(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One version of all that the operator says; ``version`` is 0 until it is stored.

    ``files`` are the operator's files as they were, name to text, so that a stored version can be shown,
    compared and put back; ``templates`` overrides ours, ``es/acknowledged.txt`` to text.
    """

    desk: DeskText
    smtp: SmtpText = SmtpText()
    webhooks: tuple[WebhookText, ...] = ()
    imap: tuple[ImapText, ...] = ()
    dkim: tuple[DkimText, ...] = ()
    form: FormText | None = None
    outgoing_webhooks: tuple[OutgoingWebhook, ...] = ()
    phrases: Phrases = {}
    rules: tuple[RuleText, ...] = ()
    templates: dict[str, str] = {}
    files: dict[str, str] = {}
    version: int = 0

    def agent(self, agent_id: str) -> Agent | None:
        """The agent of that id."""
        return self._directory.agents.get(agent_id)

    def agent_at(self, address: str) -> Agent | None:
        """The agent who has this address, in lower case."""
        return self._directory.agents_at.get(address)

    def is_staff(self, address: str) -> bool:
        """Whether an address is a mailbox of the desk or an agent's."""
        return self.mailbox(address) is not None or self.agent_at(address) is not None

    def group(self, name: str) -> Group | None:
        """The group of that name."""
        return self._directory.groups.get(name)

    def is_live(self, mailbox: str) -> bool:
        """Whether mail to this mailbox is answered, flagged and moved; in shadow it is only taken in."""
        return acts(self.desk, self.mailbox(mailbox))

    def sender_check(self, channel: str, mailbox: str) -> SenderCheck:
        """How senders of mail that came by this channel to this mailbox are checked."""
        if channel != "smtp":
            return SenderCheck.OFF
        found = self.mailbox(mailbox)
        return self.smtp.check if found is None or found.check is None else found.check

    def webhook(self, name: str) -> WebhookText | None:
        """The webhook of that name."""
        return next((webhook for webhook in self.webhooks if webhook.name == name), None)

    def webhook_of(self, channel: str) -> WebhookText | None:
        """The webhook whose contacts are filed under this channel."""
        return next((webhook for webhook in self.webhooks if webhook.channel == channel), None)

    def mailbox(self, address: str) -> Mailbox | None:
        """The mailbox that has this address or alias; a ``+tag`` in the local part and case are ignored."""
        return self._directory.mailbox(address)

    @cached_property
    def _directory(self) -> Directory:
        return Directory(self.desk)
