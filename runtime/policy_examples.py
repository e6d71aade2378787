"""Run a policy's example mails: each is read as real mail is, and the rules run as on a ticket of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from config.example_mails import ExampleMail, example_mails
from config.mistakes import listed, near
from config.types import ActionText, Mistake, Place, Policy
from events.message import Envelope, Message
from handlers.rules.catalogue import ACTIONS
from handlers.rules.examples import is_met
from handlers.rules.facts import Facts
from handlers.rules.fields import FIELDS, field_named
from handlers.rules.kinds import MANY
from handlers.rules.seen import RequesterView, Seen, TicketView
from handlers.rules.show import show
from handlers.rules.values import check_value, several
from ingest.mail import Context, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from handlers.rules.decision import Decision
    from handlers.rules.engine import CompiledRules

RULES = "rules"
"""What an example may expect besides actions: the names of all rules that match, in order."""
_KEPT = ("group", "agent", "priority", "language", "status")
"""What a ticket has whether or not a rule spoke of it."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one example: ``mistakes`` are what was not as expected."""

    name: str
    matched: tuple[str, ...]
    mistakes: tuple[Mistake, ...]


def check_examples(policy: Policy) -> list[Mistake]:
    """All that is wrong with how the example mails and their expectations are written."""
    mistakes: list[Mistake] = []
    for example in example_mails(policy.files, mistakes):
        for name, value in example.given.items():
            mistakes += _check_given(name, value, example.given_places.get(name, example.place), policy)
        for name, value in example.expect.items():
            mistakes += _check_expected(name, value, example.expect_places.get(name, example.place), policy)
    return mistakes


def run_examples(
    policy: Policy, rules: CompiledRules, tell: Callable[[Result], object] = lambda _result: None
) -> list[Result]:
    """Run every example; ``tell`` hears of each as it is done."""
    results = []
    for example in example_mails(policy.files, []):
        result = _run(example, policy, rules)
        results.append(result)
        tell(result)
    return results


def _run(example: ExampleMail, policy: Policy, rules: CompiledRules) -> Result:
    message = _read(example, policy)
    facts = _facts(example, message, policy, rules)
    decision = rules.run("open", facts)
    matched = tuple(one.rule for one in decision.matched)
    able = {rule.name: {one.name for one in rule.then} for rule in policy.rules}
    judge = _Judge(example, decision, facts, able)
    wrong = (judge.unmet(name, wanted) for name, wanted in example.expect.items())
    mistakes = tuple(one for one in wrong if one is not None)
    return Result(name=example.name, matched=matched, mistakes=mistakes)


def _read(example: ExampleMail, policy: Policy) -> Message:
    """The mail as it would be read if it came in now."""
    given = example.given.get("mailbox")
    mailbox = policy.mailbox(str(given)) if given else None
    boxes = policy.desk.mailboxes
    context = Context(
        channel="smtp",
        source_key=example.name,
        mailbox=(mailbox or boxes[0]).address,
        received_at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        raw_key=example.name,
        envelope=Envelope(),
        languages=policy.desk.languages,
        keyring=None,
        own_addresses=lambda address: policy.mailbox(address) is not None,
    )
    message = read(example.raw, context)
    to = next((box for one in (*message.to, *message.cc) if (box := policy.mailbox(one.address))), None)
    return msgspec.structs.replace(message, mailbox=(mailbox or to or boxes[0]).address)


def _facts(example: ExampleMail, message: Message, policy: Policy, rules: CompiledRules) -> Facts:
    mailbox = policy.mailbox(message.mailbox)
    spoken = policy.desk.languages
    wished = (message.language, mailbox.language if mailbox else "")
    ticket = TicketView(
        group=mailbox.group if mailbox else "",
        language=next((one for one in wished if one in spoken), spoken[0]),
        created_at=message.received_at,
    )
    trust = str(example.given.get("trust", example.given.get("requester.trust", message.trust.value)))
    requester = RequesterView(address=message.sender.address, name=message.sender.name, trust=trust)
    seen = Seen(message, ticket, requester, desk=policy.desk, phrasebook=rules.phrasebook)
    facts = Facts({}, seen)
    given = {"trust": trust} | {
        name: tuple(several(value)) if (field := field_named(name)) and field.type in MANY else value
        for name, value in example.given.items()
    }
    facts.change(given)
    return facts


class _Judge:
    """Compares what came out with what was expected of one example."""

    def __init__(
        self, example: ExampleMail, decision: Decision, facts: Facts, able: Mapping[str, set[str]]
    ) -> None:
        """``able`` are the actions of each rule."""
        self._example = example
        self._decision = decision
        self._facts = facts
        self._able = able

    def unmet(self, name: str, wanted: Any) -> Mistake | None:
        """What is not as expected, and which rule did it or was kept from doing it by which condition."""
        got = self._got(name)
        if (got == several(wanted)) if name == RULES else is_met(wanted, got):
            return None
        there = show(tuple(got) if isinstance(got, list) else got, quoted=False)
        because = "" if name == RULES else _because(name, self._decision, self._able)
        place = self._example.expect_places.get(name, self._example.place)
        expected = show(tuple(several(wanted)), quoted=False)
        return Mistake(place, f"{self._example.name}: {name} is {there}{because}", expected)

    def _got(self, name: str) -> Any:
        if name == RULES:
            return [one.rule for one in self._decision.matched]
        got = ACTIONS[name].got(self._decision.outcome)
        if got is None and name in _KEPT:
            return self._facts.raw[name if name == "language" else f"ticket.{name}"] or None
        return got


def _because(name: str, decision: Decision, able: Mapping[str, set[str]]) -> str:
    """The rule that did it; else why the first rule that could have did not match."""
    by = decision.rule_of(name)
    if by:
        return f", by the rule {by!r}"
    first = next((one for one in decision.missed if name in able.get(one.rule, ())), None)
    return f"; the rule {first.rule!r} does not match: {first.why}" if first else ""


def _check_given(name: str, value: object, place: Place, policy: Policy) -> list[Mistake]:
    field = field_named(name)
    if field is None:
        return [Mistake(place, f"unknown field {name!r}", f"one of {listed(FIELDS, 60)}", near(name, FIELDS))]
    wrong = (check_value(field, one, place, policy) for one in several(value))
    return [one for one in wrong if one is not None]


def _check_expected(name: str, value: object, place: Place, policy: Policy) -> list[Mistake]:
    if name == RULES:
        known = [rule.name for rule in policy.rules]
        return [
            Mistake(place, f"unknown rule {one!r}", f"one of {listed(known)}", near(str(one), known))
            for one in several(value)
            if one not in known
        ]
    action = ACTIONS.get(name)
    if action is None:
        known = [*ACTIONS, RULES]
        return [Mistake(place, f"unknown action {name!r}", f"one of {listed(known, 40)}", near(name, known))]
    return action.check(ActionText(name, value, place, place), policy)
