"""The pages of public articles: what they show, what they never do, and that only a POST says anything."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
import pytest

from config.loader import load_files
from config.suggestions import Suggestions
from events.token import Keyring
from ingest.http import HttpChannel, HttpSettings
from ingest.pages.markdown import to_html
from ingest.pages.page import QUESTION_MOST
from ingest.pages.routes import ARTICLE, LONGEST, Offer, Pages, Shown, pages
from ingest.pages.words import WORDS
from ingest.rates import Rates
from tests.scenarios.policies import sample
from tests.servers.loopback import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

URL = "https://desk.acme.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PROXY = """[form]
mailbox = "support@acme.example"
url = "https://desk.acme.example"
client_header = "X-Client"
"""
HELP = Shown("bikes/reset", "Reset <it>", "Choose **forgotten**.\n\n<script>alert(1)</script>")


class Site:
    """The pages behind a channel, and what was answered."""

    def __init__(self, *, on: bool = True) -> None:
        self.keyring = Keyring([b"k" * 32])
        self.offers = {(7, 1): Offer(7, "Reset it", answered=False)}
        self.kept: list[tuple[int, int, str]] = []
        self.asked: list[str] = []
        self.now = 0.0
        self.policy = load_files(sample({"suggestions": {"url": URL}}))
        if not on:
            desk = msgspec.structs.replace(self.policy.desk, suggestions=Suggestions())
            self.policy = msgspec.structs.replace(self.policy, desk=desk)
        self.channel = HttpChannel(HttpSettings(port=0, stop_seconds=1), {}, pages(self.needs()))
        self.channel.start()
        self.token = self.keyring.sign(ARTICLE, "7-1")

    def needs(self) -> Pages:
        """What the routes ask for."""
        return Pages(
            policy=lambda: self.policy,
            keyring=self.keyring,
            listed=lambda language: [HELP] if language == "en" else [],
            search=self.search,
            article=lambda language, name: HELP if (language, name) == ("en", HELP.name) else None,
            offer=lambda ticket, number: self.offers.get((ticket, number)),
            answer=self.answer,
            client_most=2,
            most=4,
            rates=Rates(span=60, clock=lambda: self.now),
        )

    def search(self, _language: str, text: str) -> list[Shown]:
        """Find the article by one word."""
        self.asked.append(text)
        return [HELP] if "reset" in text else []

    def answer(self, ticket: int, number: int, said: str) -> bool:
        """Keep what is said, the first time."""
        first = not self.offers[ticket, number].answered
        self.offers[ticket, number] = Offer(ticket, "Reset it", answered=True)
        if first:
            self.kept.append((ticket, number, said))
        return first

    def call(
        self, method: str, path: str, body: bytes = b"", client: str = ""
    ) -> tuple[int, Mapping[str, str], str]:
        """One request, by a ``client`` behind the proxy: status, headers, body."""
        with closing(HTTPConnection(HOST, self.channel.port, timeout=60)) as connection:
            connection.request(method, path, body or None, FORM | ({"X-Client": client} if client else {}))
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode()

    def say(self, answer: str) -> int:
        """Send the form; gives the status."""
        return self.call("POST", f"/solved/{self.token}", urlencode({"answer": answer}).encode())[0]


@pytest.fixture
def site(plain_logs: None) -> Iterator[Site]:
    """The pages of a desk that has some."""
    site = Site()
    yield site
    site.channel.stop()


def test_an_article_is_read_and_nothing_in_it_runs(site: Site) -> None:
    """Its Markdown is HTML, its HTML is words, and the browser may load and run nothing."""
    status, headers, body = site.call("GET", f"/kb/en/{HELP.name}")
    assert status == 200
    assert "<strong>forgotten</strong>" in body
    assert "<script" not in body
    assert "Reset &lt;it&gt;" in body
    assert '<form method="post"' not in body
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in headers["content-security-policy"]


def test_whoever_only_looks_says_nothing(site: Site) -> None:
    """Scanners GET and HEAD every link of a mail; the buttons are there for the one with the link alone."""
    for path in (f"/solved/{site.token}", f"/kb/en/{HELP.name}?t={site.token}"):
        for method in ("GET", "HEAD", "GET"):
            site.call(method, path)
        status, headers, body = site.call("GET", path)
        assert (status, headers["cache-control"]) == (200, "no-store")
        assert all(f'value="{answer}"' in body for answer in ("solved", "unhelpful"))
    assert site.kept == []


def test_the_first_answer_counts(site: Site) -> None:
    """And the second is thanked for and changes nothing."""
    assert site.say("maybe") == 422
    assert site.say("solved") == site.say("unhelpful") == 200
    assert site.kept == [(7, 1, "solved")]
    assert 'value="solved"' not in site.call("GET", f"/kb/en/{HELP.name}?t={site.token}")[2]
    assert WORDS["nb"]["again"] in site.call("GET", f"/solved/{site.token}?lang=nb")[2]


@pytest.mark.parametrize("token", ["7-1.aaaaaaaa", "7-2", "x", "%2e%2e"])
def test_a_forged_link_leads_nowhere(site: Site, token: str) -> None:
    """Neither to a question nor to an answer; one that was signed for no suggestion of ours neither."""
    signed = site.keyring.sign(ARTICLE, token) if token == "7-2" else token
    assert site.call("GET", f"/solved/{signed}")[0] == 404
    assert site.call("POST", f"/solved/{signed}", b"answer=solved")[0] == 404
    assert site.kept == []


def test_search_is_cut_and_says_so_where_nothing_is_found(site: Site) -> None:
    """What is typed comes back as words."""
    assert HELP.name in site.call("GET", "/kb/en?q=reset")[2]
    status, _, body = site.call("GET", "/kb/en?" + urlencode({"q": "<b>" + "x" * QUESTION_MOST}))
    assert (status, "<b>" in body, WORDS["en"]["nothing"] in body) == (200, False, True)
    assert len(site.asked[-1]) == QUESTION_MOST


@pytest.mark.parametrize(
    ("clients", "statuses"),
    [
        (["192.0.2.1"] * 3 + ["192.0.2.2"], [200, 200, 429, 200]),
        (["192.0.2.1", "192.0.2.2"] * 2 + ["192.0.2.3"], [200] * 4 + [429]),
        ([f"2001:db8::{one}" for one in range(3)], [200, 200, 429]),
        ([""] * 5, [200] * 4 + [429]),
    ],
    ids=["one", "all", "network", "proxy"],
)
def test_searches_are_bounded(site: Site, clients: list[str], statuses: list[int]) -> None:
    """So many a minute for one client, and for everybody; a proxy that names nobody is not one client."""
    files = sample({"suggestions": {"url": URL}}) | ({"channels.toml": PROXY} if clients[0] else {})
    site.policy = load_files(files)
    answers = [site.call("GET", "/kb/en?q=reset", client=client) for client in clients]
    assert [status for status, _, _ in answers] == statuses
    assert len(site.asked) == statuses.count(200)
    refused = answers[statuses.index(429)]
    assert (refused[1]["retry-after"], WORDS["en"]["too_often"] in refused[2]) == ("60", True)
    assert site.call("GET", "/kb/en")[0] == site.call("GET", f"/kb/en/{HELP.name}")[0] == 200
    site.now = 60.0
    assert site.call("GET", "/kb/en?q=reset", client=clients[0])[0] == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/kb/en", 200), ("/kb/es", 200), ("/kb/fr", 404), ("/kb/en/other", 404), ("/kb/es/bikes/reset", 404)],
)
def test_what_is_there(site: Site, path: str, status: int) -> None:
    """The desk's languages, and articles in their own."""
    assert site.call("GET", path)[0] == status


@pytest.mark.parametrize(("more", "status"), [(0, 422), (1, 413)])
def test_the_bound_of_an_answer(site: Site, more: int, status: int) -> None:
    """16 KiB, and not a byte more."""
    assert site.call("POST", f"/solved/{site.token}", b"x" * (LONGEST + more))[0] == status


def test_a_desk_without_an_address_has_no_pages(plain_logs: None) -> None:
    """Each is missing, whatever the link."""
    site = Site(on=False)
    try:
        found = {site.call("GET", path)[0] for path in ("/kb", "/kb/en", f"/kb/en/{HELP.name}")}
        assert found | {site.call("GET", f"/solved/{site.token}")[0], site.say("solved")} == {404}
    finally:
        site.channel.stop()


@pytest.mark.parametrize(
    ("text", "there", "missing"),
    [
        ("[x](javascript:alert(1))", "x", "href="),
        ("[x](https://acme.example/a)", 'href="https://acme.example/a"', "javascript"),
        ("![x](https://acme.example/a.png)", "acme", "<img"),
        ("<img src=x onerror=alert(1)>", "&lt;img", "<img"),
        ("# Title\n\n- one\n- two", "<h2>Title</h2>", "<h1>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<td>1</td>", "|"),
        ("> " * 500 + "deep", "<blockquote>", "<script"),
        ("```\n<script>\n```", "<code>&lt;script&gt;", "<script"),
    ],
    ids=["script-link", "link", "picture", "html", "heading", "table", "deep", "code"],
)
def test_markdown_is_harmless(text: str, there: str, missing: str) -> None:
    """What it may make, and what it never does."""
    made = to_html(text)
    assert there in made
    assert missing not in made
