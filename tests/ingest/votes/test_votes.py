"""The page on which requesters say how satisfied they are: GET shows, POST votes once."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from config.loader import load_files
from events.token import Keyring
from ingest.http import HttpChannel, HttpSettings
from ingest.votes.page import COMMENT_MOST
from ingest.votes.routes import LONGEST, VOTE, Votes, votes
from ingest.votes.words import WORDS, language_of
from tests.scenarios.policies import sample
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

URL = "https://desk.acme.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Page:
    """The page behind a channel, and what was voted."""

    def __init__(self, *, on: bool = True) -> None:
        self.keyring = Keyring([b"k" * 32])
        self.asked: dict[int, bool] = {7: False}
        self.kept: list[tuple[int, int, str]] = []
        self.policy = load_files(sample({"satisfaction": {"url": URL}} if on else {}))
        self.channel = HttpChannel(HttpSettings(port=0, stop_seconds=1), {}, votes(self.needs()))
        self.channel.start()
        self.path = f"/satisfaction/{self.keyring.sign(VOTE, '7')}"

    def needs(self) -> Votes:
        """What the routes ask for."""
        return Votes(policy=lambda: self.policy, keyring=self.keyring, asked=self.asked.get, vote=self.vote)

    def vote(self, ticket: int, score: int, comment: str) -> bool:
        """Keep a vote, the first time."""
        if self.asked[ticket]:
            return False
        self.asked[ticket] = True
        self.kept.append((ticket, score, comment))
        return True

    def call(self, method: str, path: str = "", body: bytes = b"") -> tuple[int, Mapping[str, str], str]:
        """One request: status, headers, body."""
        with closing(HTTPConnection(HOST, self.channel.port, timeout=60)) as connection:
            connection.request(method, path or self.path, body or None, FORM)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode()

    def post(self, **fields: str) -> tuple[int, Mapping[str, str], str]:
        """Send the form."""
        return self.call("POST", body=urlencode(fields).encode())


@pytest.fixture
def page(plain_logs: None) -> Iterator[Page]:
    """A page of a desk that asks."""
    page = Page()
    yield page
    page.channel.stop()


def test_whoever_only_looks_does_not_vote(page: Page) -> None:
    """Scanners GET and HEAD every link, often and before a person does: nothing is voted by that."""
    for method in ("GET", "HEAD", "OPTIONS", "GET", "GET"):
        page.call(method)
    status, headers, body = page.call("GET")
    assert (status, page.kept) == (200, [])
    assert all(f'value="{score}"' in body for score in range(1, 6))
    assert "<script" not in body
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_the_first_vote_counts(page: Page) -> None:
    """A second one changes nothing, and is told so; whoever looks then is told as well."""
    assert "We have your answer" in page.post(score="4", comment="Quick & kind")[2]
    assert "You have answered already" in page.post(score="1")[2]
    assert "You have answered already" in page.call("GET")[2]
    assert page.kept == [(7, 4, "Quick & kind")]


@pytest.mark.parametrize("score", ["", "0", "6", "3.5", "x", "\uff14"])
def test_without_a_score_of_the_five_nothing_is_kept(page: Page, score: str) -> None:
    """What was typed stays in the form, harmless."""
    status, _, body = page.post(score=score, comment="<b>slow</b>")
    assert (status, page.kept) == (422, [])
    assert "Please choose" in body
    assert "&lt;b&gt;slow&lt;/b&gt;" in body


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"score=4" + b"&a=1" * 20])
def test_what_is_no_form_of_ours_votes_nothing(page: Page, body: bytes) -> None:
    """Whatever is sent, there is an answer."""
    assert page.call("POST", body=body)[0] == 422
    assert page.kept == []


def test_a_link_that_is_not_ours_is_not_good(page: Page) -> None:
    """Neither another number, nor what was signed for something else, nor of a ticket nobody asked about."""
    keyring = page.keyring
    paths = ["/satisfaction/8.aaaaaaaaaaaaaaaa"]
    paths += [f"/satisfaction/{keyring.sign('confirm', '7')}", f"/satisfaction/{keyring.sign(VOTE, '8')}"]
    for path in paths:
        assert page.call("GET", path)[0] == 404
        assert page.call("POST", path, b"score=5")[0] == 404
    assert page.kept == []


def test_a_body_is_bounded(page: Page) -> None:
    """The longest comment fits, in the letters that take most room; more is refused."""
    longest = "😀" * COMMENT_MOST
    assert page.post(score="5", comment=longest)[0] == 200
    assert page.kept[0][2] == longest
    assert page.call("POST", body=b"score=5&comment=" + b"x" * LONGEST)[0] == 413


@pytest.mark.parametrize("language", WORDS)
def test_the_page_is_in_the_link_s_language(page: Page, language: str) -> None:
    """Every word of it is there in each language."""
    assert WORDS[language].keys() == WORDS["en"].keys()
    body = page.call("GET", f"{page.path}?lang={language}")[2]
    assert f'<html lang="{language}">' in body
    assert WORDS[language]["legend"] in body


def test_a_language_that_the_desk_does_not_speak_is_its_first() -> None:
    """Also where we have no words for that one."""
    assert language_of("fr", ("nb", "en")) == "nb"
    assert language_of("es", ("nb", "en")) == "nb"
    assert language_of("", ("fr",)) == "en"


def test_a_desk_that_asks_nobody_has_no_page(plain_logs: None) -> None:
    """Without the table in the policy the address is not there."""
    page = Page(on=False)
    try:
        assert [page.call(method)[0] for method in ("GET", "POST")] == [404, 404]
    finally:
        page.channel.stop()
