"""`post`: makes mailboxes, each with a desk of its own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.ingest.imap.post import Post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.servers.dovecot_server import Dovecot


class MakePost(Protocol):
    """Makes a mailbox; by default at the server that all tests share, for a user of its own."""

    def __call__(self, *, server: Dovecot | None = None, begun: bool = True, **text: Any) -> Post:
        """With ``begun`` the desk was there once already, so that what comes from now on is new."""


@pytest.fixture
def post(dovecot: Dovecot, tmp_path: Path, plain_logs: None) -> Iterator[MakePost]:
    """Makes mailboxes, and closes their desks."""
    made: list[Post] = []

    def make(*, server: Dovecot | None = None, begun: bool = True, **text: Any) -> Post:
        user = f"u{secrets.token_hex(4)}"
        folder = tmp_path / user
        folder.mkdir()
        one = Post(server or dovecot, user, f"sqlite:///{folder / 'desk.sqlite3'}", folder, **text)
        made.append(one)
        if begun:
            one.look()
        return one

    yield make
    for one in made:
        one.close()
