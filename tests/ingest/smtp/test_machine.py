"""The session as a state machine, without sockets: the same bytes give the same replies and mails."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.smtp import SmtpSettings, replies
from ingest.smtp.commands import TURN, Want
from ingest.smtp.stream import LINE, Missing, Stream
from tests.ingest.smtp.machine import Client
from tests.ingest.smtp.test_body import PRETENDERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END = b"\r\n.\r\n"
TIGHT = SmtpSettings(hostname="desk", max_size=300, line_limit=60, in_flight=250, max_recipients=2)
WIDE = SmtpSettings(hostname="desk", spool_above=1000)
BEGIN = b"EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n"

_SAID = st.sampled_from(
    [
        *(
            b"EHLO client\r\n",
            b"HELO client\n",
            b"NOOP\r\n",
            b"RSET\r\n",
            b"QUIT\r\n",
            b"VRFY x\r\n",
            b"HELP\r\n",
        ),
        *(b"MAIL FROM:<a@example.net>\r\n", b"MAIL FROM:<> SIZE=9\r\n", b"RCPT TO:<support@example.com>\r\n"),
        *(
            b"RCPT TO:<nobody@example.com>\r\n",
            b"DATA\r\n",
            b"BOGUS\r\n",
            b"\r\n",
            b"\xff\xfe\r\n",
            b"DATA x\r\n",
        ),
        *(
            BEGIN,
            BEGIN,
            b"Subject: x\r\n\r\nhello",
            b"\r\n..\r\n",
            b"\r\n.x",
            b".",
            b"\r",
            b"\n",
            END,
            END,
            END,
        ),
        *(
            b"NOOP " + b"x" * 600 + b"\r\n",
            b"y" * 2 * LINE,
            b"z" * 58 + b"\r\n",
            b"z" * 61,
            b"w" * 200 + b"\r\n",
        ),
        *PRETENDERS.values(),
    ]
)


def talk(chunks: Iterable[bytes], given: SmtpSettings, *, lazy: Iterator[bool]) -> tuple[object, ...]:
    """All that a session said, took and counted; where ``lazy`` says so it waits while more comes."""
    client = Client(given)
    for chunk in chunks:
        client.say(chunk)
        if not next(lazy):
            client.serve()
    client.serve()
    return client.said, client.mails, client.house.counted, client.session.want, client.house.in_flight.used


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The bytes in chunks."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_SAID, max_size=30).map(b"".join),
    st.lists(st.integers(0, 5000), max_size=30),
    st.lists(st.booleans(), max_size=40),
    st.sampled_from([TIGHT, WIDE]),
)
@example(BEGIN + b"x" + END + b"QUIT\r\n", list(range(200)), [True] * 150, WIDE)
@example(BEGIN + b"x" * 200_000 + END + BEGIN[8:] + END, [70_000, 140_000], [True, True], WIDE)
def test_the_same_bytes_give_the_same_session_in_any_chunks(
    data: bytes, places: list[int], lazy: list[bool], given_settings: SmtpSettings
) -> None:
    """Replies, mails and counts depend neither on how bytes are cut nor on how long a commit takes."""
    waits = iter([*lazy, *[False] * 100])
    assert talk(cut(data, places), given_settings, lazy=waits) == talk(
        [data], given_settings, lazy=iter([False])
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(_SAID, max_size=12).map(b"".join), st.lists(st.integers(0, 3000), max_size=12))
def test_a_message_is_all_before_the_first_lone_dot(data: bytes, places: list[int]) -> None:
    """Whatever was sent, RFC 5321 section 4.5.2 written down in one line gives the same content and rest."""
    stream = Stream()
    stream.begin_content()
    found, ended = b"", False
    for chunk in cut(data + END, places):
        stream.feed(chunk)
        if not ended:
            piece, ended = stream.content()
            found += piece
    content, _, rest = (b"\r\n" + data + END).partition(END)
    assert ended
    assert found == (content + b"\r\n").replace(b"\r\n.", b"\r\n")[2:]
    stream.feed(b"\n")
    assert stream.line() == (rest + b"\n").partition(b"\n")[0].rstrip(b"\r") or len(rest) > LINE


def test_a_line_that_never_ends_is_not_kept() -> None:
    """Of a command line beyond the limit nothing is held while its end does not come."""
    stream = Stream()
    for _ in range(1000):
        stream.feed(b"x" * 1000)
        assert stream.line() is Missing.YET
        assert len(stream._bytes) <= LINE
    stream.feed(b"\r\nNOOP\r\n")
    assert [stream.line(), stream.line(), stream.line()] == [Missing.TOO_LONG, b"NOOP", Missing.YET]


def test_many_lines_at_once_give_others_a_turn() -> None:
    """After a turn's lines the session waits, and goes on where it was."""
    client = Client(WIDE)
    client.say(b"EHLO x\r\n" + b"RSET\r\n" * TURN)
    assert client.session.want is Want.TURN
    assert client.said.count(b"250 2.0.0 Ok") == TURN - 1
    client.serve()
    assert client.said.count(b"250 2.0.0 Ok") == TURN


def test_nothing_is_obeyed_while_a_mail_waits_for_its_commit() -> None:
    """What is sent behind a mail is answered after it, however long that takes."""
    client = Client(WIDE)
    client.say(BEGIN + b"x" + END + b"NOOP\r\n")
    before = client.said
    client.say(b"RSET\r\n")
    assert client.session.want is Want.COMMIT
    assert client.said == before
    client.serve()
    assert client.said[len(before) :].split(b"\r\n")[:-1] == [
        replies.KEPT.encode(),
        replies.OK.encode(),
        replies.OK.encode(),
    ]


def test_tls_begins_a_new_session() -> None:
    """What was said before TLS, and what was sent ahead of it in the clear, is forgotten."""
    client = Client(WIDE)
    client.say(b"EHLO x\r\nMAIL FROM:<a@example.net>\r\nSTARTTLS\r\nRCPT TO:<support@example.com>\r\n")
    assert client.session.want is Want.TLS
    assert client.said.endswith(replies.READY_FOR_TLS.encode() + b"\r\n")
    client.serve()
    said = len(client.said)
    client.say(b"MAIL FROM:<a@example.net>\r\nSTARTTLS\r\n")
    assert client.said[said:].split(b"\r\n")[:-1] == [
        replies.NEED_HELLO.encode(),
        replies.TLS_ALREADY.encode(),
    ]


@pytest.mark.parametrize("line", [b"STARTTLS now", b"RSET now"])
def test_what_takes_no_argument_refuses_one(line: bytes) -> None:
    """The code is that of a syntax error, and nothing begins."""
    client = Client(WIDE)
    said = len(client.said)
    client.say(line + b"\r\n")
    assert client.said[said:].startswith(b"501 5.5.4")
    assert client.session.want is Want.INPUT


def test_a_fault_in_a_command_is_answered_and_the_session_goes_on() -> None:
    """An exception of ours is a temporary answer to that command alone."""
    client = Client(WIDE)
    client.say(BEGIN[:-6] + b"RCPT TO:<broken@example.com>\r\nNOOP\r\n")
    assert client.said.endswith(f"{replies.OUR_FAULT}\r\n{replies.OK}\r\n".encode())


def test_a_mail_that_breaks_two_bounds_hears_of_the_lasting_one() -> None:
    """Where no retry would help it is said so, whichever bound was broken first."""
    client = Client(TIGHT)
    client.say(BEGIN + b"x" * 290)
    assert client.session.body is not None
    assert client.session.body.problem == replies.LINE_TOO_LONG
    client.say(b"x" * 290 + END)
    client.serve()
    assert client.said.endswith(replies.TOO_BIG.encode() + b"\r\n")
    assert client.house.in_flight.used == 0
