"""Questions to DNS: cached, bounded, over in time, and never an exception of somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.trust.names import (
    CACHED_SIZE,
    IMPATIENT_SECONDS,
    MISSED_MOST,
    MOST_QUESTIONS,
    Names,
    UnansweredError,
)
from tests.servers.loopback import HOST, free_port

if TYPE_CHECKING:
    from tests.servers.dns_server import DnsServer


def test_an_answer_is_kept_while_it_holds(dns_server: DnsServer) -> None:
    """A second mail of the same sender asks nothing; names that are not there are remembered too."""
    names = Names([dns_server.server])
    dns_server.add("a.example", "TXT", "one")
    for _ in range(3):
        assert names.asking(2.0).texts("a.example") == [b"one"]
    assert dns_server.asked == ["a.example TXT"]


def test_an_answer_is_asked_for_anew_when_it_is_over(dns_server: DnsServer) -> None:
    """An owner who changes a record is heard after its time to live."""
    dns_server.ttl = 0
    names = Names([dns_server.server])
    dns_server.add("a.example", "TXT", "one")
    assert names.asking(2.0).texts("a.example") == [b"one"]
    dns_server.add("a.example", "TXT", "two")
    assert sorted(names.asking(2.0).texts("a.example")) == [b"one", b"two"]


def test_a_huge_answer_is_read_and_not_kept(dns_server: DnsServer) -> None:
    """Strings are joined, long answers come by TCP, and nobody fills our memory with them."""
    text = "x" * (CACHED_SIZE + 1000)
    dns_server.add("a.example", "TXT", text)
    names = Names([dns_server.server])
    assert names.asking(2.0).texts("a.example") == [text.encode()]
    assert names.asking(2.0).texts("a.example") == [text.encode()]
    # By UDP, cut, and again by TCP; twice.
    assert len(dns_server.asked) == 4


def test_an_alias_is_followed_and_a_circle_is_not(dns_server: DnsServer) -> None:
    """CNAMEs that lead in a circle are no answer."""
    dns_server.add("a.example", "CNAME", "b.example.")
    dns_server.add("b.example", "TXT", "one")
    dns_server.add("c.example", "CNAME", "d.example.")
    dns_server.add("d.example", "CNAME", "c.example.")
    questions = Names([dns_server.server]).asking(2.0)
    assert questions.texts("a.example") == [b"one"]
    with pytest.raises(UnansweredError):
        questions.texts("c.example")


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "x" * 64 + ".example", "x." * 130 + "example", "bøll.example"]
)
def test_what_cannot_be_a_name_has_no_records(dns_server: DnsServer, name: str) -> None:
    """A stranger's text is no reason to fail."""
    assert Names([dns_server.server]).asking(2.0).texts(name) == []


def test_the_second_server_is_asked_when_the_first_is_away(dns_server: DnsServer) -> None:
    """One resolver of two that is down costs some time and no answer."""
    dns_server.add("a.example", "TXT", "one")
    names = Names([(HOST, free_port()), dns_server.server])
    assert names.asking(2.0).texts("a.example") == [b"one"]


def test_one_mail_asks_only_so_much(dns_server: DnsServer) -> None:
    """Whatever a mail leads to, its questions end."""
    questions = Names([dns_server.server]).asking(60.0)
    for number in range(MOST_QUESTIONS):
        assert questions.texts(f"n{number}.example") == []
    with pytest.raises(UnansweredError):
        questions.texts("one.more.example")
    assert len(dns_server.asked) == MOST_QUESTIONS


def test_no_time_left_is_no_question(dns_server: DnsServer) -> None:
    """After its deadline a mail asks nothing."""
    with pytest.raises(UnansweredError):
        Names([dns_server.server]).asking(0.0).texts("a.example")
    assert dns_server.asked == []


def test_mail_does_not_pile_up_behind_a_dns_that_is_away(dns_server: DnsServer) -> None:
    """After some silence each mail waits only a little; the first answer brings the patience back."""
    names = Names([dns_server.server])
    dns_server.add("slow.example", "TXT", "one")
    dns_server.add("known.example", "TXT", "two")
    assert names.asking(5.0).texts("known.example") == [b"two"]
    dns_server.silent = True
    for number in range(MISSED_MOST):
        with pytest.raises(UnansweredError):
            names.asking(0.05).texts(f"n{number}.example")
        # What is known from before is no sign of life.
        assert names.asking(5.0).texts("known.example") == [b"two"]
    dns_server.silent = False
    dns_server.delay = 2 * IMPATIENT_SECONDS
    with pytest.raises(UnansweredError):
        names.asking(5.0).texts("slow.example")
    dns_server.delay = 0.0
    assert names.asking(5.0).texts("quick.example") == []
    dns_server.delay = 2 * IMPATIENT_SECONDS
    assert names.asking(5.0).texts("slow.example") == [b"one"]
