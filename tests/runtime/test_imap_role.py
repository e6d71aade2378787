"""The role that reads mailboxes: one that is broken is nobody else's trouble, and what is wrong is told."""

from __future__ import annotations

import secrets
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from runtime import wiring
from runtime.cli import settings
from runtime.roles.imap import ImapRole
from store import imap as places
from store import tables
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.eventually import eventually
from tests.servers.dovecot_server import PASSWORD
from tests.servers.loopback import HOST, free_port
from tests.store.house import mail, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runtime.wiring import Parts
    from tests.servers.dovecot_server import Dovecot

ACCOUNT = """
[[imap]]
name = "{name}"
mailbox = "{mailbox}"
host = "{host}"
port = {port}
security = "none"
user = "{user}"
password = {{ env = "{password}" }}
"""


class Desk(DeskAtHand):
    """A desk whose channels a test writes down."""

    def channels(self, *accounts: dict[str, Any]) -> None:
        """Have these accounts in the policy, and in force."""
        file = self.folder / "policy" / "channels.toml"
        shutil.copy(self.plain, file)
        with file.open("a", encoding="utf-8") as text:
            text.writelines(ACCOUNT.format(**one) for one in accounts)
        self.store().close()
        said = self.run("policy", "apply", "--yes")
        assert said.code == 0, said.err

    @property
    def plain(self) -> Path:
        """The channels without any account."""
        return self.folder / "plain.toml"


@pytest.fixture
def user() -> str:
    """A user of this test's own."""
    return f"u{secrets.token_hex(4)}"


@pytest.fixture
def good(dovecot: Dovecot, user: str) -> dict[str, Any]:
    """An account that can be read."""
    with dovecot.client(user):
        pass
    return {
        "name": "support",
        "mailbox": "support@acme.example",
        "host": HOST,
        "port": dovecot.port,
        "user": user,
        "password": "GOOD",
    }


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A desk without an account, and the secrets that accounts name."""
    shutil.copytree(settings().policy, tmp_path / "policy")
    shutil.copy(tmp_path / "policy" / "channels.toml", tmp_path / "plain.toml")
    monkeypatch.setenv("DESPACHO_POLICY", str(tmp_path / "policy"))
    monkeypatch.setenv("GOOD", PASSWORD)
    monkeypatch.setenv("BAD", "close-sesame")
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.fixture
def parts(desk: Desk) -> Iterator[Parts]:
    """What roles are made of, with the policy in force looked up every second."""
    chosen = settings()
    store = wiring.open_store(chosen)
    wiring.prepare(chosen, store)
    parts = wiring.connect(chosen, store)
    parts.pulse.start()
    yield parts
    parts.close()


def contacts(parts: Parts) -> int:
    """How many there are."""
    return len(rows(parts.store, tables.contacts))


def standing(parts: Parts, user: str) -> places.Standing | None:
    """How an account fares."""
    with parts.store.reading() as connection:
        return next((one for one in places.standings(connection) if one.place.startswith(user)), None)


def read_once(parts: Parts, user: str) -> bool:
    """Whether an account's folder was opened and looked through."""
    found = standing(parts, user)
    return found is not None and found.looked_at is not None


def test_broken_accounts_are_not_noticed_by_the_others(
    desk: Desk, parts: Parts, good: dict[str, Any], dovecot: Dovecot, user: str
) -> None:
    """A server that is away, a wrong password and a missing secret: mail comes in beside them."""
    away = good | {"name": "away", "port": free_port(), "user": "away"}
    wrong = good | {"name": "wrong", "user": "wrong", "password": "BAD"}
    bare = good | {"name": "bare", "user": "bare", "password": "NOT_SET"}
    desk.channels(away, wrong, bare, good)
    parts.pulse.look()
    role = ImapRole(parts)
    try:
        assert eventually(lambda: read_once(parts, user), within=30)
        dovecot.deliver(user, [mail("m1"), mail("m2")])
        assert eventually(lambda: contacts(parts) == 2, within=30)
        names = ("away", "wrong", "bare")
        assert eventually(
            lambda: all(one and one.trouble for one in (standing(parts, name) for name in names))
        )
        assert standing(parts, user).trouble == ""  # type: ignore[union-attr]
        assert role.alive()
    finally:
        role.stop()
    assert not role.alive()


def test_accounts_come_and_go_with_the_policy(
    desk: Desk, parts: Parts, good: dict[str, Any], dovecot: Dovecot, user: str
) -> None:
    """One that the policy names is read without a restart, and one that it names no more is left."""
    desk.channels()
    parts.pulse.look()
    role = ImapRole(parts)
    try:
        desk.channels(good)
        assert eventually(lambda: read_once(parts, user), within=30)
        desk.channels()
        assert eventually(lambda: standing(parts, user).holder == "", within=30)  # type: ignore[union-attr]
        dovecot.deliver(user, [mail("m1")])
        assert (role.alive(), contacts(parts)) == (True, 0)
    finally:
        role.stop()


def findings(desk: Desk) -> list[tuple[str, str]]:
    """What the doctor says of accounts: colours and words."""
    found = desk.run("doctor", "--json").json()["findings"]
    return [(one["colour"], one["says"]) for one in found if one["check"] == "imap"]


def test_accounts_are_listed_and_tried(desk: Desk, good: dict[str, Any], dovecot: Dovecot, user: str) -> None:
    """A check says what would be done and changes nothing; the exit code says whether all can be read."""
    wrong = good | {"name": "wrong", "user": "wrong", "password": "BAD"}
    desk.channels(good, wrong)
    dovecot.deliver(user, [mail("old")])
    one = desk.run("channels", "check", "support", "--json")
    assert one.code == 0
    [found] = one.json()
    assert (found["good"], found["count"], found["idle"]) == (True, 1, True)
    assert "the 1 that are there stay as they are" in found["says"]
    with dovecot.client(user) as client:
        assert [set(flags) - {b"\\Recent"} for flags in client.get_flags(client.search()).values()] == [set()]
    both = desk.run("channels", "check")
    assert (both.code, "refuses to let us in" in both.out, "close-sesame" in both.out) == (1, True, False)
    assert desk.run("channels", "check", "suport").code == 2
    listed = desk.run("channels", "list", "--json").json()
    assert [(one["name"], one["looked_at"], one["accepted"]) for one in listed] == [
        ("support", None, None),
        ("wrong", None, None),
    ]


def test_a_desk_without_accounts_says_how_one_is_made(desk: Desk) -> None:
    """An empty list is an answer, and so is what to do about it."""
    said = desk.run("channels", "list")
    assert (said.code, "[[imap]]" in said.out) == (0, True)
    assert findings(desk) == []


def test_the_doctor_follows_an_account(
    desk: Desk, parts: Parts, good: dict[str, Any], dovecot: Dovecot, user: str
) -> None:
    """Yellow before anybody looks and when nobody does any more, green while it is read, red in trouble."""
    desk.channels(good)
    [(colour, says)] = findings(desk)
    assert (colour, "nobody has looked there yet" in says) == ("yellow", True)
    parts.pulse.look()
    role = ImapRole(parts)
    try:
        assert eventually(lambda: read_once(parts, user), within=30)
    finally:
        role.stop()
    assert findings(desk) == [("green", "support: read")]
    for minutes, colour in ((14, "yellow"), (16, "red")):
        trouble = {"trouble": "the server hung up", "trouble_since": _ago(minutes)}
        _set(parts, tables.imap_accounts, **trouble)
        [(found, says)] = findings(desk)
        assert (found, "the server hung up" in says) == (colour, True)
    well = {"trouble": "", "trouble_since": None}
    _set(parts, tables.imap_accounts, looked_at=_ago(6), **well)
    [(colour, says)] = findings(desk)
    assert (colour, "looked at last" in says) == ("yellow", True)


def test_the_doctor_counts_every_mail(
    desk: Desk, parts: Parts, good: dict[str, Any], dovecot: Dovecot, user: str
) -> None:
    """A mail that nothing can be had of is red, one that was cut yellow, one that is nowhere red."""
    desk.channels(good)
    parts.pulse.look()
    role = ImapRole(parts)
    try:
        assert eventually(lambda: read_once(parts, user), within=30)
    finally:
        role.stop()
    for stuck, cut, colour in ((1, 0, "red"), (0, 1, "yellow"), (0, 0, "red")):
        _set(parts, tables.imap_folders, listed=1, stuck=stuck, cut=cut)
        assert [one for one, _ in findings(desk)] == ["green", colour]


def _ago(minutes: int) -> Any:
    return wiring.utc_now() - timedelta(minutes=minutes)


def _set(parts: Parts, table: Any, **values: Any) -> None:
    with parts.store.writing() as connection:
        connection.execute(update(table).values(values))


def test_a_look_that_fails_ends_nothing(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong once while accounts are looked for is tried again a second later."""
    looks: list[object] = []

    def look(*_: object) -> None:
        looks.append(None)
        if len(looks) == 1:
            raise OSError("the disk is full")

    monkeypatch.setattr("runtime.roles.imap.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("runtime.expiries.Reminder.look", look)
    role = ImapRole(parts)
    try:
        assert eventually(lambda: len(looks) > 1, within=30.0)
        assert role.alive()
    finally:
        role.stop()
