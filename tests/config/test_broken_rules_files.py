"""Rules, channels and folders that are wrong in their shape, and every mistake that must be told."""

from __future__ import annotations

import pytest

from config.loader import examine_files

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\n'
THEN = "then.stop = true\n"

RULES: dict[str, tuple[str, list[tuple[int, int, str]]]] = {
    "plural": (
        f'[[rules]]\nname = "r"\n{THEN}',
        [(1, 3, "unknown key 'rules'; expected one of rule. Did you mean 'rule'?")],
    ),
    "no name": (f"[[rule]]\n{THEN}", [(1, 3, "name is missing")]),
    "name twice": (
        f'[[rule]]\nname = "r"\n{THEN}[[rule]]\nname = "R"\n{THEN}',
        [(5, 8, "there is a rule 'R' already, in line 2")],
    ),
    "unknown event": (
        f'[[rule]]\nname = "r"\non = ["opn", "reply", "reply"]\n{THEN}',
        [
            (
                3,
                7,
                "unknown event 'opn'; expected one of open, reply, change, deadline. Did you mean 'open'?",
            ),
            (3, 23, "named twice"),
        ],
    ),
    "no event": (f'[[rule]]\nname = "r"\non = []\n{THEN}', [(3, 6, "the rule runs on nothing")]),
    "event is a text": (
        f'[[rule]]\nname = "r"\non = "open"\n{THEN}',
        [(3, 6, "on is the text 'open'; expected a list")],
    ),
    "does nothing": ('[[rule]]\nname = "r"\n', [(1, 3, "the rule does nothing; expected then.…")]),
    "empty then": (
        '[[rule]]\nname = "r"\nthen = {}\n',
        [(3, 8, "the rule does nothing; expected an action")],
    ),
    "then is a text": ('[[rule]]\nname = "r"\nthen = "billing"\n', [(3, 8, "then is the text 'billing'")]),
    "misspelt then": (
        '[[rule]]\nname = "r"\nthan.stop = true\n',
        [
            (
                3,
                1,
                "unknown key 'than'; expected one of name, on, when, unless, any_of, then, test. Did you",
            )
        ],
    ),
    "no operator": (
        f'[[rule]]\nname = "r"\nwhen.subject = "x"\nunless.channel = "y"\n{THEN}',
        [(3, 6, "when.subject names no operator"), (4, 8, "unless.channel names no operator")],
    ),
    "empty field": (
        f'[[rule]]\nname = "r"\nwhen.subject = {{}}\n{THEN}',
        [(3, 6, "when.subject names no operator")],
    ),
    "empty when": (f'[[rule]]\nname = "r"\nwhen = {{}}\n{THEN}', [(3, 8, "there is no condition here")]),
    "when is a list": (
        f'[[rule]]\nname = "r"\nwhen = []\n{THEN}',
        [(3, 8, "when is a list; expected a table")],
    ),
    "alternatives": (
        f'[[rule]]\nname = "r"\nany_of = [{{}}, "x", {{ subject = "x" }}]\n{THEN}',
        [
            (3, 11, "there is no condition"),
            (3, 15, "an element of any_of is the text 'x'"),
            (3, 22, "names no operator"),
        ],
    ),
    "no alternatives": (
        f'[[rule]]\nname = "r"\nany_of = []\n{THEN}',
        [(3, 10, "any_of has no alternatives")],
    ),
    "test without expectation": (
        f'[[rule]]\nname = "r"\n{THEN}[[rule.test]]\ngiven.subject = "x"\n',
        [(4, 8, "the test expects nothing")],
    ),
    "misspelt expectation": (
        f'[[rule]]\nname = "r"\n{THEN}[[rule.test]]\nexpct.match = true\ngivn.subject = "x"\n',
        [
            (5, 1, "unknown key 'expct'; expected one of given, expect. Did you mean 'expect'?"),
            (6, 1, "unknown key 'givn'"),
        ],
    ),
    "a test before any rule": (
        "[[rule.test]]\nexpect.match = true\n",
        [(1, 3, "rule is a table; expected a list of tables, each begun by [[rule]]")],
    ),
    "columns count letters, not bytes": (
        f'[[rule]]\nname = "r"\non = ["öåñ", "x"]\n{THEN}',
        [(3, 7, "unknown event 'öåñ'"), (3, 14, "unknown event 'x'")],
    ),
    "a key of a second rule": (
        f'[[rule]]\nname = "a"\n{THEN}\n[[rule]]\nname = "b"\n{THEN}stop = true\n',
        [(8, 1, "unknown key 'stop'")],
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_every_mistake_of_a_rules_file_is_told_with_its_place(case: str) -> None:
    """Each file of rules that is wrong in shape yields exactly its mistakes, with line, column and words."""
    text, expected = RULES[case]
    mistakes = examine_files({"desk.toml": DESK, "rules.toml": text}).mistakes
    told = [(one.place.file, one.place.line, one.place.column) for one in mistakes]
    assert told == [("rules.toml", line, column) for line, column, _ in expected], list(map(str, mistakes))
    for mistake, (_, _, words) in zip(mistakes, expected, strict=True):
        assert words in str(mistake)


def test_a_channel_or_a_key_that_nobody_reads() -> None:
    """It is a mistake, not a silent nothing."""
    text = '[smtp]\nmax_size = "25 MB"\n[stmp]\n'
    told = [str(one) for one in examine_files({"desk.toml": DESK, "channels.toml": text}).mistakes]
    assert told == [
        "channels.toml:2:1: unknown key 'max_size'; expected one of check, authserv_id, arc_hosts, mx",
        (
            "channels.toml:3:2: unknown key 'stmp'; expected one of smtp, webhook, imap, dkim, form, "
            "outgoing_webhook. Did you mean 'smtp'?"
        ),
    ]


def test_mistakes_of_all_files_come_at_once() -> None:
    """The mistakes of every file, one of them no TOML at all, are told together, by file and line."""
    files = {
        "desk.toml": DESK + "colour = 1\n",
        "rules.toml": "[[rule]]\nname = \n",
        "channels.toml": "x = 1\n",
        "rule.toml": "",
        "templates/es/Acknowledged.txt": "",
        "templates/spanish.txt": "",
        "tests/mail.msg": "",
    }
    told = [(one.place.file, one.place.line) for one in examine_files(files).mistakes]
    assert told == [
        ("channels.toml", 1),
        ("desk.toml", 4),
        ("rule.toml", 0),
        ("rules.toml", 2),
        ("templates/es/Acknowledged.txt", 0),
        ("templates/spanish.txt", 0),
        ("tests/mail.msg", 0),
    ]
