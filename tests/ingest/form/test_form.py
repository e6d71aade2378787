"""The form: who may send it, how often, what becomes of it, and what a page may do in a browser."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from config.loader import examine_files
from ingest.form.submission import HONEYPOT, LASTS, LEAST, LONGEST
from ingest.form.words import WORDS
from ingest.mail import Context, part, read
from store import rawbytes, tables
from tests.ingest.form.conftest import CHANNELS, GOOD, Visitor, encoded
from tests.scenarios.policies import sample
from tests.store.house import NOON, SUPPORT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from events.message import Message


def kept(visitor: Visitor) -> list[Message]:
    """What the worker reads of the contacts that were taken."""
    ids = [row.id for row in visitor.house.rows(tables.contacts)]
    with visitor.house.store.reading() as connection:
        rows = rawbytes.with_raw(connection, ids)
    return [
        read(
            rawbytes.content(row, visitor.house.files),
            Context(
                channel=row.channel,
                source_key=row.source_key,
                mailbox=row.mailbox,
                received_at=NOON,
                raw_key=row.raw,
                languages=("en", "es", "nb"),
            ),
        )
        for row in rows
    ]


def test_what_was_written_is_a_contact(visitor: Visitor) -> None:
    """It is on the disk when the thanks are shown, with its files, from an unverified sender."""
    answer = visitor.send(files={"foto.png": b"\x89PNG", 'a b".txt': b"x"})
    assert answer.status == 200
    assert WORDS["en"]["thanks"] in answer.body
    [message] = kept(visitor)
    assert msgspec.to_builtins(message.sender) == {"address": GOOD["email"], "name": GOOD["name"]}
    assert (message.subject, message.language, message.trust) == ("Mi pedido", "es", "unverified")
    assert message.new_words == GOOD["message"].replace("\r\n", "\n")
    assert (message.kind, message.never_answer) == ("human", "")
    assert [file.size for file in message.attachments] == [4, 1]
    [row] = visitor.house.rows(tables.contacts)
    assert (row.channel, row.mailbox) == ("form", SUPPORT)
    with visitor.house.store.reading() as connection:
        raw = rawbytes.content(rawbytes.with_raw(connection, [1])[0], visitor.house.files)
    assert part(raw, message.attachments[0].part) == b"\x89PNG"


def test_twice_is_once(visitor: Visitor) -> None:
    """A button pressed twice, or a page sent again, is one contact, and is told yes both times."""
    body = encoded({"token": visitor.token(), **GOOD})
    visitor.now += timedelta(seconds=5)
    kind = {"Content-Type": "multipart/form-data; boundary=xYzZY"}
    assert [visitor.call("POST", "/form", body, kind).status for _ in range(2)] == [200, 200]
    assert visitor.house.count(tables.contacts) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "maria"}, "no_address"),
        ({"email": "maria@customer.example\r\nBcc: x@y.example"}, "no_address"),
        ({"email": "maria@customer.example, x@y.example"}, "no_address"),
        ({"message": " \r\n "}, "empty"),
        ({"name": "x" * (LONGEST["name"] + 1)}, "too_long"),
        ({"subject": "x" * (LONGEST["subject"] + 1)}, "too_long"),
        ({"message": "x" * (LONGEST["message"] + 1)}, "too_long"),
        ({HONEYPOT: "https://spam.example"}, "trapped"),
        ({"token": "1772442000.abc.aaaaaaaaaaaaaaaa"}, "expired"),
        ({"token": ""}, "expired"),
        ({"token": "\u00e9.\u00e9"}, "expired"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    visitor: Visitor, fields: Mapping[str, str], said: str
) -> None:
    """422 with the form filled in, the reason beside its field, and nothing is kept."""
    answer = visitor.send(fields)
    assert answer.status == 422
    assert WORDS["en"][said] in answer.body
    assert 'role="alert"' in answer.body
    assert GOOD["name"] in answer.body or "name" in fields
    assert visitor.house.count(tables.contacts) == 0


@pytest.mark.parametrize(("wait", "status"), [(LEAST - 1, 422), (LEAST, 200), (LASTS, 200), (LASTS + 1, 422)])
def test_a_page_is_good_for_a_while(visitor: Visitor, wait: float, status: int) -> None:
    """Neither faster than a person nor for ever."""
    assert visitor.send(wait=wait).status == status


def test_too_fast_may_be_sent_again(visitor: Visitor) -> None:
    """The page that comes back holds the same token, which is good a moment later."""
    answer = visitor.send(wait=0)
    assert WORDS["en"]["too_fast"] in answer.body
    token = answer.body.partition('name="token" value="')[2].partition('"')[0]
    assert visitor.send({"token": token}).status == 200


def test_one_file_or_byte_too_many(visitor: Visitor) -> None:
    """Files are bounded by number and size together, and a request beyond that is not read to its end."""
    largest = 1024 * 1024
    assert visitor.send(files={"a": b"x" * largest}).status == 200
    assert visitor.send(files={"a": b"x" * largest, "b": b"x"}).status == 422
    assert visitor.send(files={"a": b"x", "b": b"x", "c": b"x"}).status == 422
    # The answer may come, and the line be closed, while the client still writes.
    with suppress(BrokenPipeError, ConnectionResetError):
        assert visitor.send(files={"a": b"x" * (2 * largest)}).status == 413


def test_an_address_and_a_visitor_write_only_so_often(visitor: Visitor) -> None:
    """The third of one address and the fifth of one client are put off, and another address was not."""
    assert [visitor.send().status for _ in range(3)] == [200, 200, 429]
    others = [visitor.send({"email": f"kari{n}@customer.example"}).status for n in range(3)]
    assert others == [200, 200, 429]


def test_another_page_cannot_send_it(visitor: Visitor) -> None:
    """Where the browser says that another origin's page sent the form, it is not taken."""
    for origin in ("https://evil.example", "null"):
        answer = visitor.send(Origin=origin)
        assert answer.status == 422
        assert WORDS["en"]["foreign"] in answer.body
    assert visitor.house.count(tables.contacts) == 0


def test_a_page_loads_nothing_and_is_framed_only_where_the_policy_says(visitor: Visitor) -> None:
    """No script, no picture, no address of another host; the one style is named by its hash."""
    answer = visitor.call("GET", "/form")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'self' https://www.acme.example")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    for word in ("<script", "<img", "<link", "http", "@import", "url("):
        assert word not in answer.body
    asked = visitor.call("GET", "/confirm/nothing").headers
    assert asked["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert asked["X-Frame-Options"] == "DENY"


def test_what_was_typed_is_never_markup(visitor: Visitor) -> None:
    """Words that look like HTML come back as words."""
    answer = visitor.send({"email": "x", "name": '"><script>run()</script>', "message": "</textarea><b>"})
    assert "<script" not in answer.body
    assert "&lt;/textarea&gt;&lt;b&gt;" in answer.body


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/form", "", "en"),
        ("/form?lang=es", "nb", "es"),
        ("/form?lang=xx", "nn;q=0.5, no, en", "nb"),
        ("/form", "es-MX,es;q=0.9", "es"),
        ("/form", "de", "en"),
    ],
)
def test_the_page_speaks_the_visitors_language(
    visitor: Visitor, path: str, accepted: str, language: str
) -> None:
    """As asked for, else as the browser says, else the desk's first."""
    body = visitor.call("GET", path, headers={"Accept-Language": accepted}).body
    assert f'<html lang="{language}">' in body
    assert WORDS[language]["message"] in body


def test_every_language_has_every_word() -> None:
    """Nobody reads a page in two languages."""
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


def test_every_field_has_a_label(visitor: Visitor) -> None:
    """Whoever cannot see the page hears what each field is for."""
    body = visitor.call("GET", "/form").body
    for field in ("name", "email", "subject", "message", "files"):
        assert f'<label for="{field}">' in body
        assert f'id="{field}"' in body


def test_looking_at_the_link_confirms_nothing(visitor: Visitor) -> None:
    """A scanner that follows every link of a mail presses no button; a person does, once or often."""
    path = f"/confirm/{visitor.house.keyring.sign('confirm', '7')}"
    for method in ("GET", "HEAD"):
        visitor.call(method, path)
    answer = visitor.call("GET", path)
    assert (answer.status, visitor.confirmed) == (200, [])
    assert '<form method="post"' in answer.body
    answers = [visitor.call("POST", path) for _ in range(2)]
    assert [(one.status, WORDS["en"]["confirmed"] in one.body) for one in answers] == [(200, True)] * 2
    assert visitor.confirmed == [7, 7]


@pytest.mark.parametrize("token", ["7", "7.aaaaaaaaaaaaaaaa", "8.{7}", "form"])
def test_a_link_that_is_not_ours_is_none(visitor: Visitor, token: str) -> None:
    """Neither a made-up one, nor another ticket's signature, nor the form's own token."""
    keyring = visitor.house.keyring
    signed = keyring.sign("confirm", "7")
    made = {"8.{7}": f"8.{signed.partition('.')[2]}", "form": keyring.sign("form", "7")}
    for method in ("GET", "POST"):
        assert visitor.call(method, f"/confirm/{made.get(token, token)}").status == 404
    assert visitor.confirmed == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('mailbox = "suport@acme.example"', "no mailbox 'suport@acme.example'"),
        ('url = "desk"', "'desk' is no origin"),
        ('embed_in = ["www"]', "'www' is no origin"),
        ('client_header = "a b"', "'a b' is no header's name"),
        ("most_files = 99", "most_files is 99"),
        ('colour = "red"', "unknown key 'colour'"),
    ],
)
def test_a_slip_in_the_policy_is_told(line: str, told: str) -> None:
    """Each with its place, all at once with the others."""
    key = line.partition(" =")[0]
    lines = [one for one in CHANNELS.splitlines() if not one.startswith(key)]
    found = examine_files({**sample(), "channels.toml": "\n".join([*lines, line])}).mistakes
    assert [one for one in found if told in str(one)], found
