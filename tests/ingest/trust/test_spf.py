"""Which hosts an envelope's domain allows (RFC 7208), through a real server's answers."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pytest

from ingest.trust.names import Names
from ingest.trust.spf import check_spf
from tests.ingest.trust.signing import CLIENT

if TYPE_CHECKING:
    from tests.servers.dns_server import DnsServer

DOMAIN = "customer.example"


def verdict(server: DnsServer, *, client: str = CLIENT, mail_from: str = "kari@customer.example") -> str:
    """SPF's verdict."""
    questions = Names([server.server]).asking(2.0)
    return check_spf(ipaddress.ip_address(client), mail_from, "mx.customer.example", questions).verdict


RECORDS = [
    ("v=spf1 ip4:192.0.2.0/24 -all", "pass"),
    ("v=spf1 ip4:192.0.2.25 -all", "pass"),
    ("v=spf1 ip4:198.51.100.0/24 -all", "fail"),
    ("v=spf1 ~all", "softfail"),
    ("v=spf1 ?all", "neutral"),
    ("v=spf1", "neutral"),
    ("V=SPF1 A:mx.customer.example -ALL", "pass"),
    ("v=spf1 mx -all", "pass"),
    ("v=spf1 mx/28//64 -all", "pass"),
    ("v=spf1 ptr -all", "pass"),
    ("v=spf1 ptr:other.example -all", "fail"),
    ("v=spf1 include:inside.example -all", "pass"),
    ("v=spf1 include:outside.example -all", "fail"),
    ("v=spf1 include:nobody.example -all", "permerror"),
    ("v=spf1 redirect=inside.example", "pass"),
    ("v=spf1 redirect=nobody.example", "permerror"),
    ("v=spf1 exists:%{ir}.%{v}.list.example -all", "pass"),
    ("v=spf1 exists:%{l1r-}.%{o}.%{h}.%{d2}.list.example -all", "pass"),
    ("v=spf1 exists:%{p}.list.example -all", "pass"),
    ("v=spf1 new=thing -all", "fail"),
    ("v=spf1 ip6:2001:db8::/32 -all", "fail"),
    ("v=spf2 -all", "none"),
    ("v=spf10 -all", "none"),
    ("v=spf1 ip4:192.0.2.256 -all", "permerror"),
    ("v=spf1 ip4:192.0.2.0/33 -all", "permerror"),
    ("v=spf1 a:customer -all", "permerror"),
    ("v=spf1 include -all", "permerror"),
    ("v=spf1 all:here", "permerror"),
    ("v=spf1 everybody -all", "permerror"),
    ("v=spf1 a:%{x}.example -all", "permerror"),
    ("v=spf1 redirect=a.example redirect=b.example", "permerror"),
    ("v=spf1 -all " + "a" * 5000, "permerror"),
]


@pytest.mark.parametrize(("record", "expected"), RECORDS)
def test_a_record_means_what_it_says(dns_server: DnsServer, record: str, expected: str) -> None:
    """Every mechanism, modifier and slip leads to the verdict that the RFC names."""
    dns_server.add(DOMAIN, "TXT", "something else", record)
    dns_server.add(DOMAIN, "MX", "10 mx.customer.example.")
    dns_server.add("mx.customer.example", "A", CLIENT)
    dns_server.add("25.2.0.192.in-addr.arpa", "PTR", "mx.customer.example.", "liar.example.")
    dns_server.add("inside.example", "TXT", "v=spf1 ip4:192.0.2.0/24 -all")
    dns_server.add("outside.example", "TXT", "v=spf1 -all")
    dns_server.add("25.2.0.192.in-addr.list.example", "A", "127.0.0.2")
    dns_server.add(
        "kari.customer.example.mx.customer.example.customer.example.list.example", "A", "127.0.0.2"
    )
    dns_server.add("mx.customer.example.list.example", "A", "127.0.0.2")
    assert verdict(dns_server) == expected


def test_a_client_of_ip_version_6(dns_server: DnsServer) -> None:
    """Hosts with long addresses are judged like others."""
    dns_server.add(DOMAIN, "TXT", "v=spf1 a:mx.customer.example -all")
    dns_server.add("mx.customer.example", "AAAA", "2001:db8::25")
    assert verdict(dns_server, client="2001:db8::25") == "pass"
    assert verdict(dns_server, client="2001:db8::26") == "fail"


def test_a_bounce_is_judged_by_the_name_of_its_host(dns_server: DnsServer) -> None:
    """A null sender has no domain but the one that its host introduced itself with."""
    dns_server.add("mx.customer.example", "TXT", "v=spf1 ip4:192.0.2.25 -all")
    assert verdict(dns_server, mail_from="") == "pass"


def test_a_domain_with_two_records_is_wrong(dns_server: DnsServer) -> None:
    """Two records contradict each other (RFC 7208 section 4.5)."""
    dns_server.add(DOMAIN, "TXT", "v=spf1 +all", "v=spf1 -all")
    assert verdict(dns_server) == "permerror"


@pytest.mark.parametrize(("names", "expected"), [(10, "softfail"), (11, "permerror")])
def test_a_record_may_ask_ten_times(dns_server: DnsServer, names: int, expected: str) -> None:
    """The eleventh lookup is one too many: a sender cannot make us ask for ever."""
    includes = " ".join(f"include:i{number}.example" for number in range(names))
    dns_server.add(DOMAIN, "TXT", f"v=spf1 {includes} ~all")
    for number in range(names):
        dns_server.add(f"i{number}.example", "TXT", "v=spf1 -all")
    assert verdict(dns_server) == expected


def test_a_record_that_includes_itself_ends(dns_server: DnsServer) -> None:
    """A circle is cut by the number of lookups."""
    dns_server.add(DOMAIN, "TXT", f"v=spf1 include:{DOMAIN} -all")
    assert verdict(dns_server) == "permerror"
    assert len(dns_server.asked) < 3


@pytest.mark.parametrize(("names", "expected"), [(2, "softfail"), (3, "permerror")])
def test_only_two_names_may_be_empty(dns_server: DnsServer, names: int, expected: str) -> None:
    """More than two answers without a record are a mistake, or an attack on somebody's DNS."""
    dns_server.add(DOMAIN, "TXT", "v=spf1 " + " ".join(f"a:a{n}.example" for n in range(names)) + " ~all")
    assert verdict(dns_server) == expected


def test_too_many_exchanges_are_a_mistake(dns_server: DnsServer) -> None:
    """An MX answer of more than ten hosts is not followed."""
    dns_server.add(DOMAIN, "TXT", "v=spf1 mx -all")
    dns_server.add(DOMAIN, "MX", *(f"10 mx{number}.example." for number in range(11)))
    assert verdict(dns_server) == "permerror"


@pytest.mark.parametrize(
    "mail_from", ["kari@localhost", "kari@", "kari@a..b", "kari@" + "a" * 64 + ".example"]
)
def test_an_envelope_without_a_domain_says_nothing(dns_server: DnsServer, mail_from: str) -> None:
    """What is no domain is not asked about."""
    assert verdict(dns_server, mail_from=mail_from) == "none"
    assert dns_server.asked == []


def test_a_silent_server_proves_nothing(dns_server: DnsServer) -> None:
    """A server that is sick now may say anything later."""
    dns_server.sick = True
    assert verdict(dns_server) == "temperror"
