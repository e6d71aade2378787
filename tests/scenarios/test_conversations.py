"""What the desk does, told as conversations in ``conversations/*.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenarios.office import opened
from tests.scenarios.policies import sample
from tests.scenarios.runner import act
from tests.scenarios.script import conversations

if TYPE_CHECKING:
    from pathlib import Path

CONVERSATIONS = conversations()
ON_POSTGRESQL = [name for name, one in CONVERSATIONS.items() if "postgresql" in one.databases]


@pytest.mark.parametrize("name", CONVERSATIONS, ids=str)
def test_conversation(name: str, tmp_path: Path, sqlite_url: str) -> None:
    """What a conversation's title says is true on SQLite."""
    conversation = CONVERSATIONS[name]
    files = sample(conversation.given.desk, conversation.given.rules)
    with opened(sqlite_url, tmp_path / "raw", files) as office:
        act(conversation, office)


@pytest.mark.servers
@pytest.mark.parametrize("name", ON_POSTGRESQL, ids=str)
def test_conversation_on_postgresql(name: str, tmp_path: Path, postgres_url: str) -> None:
    """What a conversation's title says is true on PostgreSQL."""
    conversation = CONVERSATIONS[name]
    files = sample(conversation.given.desk, conversation.given.rules)
    with opened(postgres_url, tmp_path / "raw", files) as office:
        act(conversation, office)
