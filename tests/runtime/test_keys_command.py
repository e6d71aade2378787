"""`despacho keys`: keys rotate while the desk runs, and no secret is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runtime import wiring
from runtime.cli import settings as settings_here
from store import keys
from tests.runtime.desk_at_hand import DeskAtHand
from tests.runtime.eventually import eventually

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> DeskAtHand:
    """A desk that was made ready."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.store().close()
    return desk


def test_keys_are_listed_without_their_secrets(desk: DeskAtHand) -> None:
    """The list says what each key does; neither form shows a secret."""
    assert desk.run("keys", "rotate", "--json").json() == {"key": 2}
    said = desk.run("keys", "list")
    listed = desk.run("keys", "list", "--json")
    assert "signs and verifies" in said.out
    assert [one["state"] for one in listed.json()] == ["soon", "signs"]
    store = desk.store()
    with store.reading() as connection:
        secrets = keys.secrets_of(connection)
    store.close()
    assert not any(secret.hex() in said.out + listed.out for secret in secrets)


def test_rotate_and_retire_say_what_is_wrong(desk: DeskAtHand) -> None:
    """A span that is none is a wrong call; the key that signs is not retired."""
    assert desk.run("keys", "rotate", "--old-valid", "soon").code == 2
    assert "another 90d" in desk.run("keys", "rotate", "--old-valid", "90d").out
    assert "rotate" in desk.run("keys", "retire", "1").err
    assert desk.run("keys", "retire", "9").code == 1


def test_a_retired_key_is_told(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once another signs, an old key can be retired."""
    monkeypatch.setattr(keys, "SIGNS_AFTER", keys.SIGNS_AFTER * 0)
    desk.run("keys", "rotate")
    assert "Key 1 is retired" in desk.run("keys", "retire", "1").out
    assert "retired" in desk.run("keys", "list").out


def test_a_running_desk_takes_a_new_key(desk: DeskAtHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part that holds the keyring signs with the new key, without a restart."""
    monkeypatch.setattr(wiring, "PULSE_SECONDS", 0.02)
    monkeypatch.setattr(keys, "SIGNS_AFTER", keys.SIGNS_AFTER * 0)
    store = desk.store()
    parts = wiring.connect(settings_here(), store)
    try:
        parts.pulse.start()
        before = parts.keyring.reply_tag(7)
        desk.run("keys", "rotate")
        assert eventually(lambda: parts.keyring.reply_tag(7) != before)
        assert parts.keyring.read_reply_tag(before) is not None
    finally:
        parts.close()
