"""Rules whose shape is right and whose meaning is wrong, and every mistake that must be told about each."""

from __future__ import annotations

import pytest

from config.mistakes import PolicyError
from handlers.rules.check import check_rules
from handlers.rules.engine import compile_rules
from tests.handlers.rules.policies import policy_with

HEAD = '[[rule]]\nname = "r"\n'

# What is wrong begins in line 3; of each mistake the column and some words are given.
BROKEN: dict[str, tuple[str, list[tuple[int, str]]]] = {
    "unknown field": (
        'when.sobject.is = "x"',
        [(14, "unknown field 'sobject'; expected one of subject, body, ")],
    ),
    "field of a ticket": ('when.priority.is = "high"', [(15, "unknown field 'priority'")]),
    "field too deep": ('when.subject.text.is = "x"', [(19, "unknown field 'subject.text'")]),
    "field for an operator": (
        'when.requester.domain = "acme.example"',
        [(16, "requester.domain names no operator; expected requester.domain.is = …")],
    ),
    "header without operator": (
        'when.header."x-spam" = "YES"',
        [(13, 'header.x-spam is no header\'s name and an operator; expected header."x-spam".is = …')],
    ),
    "header without a name": (
        'when.header.is = "YES"',
        [(13, 'header.is is no header\'s name and an operator; expected header."list-id".is = …')],
    ),
    "unknown operator": (
        'when.subject.contians = "x"',
        [
            (
                14,
                "subject has no operator 'contians'; expected one of is, is_not, one_of, contains, ",
            )
        ],
    ),
    "operator of another type": (
        "when.subject.at_least = 3",
        [(14, "subject has no operator 'at_least'; expected one of is, is_not, one_of, contains, ")],
    ),
    "no order among languages": (
        'when.language.at_least = "en"',
        [(15, "language has no operator 'at_least'")],
    ),
    "a number for a text": ("when.subject.is = 3", [(19, "subject is a text, this is the number 3")]),
    "an empty text": ('when.subject.is = " "', [(19, "subject is a text, this is an empty text")]),
    "a text for a number": (
        'when.attachments.count.at_least = "3"',
        [(35, "attachments.count is a number, this is the text '3'")],
    ),
    "true for a number": (
        "when.attachments.count.is = true",
        [(29, "attachments.count is a number, this is true")],
    ),
    "a negative number": ("when.attachments.count.is = -1", [(29, "attachments.count is a number")]),
    "a list where one is wanted": (
        'when.subject.is = ["x"]',
        [(19, "is takes one value, this is a list; expected one_of = [...]")],
    ),
    "an empty list": ("when.subject.contains = []", [(25, "subject.contains has an empty list")]),
    "elements of a list": (
        'when.subject.contains = ["x", 3, "", "y"]',
        [(31, "subject is a text, this is the number 3"), (34, "subject is a text, this is an empty text")],
    ),
    "unknown trust": (
        'when.requester.trust.at_least = "alligned"',
        [
            (
                33,
                "unknown requester.trust 'alligned'; expected one of failed, unverified, aligned, token. Did",
            )
        ],
    ),
    "unknown kind": (
        'when.kind.is = "robot"',
        [(16, "unknown kind 'robot'; expected one of human, auto_reply")],
    ),
    "unknown mailbox": (
        'when.mailbox.is = "suport@acme.example"',
        [
            (
                19,
                "unknown mailbox 'suport@acme.example'; expected one of support@acme.example. Did you",
            )
        ],
    ),
    "unknown language": ('when.language.one_of = ["en", "fr"]', [(31, "unknown language 'fr'")]),
    "unknown status": ('when.ticket.status.is = "opened"', [(25, "unknown ticket.status 'opened'")]),
    "unknown priority": ('when.ticket.priority.at_most = "hihg"', [(32, "unknown ticket.priority 'hihg'")]),
    "unknown group": ('when.ticket.group.is = "bill"', [(24, "unknown ticket.group 'bill'")]),
    "unknown agent": ('when.ticket.agent.is_not = "anna"', [(28, "unknown ticket.agent 'anna'")]),
    "present": ('when.subject.present = "yes"', [(24, "present is the text 'yes'; expected true or false")]),
    "bad pattern": (
        'when.subject.matches = ["ok", "(a+"]',
        [(31, 'bad pattern "(a+": missing ): (a+; expected an RE2 pattern')],
    ),
    "a pattern with a back reference": ("when.subject.matches = '(a)\\1'", [(24, "bad pattern")]),
    "a pattern that looks ahead": ("when.subject.matches = '(?=a)'", [(24, "bad pattern")]),
    "a pattern that is too long": (
        f"when.subject.matches = '{'a' * 1001}'",
        [(24, "it is 1001 characters long, and at most 1000 are allowed")],
    ),
    "in unless": ('unless.sobject.is = "x"', [(16, "unknown field 'sobject'")]),
    "in an alternative": (
        'any_of = [{ subject.is = "a" }, { sobject.is = "b" }]',
        [(43, "unknown field 'sobject'")],
    ),
    "unknown action": (
        'then.gruop = "billing"',
        [
            (
                6,
                "unknown action 'gruop'; expected one of acknowledge, add_tags, agent, forward, group, ",
            )
        ],
    ),
    "action on an unknown group": (
        'then.group = "biling"',
        [(14, "unknown group 'biling'; expected one of first-line, billing. Did you mean 'billing'?")],
    ),
    "action on an unknown agent": ('then.agent = "Ana"', [(14, "unknown agent 'Ana'")]),
    "action on a list of groups": (
        'then.group = ["billing"]',
        [(14, "group is a list; expected a text in quotes")],
    ),
    "action on an unknown priority": ("then.priority = 1", [(17, "priority is the number 1")]),
    "action on an unknown language": ('then.language = "fr"', [(17, "unknown language 'fr'")]),
    "tags": (
        'then.add_tags = ["a b", 3, "ok"]',
        [(18, "the text 'a b' is no tag"), (25, "the number 3 is no tag")],
    ),
    "tags that are a text": (
        'then.add_tags = "invoice"',
        [(17, "add_tags is the text 'invoice'; expected a list")],
    ),
    "no tags": ("then.remove_tags = []", [(20, "remove_tags is an empty list")]),
    "stop": ('then.stop = "yes"', [(13, "stop is the text 'yes'; expected true or false")]),
    "acknowledge": ("then.acknowledge = 1", [(20, "acknowledge is the number 1; expected true, false or")]),
    "three lines": (
        'when.sobject.is = "x"\nwhen.subject.contains = [3]\nthen.gruop = "x"',
        [(14, "unknown field 'sobject'"), (26, "subject is a text"), (6, "unknown action 'gruop'")],
    ),
    "given": ('test = [{ given.sbject = "x", expect.match = true }]', [(26, "unknown field 'sbject'")]),
    "given of a wrong type": (
        "test = [{ given.subject = 3, expect.match = true }]",
        [(27, "subject is a text")],
    ),
    "given a list": ('test = [{ given.subject = ["x"], expect.match = true }]', [(27, "subject is a list")]),
    "given an unknown word": (
        'test = [{ given.trust = "high", expect.match = true }]',
        [(25, "unknown trust 'high'")],
    ),
    "expected action": ('test = [{ expect.grup = "billing" }]', [(25, "unknown action 'grup'")]),
    "expected value": (
        'test = [{ expect.group = "x", expect.match = 1 }]',
        [(26, "unknown group"), (46, "match is the")],
    ),
    "nothing and something": (
        'test = [{ expect.match = false, expect.group = "billing" }]',
        [(26, "a rule that does not match does nothing; expected expect.match = false alone")],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_every_mistake_of_a_rule_is_told_with_its_place(case: str) -> None:
    """Each broken rule yields exactly its mistakes, in order, with line, column and words."""
    text, expected = BROKEN[case]
    # Something to do, for the rules whose mistake is elsewhere.
    then = "" if "then." in text else "\nthen.stop = true"
    mistakes = check_rules(policy_with(f"{HEAD}{text}{then}\n"))
    first = 3
    lines = [first + index for index in range(len(text.split("\n")))]
    places = [(one.place.file, one.place.column) for one in mistakes]
    assert places == [("rules.toml", column) for column, _ in expected], [str(one) for one in mistakes]
    assert {one.place.line for one in mistakes} == set(lines)
    for mistake, (_, words) in zip(mistakes, expected, strict=True):
        assert words in str(mistake)


def test_broken_rules_are_not_compiled() -> None:
    """Rules with mistakes cannot be run; all mistakes of all rules are in the refusal."""
    text = f'{HEAD}when.sobject.is = "x"\nthen.stop = true\n[[rule]]\nname = "q"\nthen.gruop = "x"\n'
    with pytest.raises(PolicyError) as caught:
        compile_rules(policy_with(text))
    assert [(one.place.line, one.did_you_mean) for one in caught.value.mistakes] == [
        (3, "subject"),
        (7, "group"),
    ]


def test_what_is_meant_is_suggested() -> None:
    """Slips in fields, operators and actions come with the word that was meant."""
    text = (
        f'{HEAD}when.requester.dmain.is = "x"\nwhen.subject.contians = "x"\nwhen.priority.is = "x"\n'
        'then.prioriy = "high"\n'
    )
    meant = [one.did_you_mean for one in check_rules(policy_with(text))]
    assert meant == ["requester.domain", "contains", "ticket.priority", "priority"]
