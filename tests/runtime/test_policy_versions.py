"""`despacho policy` with versions: what differs, what was, and going back to it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from runtime.settings import load
from tests.runtime.desk_at_hand import DeskAtHand

if TYPE_CHECKING:
    from pathlib import Path

MORE = """
[[rule]]
name = "Returns"
when.subject.contains = "return"
then.group = "billing"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk with a policy folder of its own, in force as version 1."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    shutil.copytree(load({}, tmp_path).policy, tmp_path / "policy")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    desk.store().close()
    return desk


def rules_of(desk: DeskAtHand) -> Path:
    """The file of rules."""
    return desk.folder / "policy" / "rules.toml"


def edit(desk: DeskAtHand, before: str, after: str) -> None:
    """Change the rules."""
    text = rules_of(desk).read_text(encoding="utf-8")
    assert before in text
    rules_of(desk).write_text(text.replace(before, after), encoding="utf-8")


def test_a_difference_is_told_in_words_of_rules(desk: DeskAtHand) -> None:
    """A rule that is added, one that is removed, one that changed and one that moved, each by its name."""
    text = rules_of(desk).read_text(encoding="utf-8")
    head, first, second, third, fourth = text.split("[[rule]]\n")
    changed = second.replace('then.priority = "urgent"', 'then.priority = "high"', 1)
    changed = changed.replace('expect.priority = "urgent"', 'expect.priority = "high"')
    parts = [head, fourth, first, changed]
    rules_of(desk).write_text("[[rule]]\n".join(parts) + MORE, encoding="utf-8")
    document = desk.run("policy", "diff", "--json").json()
    words = {(one["word"], one["name"]) for one in document["differences"]}
    assert words == {
        ("moved", "Invoices go to billing"),
        ("changed", "Urgent words raise the priority"),
        ("added", "Returns"),
        ("removed", "Newsletters get no answer"),
    }
    assert third.startswith('name = "Newsletters get no answer"')
    said = desk.run("policy", "diff", "--text")
    assert said.code == 0
    assert '- then.priority = "urgent"' in said.out
    assert '+ then.priority = "high"' in said.out
    assert "now the first" in said.out
    assert "+++ " in said.out


def test_layout_and_comments_are_no_difference(desk: DeskAtHand) -> None:
    """What only looks different says so, in one line."""
    edit(desk, "# All lines of", "# Every line of")
    said = desk.run("policy", "diff")
    assert "the same but for layout and comments" in said.out


def test_an_earlier_version_comes_back_as_a_new_one(desk: DeskAtHand) -> None:
    """Rolling back applies the old files anew; the history keeps all versions, the folder stays."""
    rules_of(desk).write_text(rules_of(desk).read_text(encoding="utf-8") + MORE, encoding="utf-8")
    assert desk.run("policy", "apply", "--json").json() == {"version": 2, "new": True}
    assert desk.run("policy", "rollback", "1", "--json").json() == {"version": 3, "new": True}
    assert "in force as version 3" in desk.run("policy", "rollback", "1").out
    history = desk.run("policy", "history", "--json").json()
    assert [one["version"] for one in history] == [3, 2, 1]
    assert history[0]["digest"] == history[2]["digest"]
    assert desk.run("policy", "diff", "3", "1", "--json").json()["differences"] == []
    assert "Returns" in desk.run("policy", "diff", "3").out


def test_a_version_is_shown_and_written_out_as_it_was(desk: DeskAtHand) -> None:
    """A version's rules, the text of one file, and all of them byte by byte in a new folder."""
    assert "Invoices go to billing" in desk.run("policy", "show").out
    shown = desk.run("policy", "show", "1", "rules.toml").out
    assert shown == rules_of(desk).read_text(encoding="utf-8")
    assert desk.run("policy", "export", "1", "out").code == 0
    for path in (desk.folder / "policy").rglob("*.toml"):
        assert (desk.folder / "out" / path.name).read_bytes() == path.read_bytes()
    assert desk.run("policy", "export", "1", "out").code == 1


def test_a_version_that_is_not_there_is_told(desk: DeskAtHand) -> None:
    """A wrong number or folder ends with 1 and says where to look."""
    for words in (("show", "9"), ("export", "9", "x"), ("rollback", "9"), ("diff", "9")):
        said = desk.run("policy", *words)
        assert (said.code, "no version 9" in said.err) == (1, True)
    assert "neither a version nor a folder" in desk.run("policy", "diff", "1", "nowhere").err


def test_fields_and_actions_are_listed(desk: DeskAtHand) -> None:
    """Every field with type, operators and an example, and every action with an example."""
    document = desk.run("policy", "fields", "--json").json()
    fields = {one["name"]: one for one in document["fields"]}
    assert fields["requester.trust"]["operators"] == ["is", "is_not", "one_of", "at_least", "at_most"]
    assert all(one["example"] and one["doc"] and one["operators"] for one in fields.values())
    assert {"group", "webhook", "set_aside"} <= {one["name"] for one in document["actions"]}
    assert "requester.organisation" in desk.run("policy", "fields").out


def test_init_is_the_same_under_both_names(desk: DeskAtHand) -> None:
    """`policy init` writes what `init` writes."""
    for words in (("init", "one"), ("policy", "init", "two")):
        assert desk.run(*words, "--address", "help@acme.example", "--yes").code in {0, 1}
    one, two = (desk.folder / name / "rules.toml" for name in ("one", "two"))
    assert one.exists()
    assert not two.exists() or one.read_text() == two.read_text()


MAIL = """From: Kari <kari@customer.example>\r
To: support@acme.example\r
Subject: My invoice is wrong\r
\r
Hello, the invoice of March is wrong. Please correct it.\r
"""


def test_example_mails_are_run(desk: DeskAtHand) -> None:
    """A whole mail is read and routed; one that comes out otherwise fails and says why."""
    tests = desk.folder / "policy" / "tests"
    tests.mkdir()
    (tests / "invoice.eml").write_bytes(MAIL.encode())
    expected = tests / "invoice.expected.toml"
    expected.write_text('[expect]\ngroup = "billing"\nrules = ["Invoices go to billing"]\nlanguage = "en"\n')
    said = desk.run("policy", "test", "--json")
    assert (said.code, said.json()["failed"]) == (0, 0)
    assert "14 tests passed" in desk.run("policy", "check").out
    expected.write_text('[given]\ntrust = "aligned"\n[expect]\ngroup = "first-line"\npriority = "high"\n')
    said = desk.run("policy", "test")
    assert said.code == 1
    assert "tests/invoice.eml: group is billing, by the rule 'Invoices go to billing'" in said.out
    assert (
        "priority is normal; the rule 'Important customers first' does not match: requester.domain is"
        in said.out
    )
    assert desk.run("policy", "apply", "--yes").code == 2


def test_a_mail_that_nothing_is_expected_of_is_doubtful(desk: DeskAtHand) -> None:
    """It is kept with the version, and only warned of."""
    tests = desk.folder / "policy" / "tests"
    tests.mkdir()
    (tests / "a.eml").write_bytes(MAIL.encode())
    said = desk.run("policy", "check")
    assert said.code == 0
    assert "tests/a.eml: nothing says what to expect" in said.out


def test_a_failing_rule_test_ends_with_1_and_a_mistake_with_2(desk: DeskAtHand) -> None:
    """`policy test` tells a test that fails from a policy that cannot be read."""
    edit(desk, 'then.group = "billing"', 'then.group = "first-line"')
    assert desk.run("policy", "test").code == 1
    edit(desk, 'then.group = "first-line"', 'then.gruop = "first-line"')
    assert desk.run("policy", "test").code == 2
