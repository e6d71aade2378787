"""What handlers decided about a ticket and why, in sentences; traces are the handlers' own words, in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handlers.rules.legend import unfolded
from runtime.listing import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.event_views import Decision
    from store.legends import TraceView

Body = dict[str, Any]


class Said(msgspec.Struct, frozen=True):
    """One line about a decision; ``depth`` 1 is a detail of the line above it."""

    text: str
    depth: int = 0
    good: bool | None = None


def body_of(trace: TraceView | Decision) -> Body:
    """What a handler wrote down, rules in words."""
    return unfolded(msgspec.json.decode(trace.body), trace.legend)


def sentences(body: Body) -> list[Said]:
    """A decision as lines; one that no sentence is known for is shown as it was written."""
    for key, say in _SAYING.items():
        if key in body:
            return say(body)
    return [Said(_plain(body))]


def _threading(body: Body) -> list[Said]:
    by = body["threaded_by"]
    new = by.startswith("nothing")
    said = [
        Said(
            "opened a new ticket: the mail points at no other that it may join" if new else f"joined by {by}"
        )
    ]
    lost = [f"not #{one['ticket']} ({one['by']}): {one['why']}" for one in body.get("lost", ())]
    said += [Said(text, 1, good=False) for text in lost]
    if body.get("drift"):
        said.append(Said(f"{body['drift']}; the policy joins it all the same", 1))
    if body.get("spam"):
        said.append(Said(f"a filter took it for spam: {body['spam']}", 1))
    if body.get("trust"):
        said.append(Said(f"the sender is {body['trust']}: {'; '.join(body['trust_found'])}", 1))
    return said


def _rules(body: Body) -> list[Said]:
    rules = body["rules"]
    matched, missed = rules.get("matched", ()), rules.get("missed", ())
    said = [Said(f"{len(matched)} of {len(matched) + len(missed)} rules matched")]
    said += [Said(f"{one['rule']}: {_actions(one['actions'])}", 1, good=True) for one in matched]
    said += [Said(f"{one['rule']}: {one['why']}", 1, good=False) for one in missed]
    return said


def _actions(actions: Body) -> str:
    return ", ".join(f"{name} = {_plain(value)}" for name, value in actions.items()) or "no action"


def _assigned(body: Body) -> list[Said]:
    agent = body["assigned"]
    said = [Said(f"given to {agent}: {body['because']}" if agent else f"given to nobody: {body['because']}")]
    said += [Said(f"{name} had it: {why}", 1) for name, why in body.get("left", {}).items()]
    if body.get("loads"):
        loads = ", ".join(f"{name} {count}" for name, count in body["loads"].items())
        said.append(Said(f"open tickets before: {loads}", 1))
    if body.get("weights"):
        weights = ", ".join(f"{name} {weight}" for name, weight in body["weights"].items())
        said.append(Said(f"weighed by priority: {weights}", 1))
    said += [Said(f"not {name}: {why}", 1, good=False) for name, why in body.get("why_not", {}).items()]
    return said


def _acknowledged(body: Body) -> list[Said]:
    if body["acknowledged"]:
        return [Said(f"acknowledged in {body['language']}, outgoing {body['outgoing']}")]
    return [Said(f"not acknowledged: {body['because']}")]


def _suggested(body: Body) -> list[Said]:
    found = body["suggested"]
    said = [Said(f"found {len(found)} in the knowledge base")]
    for one in found:
        words = f", by {one['words']}" if one["words"] else ""
        words = f", named by the rule {one['rule']!r}" if one.get("rule") else words
        why_not = f"; its requester is not told: {one['why_not']}" if one["why_not"] else ""
        said.append(Said(f"{one['article']}: {one['score']}%{words}{why_not}", 1, good=not one["why_not"]))
    return said


def _alike(body: Body) -> list[Said]:
    said = [Said(f"{len(body['alike'])} past tickets are like this one")]
    for one in body["alike"]:
        words = _plain(one.get("why", []))
        said += [Said(f"#{one['ticket']}: {one['score']}%" + f", by {words}" * bool(words), 1)]
    return said


def _held(body: Body) -> list[Said]:
    return [Said(f"an agent's mail was held back: {body['held']}")]


def _given_up(body: Body) -> list[Said]:
    return [Said(f"given up: {body['given_up']} ({body['because']})")]


def _by_hand(body: Body) -> list[Said]:
    who = f" by {body['by']}" if body.get("by") else ""
    before = f", before that {body['before']}'s" if body.get("before") else ""
    return [Said(f"{body['by_hand']}{who}{before}")]


def _unowned(body: Body) -> list[Said]:
    told = _plain(body["unowned"]) or "nobody"
    said = [Said(f"told {told} that it has no agent: {body['because']}")]
    return said + [Said(f"not {name}: {why}", 1, good=False) for name, why in body.get("why_not", {}).items()]


def _yes_or_no(word: str) -> Callable[[Body], list[Said]]:
    def say(body: Body) -> list[Said]:
        return [Said(f"{word if body[word] else 'not ' + word}: {body.get('because', '')}".rstrip(": "))]

    return say


_SAYING: dict[str, Callable[[Body], list[Said]]] = {
    "threaded_by": _threading,
    "rules": _rules,
    "by_hand": _by_hand,
    "assigned": _assigned,
    "acknowledged": _acknowledged,
    "suggested": _suggested,
    "alike": _alike,
    "held": _held,
    "given_up": _given_up,
    "unowned": _unowned,
    "escalated": _yes_or_no("escalated"),
    "notified": _yes_or_no("notified"),
}


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(value)
