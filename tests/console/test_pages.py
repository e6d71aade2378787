"""The console shows what there is, in the reader's language, and nothing that anybody wrote can act there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from console.language import LANGUAGES, chosen, words
from store.tables import dead_letters, events
from store.views import Wanted
from tests.console.conftest import EVIL
from tests.store.house import NOON

if TYPE_CHECKING:
    from tests.console.looking import Looking

PATHS = (
    "/console",
    "/console/tickets",
    "/console/tickets/1",
    "/console/tickets/2",
    "/console/outgoing",
    "/console/outgoing/1",
    "/console/aside",
    "/console/aside/3",
    "/console/dead",
    "/console/tickets/999",
)
ACTING = re.compile(r"<script|<[^>]*\son[a-z]+\s*=|javascript:|<(?:object|embed|base|svg)", re.IGNORECASE)


def test_every_page_in_every_language_is_inert(looking: Looking) -> None:
    """No page holds a script, a handler, or anything from elsewhere, and every one forbids them besides."""
    for language in LANGUAGES:
        for path in PATHS:
            answer = looking.at(path, Accept_Language=language)
            assert answer.status == (404 if path.endswith("999") else 200), path
            assert ACTING.search(answer.text) is None, path
            assert f'<html lang="{language}">' in answer.text
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "script-src" not in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert not re.search(r"(?:src|href|action)=\"(?!/console|#)", answer.text), path


def test_the_start_page_says_how_the_desk_is(looking: Looking) -> None:
    """Contacts of the last hour by channel, what was set aside, and the latest tickets."""
    text = looking.at("/console").text
    assert "SMTP" in text
    assert '<progress max="3" value="3">' in text
    assert "automatic reply 1" in text
    assert "Fakturaen er feil" in text


def test_a_ticket_shows_its_thread_its_mails_and_why(looking: Looking) -> None:
    """Words, mails, decisions with the rules that did not match, and events; times in the desk's zone."""
    text = looking.at("/console/tickets/1").text
    for shown in (
        "beløpet stemmer ikke",
        "Acknowledgement",
        "Assigned to an agent",
        "opened a new ticket",
        "Urgent words raise the priority",
        "TicketOpened",
        "Europe/Madrid",
    ):
        assert shown in text


def test_hostile_words_are_shown_as_words(looking: Looking) -> None:
    """A subject that looks like a script is read as it was written; braces are braces."""
    text = looking.at("/console/tickets/2").text
    assert "&lt;script&gt;document.title=&#39;ran&#39;&lt;/script&gt;" in text
    assert "{{ 7*7 }}" in text
    assert EVIL not in text


def test_a_mail_as_it_was_sent_is_harmless_in_its_frame(looking: Looking) -> None:
    """The frame's page has neither scripts nor anything to load, and its own policy says so once more."""
    page = looking.at("/console/tickets/2").text
    assert '<iframe sandbox loading="lazy"' in page
    answer = looking.at("/console/tickets/2/mails/2")
    assert answer.status == 200
    assert ACTING.search(answer.text) is None
    assert "tracker.example" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("sandbox")
    assert "allow-" not in policy
    assert "default-src 'none'" in policy


def test_a_mail_is_framed_on_its_own_ticket_alone(looking: Looking) -> None:
    """Another ticket's number before a mail's finds nothing."""
    assert looking.at("/console/tickets/1/mails/2").status == 404
    assert looking.at("/console/outgoing/99/html").status == 404


def test_our_own_mail_is_shown_as_its_reader_sees_it(looking: Looking) -> None:
    """Headers and text, and what became of it."""
    listed = looking.at("/console/outgoing").text
    assert "No relay is set" in listed
    text = looking.at("/console/outgoing/1").text
    assert "kari@customer.example" in text
    assert "Auto-Submitted" in text
    assert "captured" in text
    assert looking.at("/console/outgoing/1/html").status == 200


def test_lists_are_filtered_and_paged(looking: Looking) -> None:
    """A filter that nothing matches says so; an unknown one and nonsense are no errors."""
    assert "Fakturaen" in looking.at("/console/tickets?requester=kari%40customer.example").text
    assert "Fakturaen" not in looking.at("/console/tickets?requester=nobody%40x.example").text
    assert "There is nothing like that" in looking.at("/console/tickets?status=solved").text
    assert looking.at("/console/tickets?before=2").text.count("/console/tickets/1") == 2
    assert looking.at("/console/tickets?status=%27%3B--&agent=%00").status == 200
    assert looking.at("/console/tickets?before=x").status == 400
    assert looking.at("/console/tickets/99999999999999999999").status in {400, 404}


def test_dead_letters_are_listed(looking: Looking) -> None:
    """Each with its event and reason; the start page raises its voice."""
    event = {
        "id": "e1",
        "name": "TicketOpened",
        "at": NOON,
        "stream": "ticket:1",
        "effect_key": "x",
        "body": "",
    }
    letter = {"at": NOON, "event": "e1", "reason": "tried-out", "detail": "<b>", "attempts": 8, "deaths": 0}
    with looking.parts.store.writing() as connection:
        connection.execute(insert(events).values(event))
        connection.execute(insert(dead_letters).values(letter))
    text = looking.at("/console/dead").text
    assert "attempts used up: <bdi>&lt;b&gt;</bdi>" in text
    assert "The desk needs somebody" in looking.at("/console").text


def test_nothing_can_be_changed_here(looking: Looking) -> None:
    """No page takes anything but a question."""
    page = looking.at("/console/tickets").text
    assert re.findall(r"<form[^>]*method=\"(\w+)\"", page) == ["get"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "en"),
        ("nb-NO,nb;q=0.9,en;q=0.8", "nb"),
        ("no", "nb"),
        ("nn;q=0.9, es;q=0.3", "nb"),
        ("de, es-MX;q=0.5, en;q=0.4", "es"),
        ("en;q=0, es;q=0.1", "es"),
        ("es;q=x, en", "en"),
        (",;q=,=", "en"),
    ],
)
def test_the_readers_language(header: str, language: str) -> None:
    """The best of what the reader's browser asks for and we speak; Norwegian by all its names."""
    assert chosen(header) == language


def test_every_language_has_every_word() -> None:
    """The three speak of the same things."""
    assert set(words("es")) == set(words("en"))
    assert set(words("nb")) == set(words("en"))
    placeholders = re.compile(r"\{\w+\}")
    for language in LANGUAGES:
        for key, text in words(language).items():
            assert sorted(placeholders.findall(text)) == sorted(placeholders.findall(words("en")[key])), key


def test_filters_are_those_of_the_store() -> None:
    """What a page may filter by is what the store can be asked for."""
    from console.tickets import FILTERS  # noqa: PLC0415

    assert set(FILTERS) == set(Wanted.__struct_fields__)
