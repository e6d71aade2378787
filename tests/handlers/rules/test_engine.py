"""Rules at work: order, stop, exceptions, alternatives, and why each did or did not match."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.rules.decision import Decision, Matched, Outcome
from handlers.rules.legend import Missed, unfolded
from tests.handlers.rules.policies import facts, rules_with

INVOICES = """
[[rule]]
name = "Invoices"
when.subject.contains = ["invoice", "factura", "faktura"]
when.requester.domain.is = "acme.example"
when.requester.trust.at_least = "aligned"
unless.channel.is = "alert"
then.group = "billing"
then.priority = "high"
then.add_tags = ["Invoice"]
then.stop = true
"""


def test_a_rule_matches_when_all_its_lines_hold() -> None:
    """All of ``when`` and none of ``unless`` make a match, with every action in the outcome."""
    known = facts(
        subject="Fakturaen", requester__domain="ACME.example", requester__trust="token", channel="smtp"
    )
    decision = rules_with(INVOICES).run("open", known)
    actions = {"group": "billing", "priority": "high", "add_tags": ["Invoice"], "stop": True}
    assert decision.matched == (Matched("Invoices", actions),)
    assert decision.missed == ()
    assert decision.outcome == Outcome(
        changes={"group": "billing", "priority": "high"}, add_tags=["invoice"], stop=True
    )


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"subject": "Hi"}, "subject", 'subject is "Hi", the rule wants a word that begins with'),
        ({"requester__domain": "x.example"}, "requester.domain", 'requester.domain is "x.example"'),
        (
            {"requester__trust": "unverified"},
            "requester.trust",
            "requester.trust is unverified, the rule wants at least aligned",
        ),
        ({"channel": "Alert"}, "channel", 'channel is "Alert", which the rule excepts'),
        ({"subject": "Hi", "channel": "alert"}, "subject", "subject is"),
    ],
)
def test_why_not_is_the_first_line_that_keeps_it_from_matching(
    changed: dict[str, str], field: str, why: str
) -> None:
    """A rule that does not match names its first line that did not hold, and the value that was there."""
    right = {"subject": "factura", "requester__domain": "acme.example", "requester__trust": "aligned"}
    decision = rules_with(INVOICES).run("open", facts(**{"channel": "smtp", **right, **changed}))
    assert decision.matched == ()
    (missed,) = decision.missed
    assert (missed.rule, missed.field) == ("Invoices", field)
    assert missed.why.startswith(why)
    assert decision.outcome == Outcome()


def _rule(name: str, lines: str, on: str = "") -> str:
    return f'[[rule]]\nname = "{name}"\n{on}\n{lines}\n'


def test_rules_run_in_file_order_and_later_ones_have_their_way() -> None:
    """Two rules that match both act; where they disagree the later one wins, and the trace shows both."""
    text = _rule("a", 'then.group = "billing"\nthen.priority = "low"') + _rule(
        "b", 'then.group = "first-line"'
    )
    decision = rules_with(text).run("open", facts())
    assert [one.rule for one in decision.matched] == ["a", "b"]
    assert decision.outcome.changes == {"group": "first-line", "priority": "low"}
    assert decision.rule_of("group") == "b"
    assert decision.rule_of("priority") == "a"
    assert not decision.rule_of("agent")


def test_stop_ends_the_rules() -> None:
    """After a rule that stops none is looked at, and each of them says so."""
    text = _rule("a", "then.stop = true") + _rule("b", 'then.group = "billing"')
    decision = rules_with(text).run("open", facts())
    assert decision.outcome.changes == {}
    assert decision.missed == (Missed("b", "it was not looked at: 'a' stops all rules after it"),)


def test_a_stop_that_is_false_stops_nothing() -> None:
    """``stop = false`` is as if it were not there."""
    text = _rule("a", "then.stop = false") + _rule("b", 'then.group = "billing"')
    assert rules_with(text).run("open", facts()).outcome.changes == {"group": "billing"}


def test_rules_see_what_rules_before_them_changed() -> None:
    """Group, priority, tags and language are for a later rule what the earlier ones made them."""
    text = (
        _rule(
            "a",
            'then.group = "billing"\nthen.priority = "urgent"\nthen.add_tags = ["X"]\nthen.language = "nb"',
        )
        + _rule("b", 'when.ticket.group.is = "billing"\nthen.add_tags = ["group"]')
        + _rule("c", 'when.ticket.priority.at_least = "high"\nthen.add_tags = ["priority"]')
        + _rule("d", 'when.ticket.tags.contains = "x"\nthen.remove_tags = ["x", "old"]')
        + _rule("e", 'unless.ticket.tags.contains = ["x", "old"]\nthen.add_tags = ["gone"]')
        + _rule("f", 'when.language.is = "nb"\nthen.agent = "ana"')
        + _rule("g", 'when.ticket.agent.is = "ana"\nthen.acknowledge = false')
    )
    known = facts(ticket__tags=("old",), ticket__group="", language="en")
    decision = rules_with(text).run("open", known)
    assert [one.rule for one in decision.matched] == list("abcdefg")
    assert decision.outcome == Outcome(
        changes={"group": "billing", "priority": "urgent", "language": "nb", "agent": "ana"},
        add_tags=["group", "priority", "gone"],
        remove_tags=["x", "old"],
        acknowledge=False,
    )
    assert known.raw["ticket.tags"] == ("old",)
    assert known.raw["language"] == "en"


def test_a_tag_that_is_removed_and_added_again_is_added() -> None:
    """Of two rules about one tag the later one has its way."""
    text = _rule("a", 'then.remove_tags = ["x"]') + _rule("b", 'then.add_tags = ["X"]')
    assert rules_with(text).run("open", facts()).outcome == Outcome(add_tags=["x"])


def test_a_tag_that_is_named_twice_is_one() -> None:
    """Two rules that add or remove the same tag do it once."""
    text = _rule("a", 'then.add_tags = ["x"]\nthen.remove_tags = ["y"]')
    text += _rule("b", 'then.add_tags = ["X"]\nthen.remove_tags = ["Y"]')
    assert rules_with(text).run("open", facts()).outcome == Outcome(add_tags=["x"], remove_tags=["y"])


def test_a_rule_runs_at_its_events_only() -> None:
    """Without ``on`` a rule runs as a ticket opens; at other events it is not even mentioned."""
    text = _rule("a", 'then.group = "billing"') + _rule(
        "b", 'then.priority = "low"', 'on = ["reply", "change"]'
    )
    rules = rules_with(text)
    told = {
        event: [one.rule for one in rules.run(event, facts()).matched]
        for event in ("open", "reply", "change")
    }
    assert told == {"open": ["a"], "reply": ["b"], "change": ["b"]}
    assert rules.run("open", facts()).missed == ()
    assert rules.run("deadline", facts()) == Decision()


def test_alternatives_need_one_that_holds_whole() -> None:
    """Of ``any_of`` one alternative must hold with all its lines, besides ``when``."""
    text = _rule(
        "a",
        'when.language.is = "en"\nany_of = [{ subject.is = "x", body.is = "y" }, { subject.is = "z" }]\n'
        'then.group = "billing"',
    )
    rules = rules_with(text)
    assert rules.run("open", facts(language="en", subject="X", body="Y")).matched
    assert rules.run("open", facts(language="en", subject="Z")).matched
    assert not rules.run("open", facts(language="es", subject="Z")).matched
    (missed,) = rules.run("open", facts(language="en", subject="x")).missed
    assert missed.why == (
        'none of its 2 alternatives holds: body is empty, the rule wants "y"; '
        'subject is "x", the rule wants "z"'
    )


def test_a_rule_fires_once_in_a_chain_of_events() -> None:
    """A rule that has matched in this chain of causes does not match again, and says so."""
    text = _rule("a", 'then.group = "billing"', 'on = ["change"]')
    decision = rules_with(text).run("change", facts(), fired={"a"})
    assert decision.missed == (Missed("a", "it has matched before in this chain of events"),)


def test_a_decision_is_kept_as_json() -> None:
    """A decision is written down in numbers beside its legend, and tells the same in words when read back."""
    text = INVOICES + _rule("b", 'then.acknowledge = false\nthen.remove_tags = ["x"]')
    text += _rule("c", 'any_of = [{ subject.is = "x" }, { ticket.tags.contains = "y" }]\nthen.stop = true')
    decision = rules_with(text).run("open", facts(subject="æøå"), fired={"none"})
    assert decision.legend is not None
    kept = msgspec.json.encode({"rules": decision.written(decision.legend.key)})
    assert b"the rule wants" not in kept
    told = unfolded(msgspec.json.decode(kept), decision.legend.text)["rules"]
    assert msgspec.convert(told["missed"], tuple[Missed, ...]) == decision.missed
    assert [one.rule for one in decision.missed] == ["Invoices", "c"]
    assert told["matched"] == list(msgspec.to_builtins(decision.matched))
    assert told["outcome"] == msgspec.to_builtins(decision.outcome)


def test_an_explanation_is_never_long() -> None:
    """However long the mail and the rule, why-not is a line of 300 characters at most."""
    words = ", ".join(f'"{chr(97 + index) * 100}"' for index in range(20))
    text = _rule("a", f"when.subject.contains = [{words}]\nthen.stop = true")
    (missed,) = rules_with(text).run("open", facts(subject="z" * 100_000)).missed
    assert len(missed.why) == 300


def test_no_rules_decide_nothing() -> None:
    """A desk without rules changes nothing."""
    assert rules_with("").run("open", facts(subject="x")) == Decision()


def test_threads_may_share_the_rules() -> None:
    """Rules that run in eight threads at once decide as they do in one."""
    rules = rules_with(INVOICES)
    known = facts(subject="factura", requester__domain="acme.example", requester__trust="aligned")
    expected = rules.run("open", known)
    with ThreadPoolExecutor(8) as pool:
        assert set(map(str, pool.map(lambda _: rules.run("open", known), range(400)))) == {str(expected)}


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["x", "y", "z"]), st.booleans()), min_size=1, max_size=6),
    st.sampled_from(["x", "y", "z"]),
)
def test_every_rule_is_accounted_for_once(rules: list[tuple[str, bool]], subject: str) -> None:
    """Every rule of the event is either matched or missed, and none that matches comes after a stop."""
    text = "".join(
        _rule(str(index), f'when.subject.is = "{word}"\nthen.stop = {str(stop).lower()}')
        for index, (word, stop) in enumerate(rules)
    )
    decision = rules_with(text).run("open", facts(subject=subject))
    told = [one.rule for one in decision.matched] + [one.rule for one in decision.missed]
    assert sorted(told) == [str(index) for index in range(len(rules))]
    expected: list[str] = []
    for index, (word, stop) in enumerate(rules):
        if word == subject:
            expected.append(str(index))
            if stop:
                break
    assert [one.rule for one in decision.matched] == expected
