"""Policies as folders and as texts: what is read, what is kept, what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.limits import Limits
from config.loader import examine, examine_files, load, load_files
from config.mistakes import PolicyError
from config.opening import Hours
from config.types import Agent, Group, Mailbox
from config.vocabulary import Deadlines

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "Support@ACME.example"\n'

WHOLE = """
name = "Acme"
languages = ["es", "nb"]
loops_after_received = 30
[[mailbox]]
address = "support@acme.example"
name = "Support"
group = "first-line"
language = "es"
aliases = ["Help@acme.example"]
[[agent]]
id = "ana"
name = "Ana García"
address = "Ana@acme.example"
languages = ["es"]
capacity = 3
[[group]]
name = "first-line"
agents = ["ana"]
[hours]
zone = "Europe/Oslo"
sat-mon = "22:00-24:00"
wed = ["14:00-17:00", "09:00 - 13:00"]
[limits]
sender_per_hour = 0
[deadlines]
first_response = "1d 2h"
"""


def test_a_desk_is_read_whole() -> None:
    """Everything that a desk can say arrives as it was meant, addresses in lower case, hours in order."""
    desk = load_files({"desk.toml": WHOLE}).desk
    assert (desk.name, desk.languages, desk.loops_after_received) == ("Acme", ("es", "nb"), 30)
    assert desk.mailboxes == (
        Mailbox(
            address="support@acme.example",
            name="Support",
            group="first-line",
            language="es",
            aliases=("help@acme.example",),
        ),
    )
    ana = Agent(id="ana", name="Ana García", address="ana@acme.example", languages=("es",), capacity=3)
    assert desk.agents == (ana,)
    assert desk.groups == (Group(name="first-line", agents=("ana",)),)
    late, two = ("22:00-24:00",), ("09:00-13:00", "14:00-17:00")
    assert desk.hours == Hours(zone="Europe/Oslo", week={"mon": late, "wed": two, "sat": late, "sun": late})
    assert desk.limits == Limits(sender_per_hour=0)
    assert desk.deadlines == Deadlines(first_response=26 * 3600)


def test_what_is_left_out_is_usual() -> None:
    """A desk of three lines speaks English, is always staffed, and has the usual limits and no deadline."""
    desk = load_files({"desk.toml": DESK}).desk
    assert desk.languages == ("en",)
    assert desk.limits == Limits()
    assert desk.deadlines == Deadlines(first_response=0)
    assert desk.hours.zone == "UTC"
    assert len(desk.hours.week) == 7
    assert desk.mailboxes[0].address == "support@acme.example"


def test_off_turns_a_deadline_off() -> None:
    """A deadline that is off is 0 seconds."""
    text = DESK + '[deadlines]\nfirst_response = "off"\n'
    assert load_files({"desk.toml": text}).desk.deadlines.first_response == 0


def test_rules_keep_what_was_written_and_where() -> None:
    """Conditions, actions and tests are kept in order, with the place of names, values and elements."""
    rules = (
        '[[rule]]\nname = "r"\non = ["open", "reply"]\nwhen.header."X-Spam.Flag".is = "YES"\n'
        'when.subject.contains = ["a",\n  "b"]\nany_of = [{ language.is = "en" }]\nthen.group = "g"\n'
        'then.stop = true\n[[rule.test]]\ngiven.requester.domain = "x.example"\nexpect.match = false\n'
    )
    (rule,) = load_files({"desk.toml": DESK, "rules.toml": rules}).rules
    assert (rule.name, rule.on, str(rule.place)) == ("r", ("open", "reply"), "rules.toml:1:3")
    header, subject = rule.when
    assert (header.field, header.operator, header.value) == ("header.X-Spam.Flag", "is", "YES")
    assert [str(place) for place in subject.element_places] == ["rules.toml:5:26", "rules.toml:6:3"]
    assert (str(subject.place), str(subject.value_place)) == ("rules.toml:5:14", "rules.toml:5:25")
    assert [[one.field for one in alternative] for alternative in rule.any_of] == [["language"]]
    assert [(action.name, action.value) for action in rule.then] == [("group", "g"), ("stop", True)]
    (test,) = rule.tests
    assert (test.given, test.expect) == ({"requester.domain": "x.example"}, {"match": False})
    assert str(test.given_places["requester.domain"]) == "rules.toml:11:26"


def test_a_folder_and_its_texts_give_the_same_policy(tmp_path: Path) -> None:
    """A policy stored as texts is, read again, the policy that was in the folder."""
    (tmp_path / "templates" / "fr").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "desk.toml").write_text(DESK.replace("[[m", 'languages = ["fr"]\n[[m'), encoding="utf-8")
    (tmp_path / "templates" / "fr" / "acknowledged.txt").write_text("Bonjour", encoding="utf-8")
    (tmp_path / "tests" / "one.eml").write_bytes(b"Subject: \xe9\r\n\r\n\x00")
    (tmp_path / "README.md").write_text("notes", encoding="utf-8")
    policy = load(tmp_path)
    assert policy.desk.languages == ("fr",)
    assert policy.templates == {"fr/acknowledged.txt": "Bonjour"}
    assert sorted(policy.files) == ["desk.toml", "templates/fr/acknowledged.txt", "tests/one.eml"]
    assert policy.files["tests/one.eml"].encode("latin-1") == b"Subject: \xe9\r\n\r\n\x00"
    assert load_files(policy.files) == policy


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    """What an editor or a mounted volume hides in the folder is no part of the policy."""
    (tmp_path / "desk.toml").write_text(DESK, encoding="utf-8")
    (tmp_path / ".desk.toml").write_text("x", encoding="utf-8")
    (tmp_path / "templates" / ".git").mkdir(parents=True)
    (tmp_path / "templates" / ".git" / "x").write_text("x", encoding="utf-8")
    assert sorted(load(tmp_path).files) == ["desk.toml"]


def test_windows_writes_files_too(tmp_path: Path) -> None:
    """A byte order mark and carriage returns change neither meaning nor places."""
    text = ("\ufeff" + DESK + "colour = 1\n").replace("\n", "\r\n")
    (tmp_path / "desk.toml").write_bytes(text.encode())
    reading = examine(tmp_path)
    assert [str(one.place) for one in reading.mistakes] == ["desk.toml:4:1"]
    assert reading.policy.desk.name == "Acme"


def test_a_file_that_is_no_text_is_told_about_once(tmp_path: Path) -> None:
    """Latin-1 in a TOML file is a mistake at its line, and not a missing file on top."""
    (tmp_path / "desk.toml").write_bytes(b"# a\n# Espa\xf1a\n")
    told = [str(one) for one in examine(tmp_path).mistakes]
    assert told == ["desk.toml:2:7: this is no UTF-8 text; expected a file saved as UTF-8"]


def test_no_folder_and_no_desk_are_mistakes(tmp_path: Path) -> None:
    """A wrong path and a folder without a desk are told in words."""
    assert "there is no such folder" in str(examine(tmp_path / "nowhere").mistakes[0])
    assert "desk.toml: the file is missing" in str(examine(tmp_path).mistakes[0])


def test_rules_wait_for_a_desk_that_can_be_read() -> None:
    """Where the desk is no TOML its rules go no further, or every group in them would be unknown."""
    rules = '[[rule]]\nname = "r"\nthen.group = "billing"\n[[rule]]\n'
    reading = examine_files({"desk.toml": "name = \n", "rules.toml": rules})
    assert reading.policy.rules == ()
    assert [one.place.file for one in reading.mistakes] == ["desk.toml", "rules.toml", "rules.toml"]


def test_a_policy_has_a_bounded_number_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds far too much is refused, not read to the end."""
    monkeypatch.setattr("config.folder.MOST_FILES", 2)
    (tmp_path / "tests").mkdir()
    for name in ("desk.toml", "tests/1.eml", "tests/2.eml"):
        (tmp_path / name).write_text(DESK if name == "desk.toml" else "", encoding="utf-8")
    assert [one.what for one in examine(tmp_path).mistakes] == ["too many files"]


def test_a_file_that_cannot_be_read_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the desk may not read is one mistake, with the system's reason."""
    (tmp_path / "desk.toml").write_text(DESK, encoding="utf-8")
    # The tests may run as root, who may read everything.
    monkeypatch.setattr(Path, "read_bytes", _refused)
    told = [str(one) for one in examine(tmp_path).mistakes]
    assert told == ["desk.toml: the file cannot be read: Permission denied"]


def _refused(path: Path) -> bytes:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_policy_knows_its_people_by_name() -> None:
    """Agents are found by id, groups by name, mailboxes by any of their addresses, tags and case aside."""
    policy = load_files({"desk.toml": WHOLE})
    ana, group, box = policy.desk.agents[0], policy.desk.groups[0], policy.desk.mailboxes[0]
    assert (policy.agent("ana"), policy.agent("bob")) == (ana, None)
    assert (policy.group("first-line"), policy.group("x")) == (group, None)
    for address in ("support@acme.example", "HELP@acme.example", "support+7.mac@ACME.example"):
        assert policy.mailbox(address) == box
    assert policy.mailbox("other@acme.example") is None


def test_load_raises_all_mistakes(tmp_path: Path) -> None:
    """`load` refuses a policy with everything that is wrong in it, one mistake a line."""
    (tmp_path / "desk.toml").write_text("a = 1\nb = 2\n" + DESK, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"(?s)desk.toml:1:1.*\n.*desk.toml:2:1") as caught:
        load(tmp_path)
    assert len(caught.value.mistakes) == 2


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """A policy's file has a largest size, read or given."""
    (tmp_path / "desk.toml").write_bytes(b"#" * 4_000_001)
    assert [one.what for one in examine(tmp_path).mistakes] == ["the file is too large"]
    with pytest.raises(PolicyError, match="the file is too large"):
        load_files({"desk.toml": "#" * 4_000_001})
