"""What every source keeps to, asked of every fixture in its folder; a source without one fails."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ingest.hooks.proof import TOLERANCE
from ingest.hooks.registry import names
from ingest.hooks.source import Forged
from tests.ingest.webhooks.captured import FOLDER, Captured, captured

each = pytest.mark.parametrize("one", captured(), ids=lambda one: f"{one.path.parent.name}/{one.path.stem}")
stamped = pytest.mark.parametrize(
    "one",
    [one for one in captured() if "stamp" in one.expected],
    ids=lambda one: f"{one.path.parent.name}/{one.path.stem}",
)


@pytest.mark.parametrize("name", names())
def test_a_source_has_a_fixture(name: str) -> None:
    """Nobody believes a source that was never shown a request."""
    assert list((FOLDER / name).glob("*.http")), f"tests/ingest/webhooks/{name} has no .http file"


@each
def test_a_good_request_is_theirs(one: Captured) -> None:
    """It is proven, and has the name that a retry has too."""
    assert one.source.verify(one.call, one.keys).name == one.expected["source_key"]


@each
def test_a_request_becomes_what_its_fixture_says(one: Captured) -> None:
    """Each field that the fixture names is so in the message."""
    message = msgspec.json.decode(msgspec.json.encode(one.message()))
    wanted = one.expected["message"]
    assert {key: message.get(key, "") for key in wanted} == wanted


@each
def test_one_bit_is_enough(one: Captured) -> None:
    """Whichever part of the proof has one bit turned over, at its beginning, middle or near its end."""
    assert one.expected["proof"], "a fixture names what proves it"
    for part in one.expected["proof"]:
        length = len(part.partition(":")[2]) if part.startswith("body:") else 16
        for place in (0, length // 2, length - 4):
            with pytest.raises(Forged):
                one.source.verify(one.flipped(part, place), one.keys)


@each
def test_without_its_proof_it_is_nobodys(one: Captured) -> None:
    """A request without the header that proves it, or with an empty one, is refused."""
    for part in one.expected["proof"]:
        kind, _, name = part.partition(":")
        if kind != "header":
            continue
        without = {key: value for key, value in one.headers.items() if key != name}
        for headers in (without, {**without, name: ""}, {**without, name: "\u00e9 \u00ff"}):
            with pytest.raises(Forged):
                one.source.verify(msgspec.structs.replace(one.call, headers=headers), one.keys)


@each
def test_two_secrets_hold_while_one_replaces_the_other(one: Captured) -> None:
    """Whichever of them comes first; and neither none nor a wrong one lets anything through."""
    right, wrong = one.expected["secret"], one.expected.get("wrong_secret", "another:secret")
    for secrets in ((right, wrong), (wrong, right)):
        assert one.source.verify(one.call, one.with_secrets(*secrets)).name == one.expected["source_key"]
    for none in ((), (wrong,), ("",)):
        if one.expected.get("public_proof"):
            continue
        with pytest.raises(Forged):
            one.source.verify(one.call, one.with_secrets(*none))


@stamped
@pytest.mark.parametrize("side", [-1, 1])
def test_a_request_is_good_for_its_window(one: Captured, side: int) -> None:
    """To the second, neither older nor further ahead: what was recorded once cannot be played later."""
    window = side * one.expected.get("window", TOLERANCE)
    assert one.source.verify(one.moved(window), one.keys).name == one.expected["source_key"]
    with pytest.raises(Forged):
        one.source.verify(one.moved(window + side), one.keys)


def test_no_source_compares_a_proof_by_equality() -> None:
    """``==`` and ``in`` stop at the first difference, and tell by their time where it is."""
    for path in (*Path("ingest/webhooks").glob("*.py"), Path("ingest/hooks/proof.py")):
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.partition("#")[0]
            if "==" in words or " in keys" in words:
                assert "signature ==" not in words, (path, line)
                assert "secret ==" not in words, (path, line)
                assert " in keys.secrets:" not in words or "for " in words, (path, line)
