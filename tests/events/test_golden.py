"""Every event of version 1 can be read for ever: its JSON lies in golden/ and never changes.

A new event gets a new file; an existing file is never edited. A change that breaks one of these tests would
make the events in every running desk unreadable.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from events.codec import decode, encode
from events.message import Trust
from events.types import By, Event, type_of

GOLDEN = Path(__file__).parent / "golden"
LEFT_OUT = {"traceparent", "why", "earlier", "sla", "climbed"}
"""Fields that are written only where they say something."""

COMMON: dict[str, Any] = {
    "id": "019a6b8e4f007c3a9d21b5e6f7a81234",
    "at": datetime(2026, 11, 21, 12, 30, 15, 123456, tzinfo=UTC),
    "stream": "ticket:1042",
    "cause": "019a6b8e4f007c3a9d21b5e6f7a80000",
    "root": "019a6b8e4f007c3a9d21b5e6f7a80000",
    "depth": 1,
    "effect_key": "golden:1",
}
OWN: dict[str, dict[str, Any]] = {
    "ContactReceived": {"contact": 7},
    "ContactChecked": {
        "contact": 7,
        "trust": Trust.ALIGNED,
        "found": ("DKIM d=customer.example aligned",),
    },
    "ContactSetAside": {"contact": 7, "reason": "auto-reply"},
    "ContactReleased": {"contact": 7, "trust": Trust.UNVERIFIED, "found": ("no stamp of mx.acme.example",)},
    "TicketOpened": {"ticket": 1042, "entry": 9, "contact": 7},
    "ReplyAdded": {"ticket": 1042, "entry": 9, "by": By.AGENT, "contact": 7},
    "TicketChanged": {
        "ticket": 1042,
        "changes": {"status": ("new", "open"), "agent": (None, "ana")},
        "by": By.DESK,
        "who": "ana",
        "fired": ("Invoices go to billing",),
    },
    "DeadlineReached": {"ticket": 1042, "which": "first_response", "level": 1},
    "TicketEscalated": {"ticket": 1042, "level": 1, "which": "first_response"},
    "TicketUnattended": {"ticket": 1042, "agent": "ana"},
    "BounceReceived": {
        "contact": 7,
        "recipients": ("kari@customer.example",),
        "status": "5.1.1",
        "permanent": True,
        "outgoing": 3,
    },
    "MailFailed": {
        "outgoing": 3,
        "ticket": 1042,
        "recipient": "kari@customer.example",
        "answer": "550 no such user",
    },
}


def sample(name: str) -> Event:
    """The event that a golden file holds."""
    return type_of[name](**COMMON, **OWN[name])


@pytest.mark.parametrize("name", sorted(type_of))
def test_version_1_is_read_as_it_was_meant(name: str) -> None:
    """What a desk wrote with the first version means the same today."""
    assert decode((GOLDEN / f"{name}.v1.json").read_bytes()) == sample(name)


@pytest.mark.parametrize("name", sorted(type_of))
def test_version_1_is_written_as_it_was(name: str) -> None:
    """As long as an event is of version 1, older programs on the same database read it."""
    if sample(name).version == 1:
        stored = json.loads((GOLDEN / f"{name}.v1.json").read_text())
        assert json.loads(encode(sample(name))) == stored


def test_every_event_has_a_golden_file_and_no_other_is_there() -> None:
    """A new event cannot come without its file, and a file is never forgotten."""
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.v1.json" for name in type_of}


@pytest.mark.parametrize("name", sorted(type_of))
def test_a_golden_file_names_every_field(name: str) -> None:
    """No field of an event is left to its default in the golden file, but for what may be left out."""
    stored = json.loads((GOLDEN / f"{name}.v1.json").read_text())
    fields = {field.name for field in msgspec.structs.fields(type_of[name])}
    assert set(stored) - {"name"} == fields - LEFT_OUT


@pytest.mark.parametrize("name", sorted(type_of))
def test_what_may_be_left_out_is_read_as_it_was_written(name: str) -> None:
    """An event that carries a trace is the same event for whoever reads it."""
    traced = msgspec.structs.replace(sample(name), traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    assert decode(encode(traced)) == traced
