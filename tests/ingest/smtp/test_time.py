"""How long a session may last, be silent, or take over a mail."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from ingest.smtp import SmtpChannel, SmtpSettings
from ingest.smtp.pace import Pace
from tests.ingest.smtp.fakes import FakeAcceptor, late
from tests.ingest.smtp.wire import Wire, eventually

Open = Callable[..., SmtpChannel]
Dial = Callable[..., Wire]


@pytest.mark.realtime
def test_a_silent_session_is_ended(open_channel: Open, dial: Dial) -> None:
    """After ``idle_seconds`` without a command the client is told so and hung up on."""
    channel = open_channel(idle_seconds=0.2)
    wire = dial(channel)
    assert wire.reply().startswith("421 4.4.2")
    assert not wire.reply()
    assert eventually(lambda: channel.sessions == 0)


@pytest.mark.realtime
def test_a_session_that_is_no_command_is_ended_too(open_channel: Open, dial: Dial) -> None:
    """Empty lines are no commands: they do not keep a session alive."""
    wire = dial(open_channel(idle_seconds=0.3))
    replies = []
    while reply := wire.ask(""):
        replies.append(reply[:3])
        time.sleep(0.05)
        if "421" in replies:
            break
    assert replies[-1] == "421"
    assert len(replies) < 12


@pytest.mark.realtime
def test_commands_keep_a_session_alive_but_not_for_ever(open_channel: Open, dial: Dial) -> None:
    """Each command restarts the silence, and the session ends after ``session_seconds`` all the same."""
    wire = dial(open_channel(idle_seconds=0.3, session_seconds=0.8))
    began = time.monotonic()
    while (reply := wire.ask("RSET")).startswith("250"):
        time.sleep(0.1)
    assert reply.startswith("421 4.4.2")
    assert 0.6 < time.monotonic() - began < 1.5


@pytest.mark.realtime
def test_a_mail_may_take_longer_than_the_silence_and_the_session(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial
) -> None:
    """Neither the idle time nor the session's time cuts a mail that is coming, or its commit."""
    acceptor.outcome = late(0.5)
    wire = dial(open_channel(idle_seconds=0.3, session_seconds=0.5, rate_grace=10))
    wire.begin()
    wire.ask("DATA")
    for _ in range(8):
        wire.send(b"a line\r\n")
        time.sleep(0.1)
    wire.send(b".\r\n")
    assert wire.reply().startswith("250")
    assert wire.reply().startswith("421 4.4.2")
    assert acceptor.contents == [b"a line\r\n" * 8]


@pytest.mark.parametrize(
    "settings",
    [
        {"idle_seconds": 0.2},
        {"rate_grace": 0.2, "min_bytes_per_second": 1000},
        {"data_seconds": 0.4, "min_bytes_per_second": 1},
    ],
)
def test_a_mail_that_comes_too_slowly_is_cut_off(
    open_channel: Open, acceptor: FakeAcceptor, dial: Dial, settings: dict[str, float]
) -> None:
    """Silence in a mail, too low a rate, and too long in all end the session with 421; nothing is kept."""
    channel = open_channel(**settings)
    wire = dial(channel)
    wire.begin()
    wire.ask("DATA")
    wire.socket.settimeout(0.05)
    silent = "idle_seconds" in settings
    answer = ""
    for _ in range(60):
        try:
            if not silent:
                wire.send(b"x\r\n")
            answer = wire.reply()
            break
        except TimeoutError:
            continue
    assert answer.startswith("421 4.4.2")
    assert eventually(lambda: channel.sessions == 0)
    assert channel.in_flight == 0
    assert not acceptor.deliveries


@pytest.mark.parametrize(
    ("seconds", "octets", "too_slow"),
    [
        (29.0, 1, False),
        (30.5, 15_249, True),
        (30.5, 15_251, False),
        (599.0, 10_000_000, False),
        (601.0, 10_000_000, True),
    ],
)
def test_pace_is_judged_over_the_whole_mail(seconds: float, octets: int, *, too_slow: bool) -> None:
    """The least rate is asked after its grace, and the time in all is bounded at any rate."""
    pace = Pace(SmtpSettings(), now=1000.0, octets=77)
    assert pace.too_slow(now=1000.0 + seconds, octets=77 + octets) is too_slow


def test_silence_counts_from_the_last_octet() -> None:
    """However much has come, a minute without anything is too slow, and less is not."""
    pace = Pace(SmtpSettings(), now=0.0, octets=0)
    assert not pace.too_slow(now=10.0, octets=1_000_000)
    assert not pace.too_slow(now=69.9, octets=1_000_000)
    assert pace.too_slow(now=70.0, octets=1_000_000)
