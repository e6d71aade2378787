"""Replies as mail programs write them in Spanish and Norwegian: 40 in each language, by layout."""

from __future__ import annotations

import collections
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ingest.mail.letters import message, multipart

if TYPE_CHECKING:
    from events.message import Message

FOLDER = Path(__file__).parent / "replies"
LANGUAGES = ("es", "nb")
KINDS = (("text", "plain"), ("html", "html"))


def replies(language: str) -> list[dict[str, str]]:
    """Every reply of a language: ``name``, ``text`` and ``html`` or one of them, and the ``words`` in it."""
    return [
        {**reply, "name": f"{path.stem}: {reply['name']}"}
        for path in sorted((FOLDER / language).glob("*.toml"))
        for reply in tomllib.loads(path.read_text("utf-8"))["reply"]
    ]


def received(reply: dict[str, str]) -> Message:
    """The mail that such a reply is, read."""
    parts = [
        f"Content-Type: text/{kind}; charset=utf-8\r\n\r\n{reply[key]}" for key, kind in KINDS if key in reply
    ]
    if len(parts) > 1:
        return message(*multipart("alternative", *parts))
    field, _, body = parts[0].partition("\r\n\r\n")
    return message(body, field)


def folded(text: str) -> str:
    """The text with white space folded: how replies are compared."""
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_forty_replies(language: str) -> None:
    """No layout is dropped by accident."""
    assert len(replies(language)) == 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_in_ten_replies_are_cut_exactly(language: str) -> None:
    """What is left is what a person would call the reply, at most one in ten excepted."""
    missed = [
        reply["name"]
        for reply in replies(language)
        if folded(received(reply).new_words) != folded(reply["words"])
    ]
    assert len(missed) <= 4, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_reply_is_lost(language: str) -> None:
    """Every word that the customer wrote is among the new words, however the mail is laid out."""
    for reply in replies(language):
        left = collections.Counter(received(reply).new_words.split())
        assert not collections.Counter(reply["words"].split()) - left, reply["name"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("where", ["in line", "at the foot"])
def test_answers_within_or_below_a_quote_are_a_guess(language: str, where: str) -> None:
    """Where words stand below quoted ones the cut is said to be uncertain, and everything is shown."""
    found = [received(reply) for reply in replies(language) if where in reply["name"]]
    assert len(found) > 2
    assert not any(one.cut_certain for one in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_alone_loses_nothing_either(language: str) -> None:
    """A reply whose HTML was stripped on its way keeps every word of the customer."""
    for reply in replies(language):
        if "text" in reply:
            got = received({"text": reply["text"]}).new_words
            assert not collections.Counter(reply["words"].split()) - collections.Counter(got.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_alone_loses_nothing_either(language: str) -> None:
    """A reply that came as HTML only keeps every word of the customer."""
    for reply in replies(language):
        if "html" in reply:
            got = received({"html": reply["html"]}).new_words
            assert not collections.Counter(reply["words"].split()) - collections.Counter(got.split())
