"""Tokens from a server like Microsoft's and Google's: kept, renewed in time, and nobody's but ours."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from config.oauth import Grant, OauthText, Provider
from ingest.oauth import Kept, TokenError, TokenFile, Tokens
from ingest.oauth.tokens import ends
from tests.servers.token_server import CLIENT, SECRET, TokenServer, running_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


class Desk:
    """One account's tokens, with a clock and secrets that a test changes."""

    def __init__(self, server: TokenServer, folder: Path) -> None:
        self.now = NOON
        self.secret = SECRET
        self.first = "first-refresh"
        self.folder = folder / "tokens"
        self.file = TokenFile(self.folder, "place")
        self.text = OauthText(
            provider=Provider.OTHER,
            grant=Grant.REFRESH_TOKEN,
            client_id=CLIENT,
            token_url=server.token_url,
            scope="mail",
        )

    def access(self, *, anew: bool = False, **changes: Any) -> str:
        """A token, from a process that has just started."""
        text = msgspec.structs.replace(self.text, **changes)
        tokens = Tokens(
            text,
            TokenFile(self.folder, "place"),
            secret=lambda: self.secret,
            first_refresh=lambda: self.first,
            now=lambda: self.now,
        )
        return tokens.access(anew=anew)


@pytest.fixture
def server() -> Iterator[TokenServer]:
    """A token server."""
    with running_tokens("support") as server:
        yield server


@pytest.fixture
def desk(server: TokenServer, tmp_path: Path) -> Desk:
    """A desk that has the first refresh token."""
    return Desk(server, tmp_path)


def test_a_token_is_asked_for_once_while_it_holds(server: TokenServer, desk: Desk) -> None:
    """Not for each session, and not for each start."""
    first = desk.access()
    desk.now += timedelta(minutes=54)
    assert (desk.access(), server.given) == (first, 1)
    desk.now += timedelta(minutes=2)
    assert desk.access() != first
    assert server.given == 2


def test_a_refresh_token_that_comes_in_anothers_place_is_kept(server: TokenServer, desk: Desk) -> None:
    """The first one is good once; each process after that goes on from the one that was kept."""
    for _ in range(3):
        desk.access(anew=True)
    assert server.given == 3


def test_another_first_refresh_token_takes_the_place_of_all(server: TokenServer, desk: Desk) -> None:
    """After a new consent the operator's word counts, and not what was kept."""
    desk.access()
    server.refresh = {"after-consent"}
    with pytest.raises(TokenError, match="no token: invalid_grant; the refresh token has ended") as told:
        desk.access(anew=True)
    assert told.value.lasting
    desk.first = "after-consent"
    assert desk.access()


def test_the_applications_own_right_needs_no_refresh_token(server: TokenServer, desk: Desk) -> None:
    """Client credentials, as Microsoft's are used for shared mailboxes."""
    desk.first = ""
    assert desk.access(grant=Grant.CLIENT_CREDENTIALS)
    assert server.asked[0]["grant_type"] == "client_credentials"
    assert server.asked[0]["scope"] == "mail"


def test_a_secret_that_has_expired_is_said_to_be_so(server: TokenServer, desk: Desk) -> None:
    """The code and what it means, and not a word of what the server said (freescout 4465)."""
    server.secret = "another"
    with pytest.raises(TokenError) as told:
        desk.access()
    assert str(told.value) == "no token: invalid_client; the client's secret is wrong or has expired"


def test_a_token_server_that_is_down_is_no_lasting_fault(server: TokenServer, desk: Desk) -> None:
    """It is asked again soon."""
    server.down = True
    with pytest.raises(TokenError) as told:
        desk.access()
    assert not told.value.lasting


def test_nobody_else_reads_what_is_kept(desk: Desk) -> None:
    """The file and its folder are the desk's own; what is in it is in no text for people."""
    token = desk.access()
    [path] = desk.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.folder.stat().st_mode) == 0o700
    assert token in path.read_text()
    assert repr(desk.file.read()) == "Kept()"


def test_a_file_that_cannot_be_read_is_as_none(desk: Desk) -> None:
    """A damaged file costs another request and nothing else, as long as the first token is good."""
    desk.folder.mkdir()
    desk.file.write(Kept())
    [path] = desk.folder.iterdir()
    path.write_bytes(b"{")
    assert desk.access()


def test_the_end_of_what_a_person_gave_is_known(desk: Desk) -> None:
    """The sooner of the client secret's last day and the refresh token's end."""
    text = msgspec.structs.replace(desk.text, secret_expires=date(2026, 12, 24))
    assert ends(text, Kept()) == datetime(2026, 12, 25, tzinfo=UTC)
    assert ends(text, Kept(refresh_ends=NOON)) == NOON
    assert ends(desk.text, Kept()) is None
    microsoft = msgspec.structs.replace(desk.text, provider=Provider.MICROSOFT)
    assert ends(microsoft, Kept(renewed_at=NOON)) == NOON + timedelta(days=90)


def test_what_a_server_says_of_the_refresh_tokens_end_is_kept(server: TokenServer, desk: Desk) -> None:
    """As Google says of consents that are for a time."""
    server.refresh_seconds = 86_400
    desk.access()
    assert desk.file.read().refresh_ends == NOON + timedelta(days=1)
