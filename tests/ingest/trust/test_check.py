"""The grade of a mail, from signatures, envelope and published policies together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from events.message import Envelope, Trust
from ingest.trust.check import Checker
from ingest.trust.names import Names
from tests.ingest.trust.signing import ARRIVED, CLIENT, check, mail, publish, signed

if TYPE_CHECKING:
    from tests.servers.dns_server import DnsServer

DOMAIN = "customer.example"
OPEN = f"ip4:{CLIENT} -all"
CLOSED = "-all"

# What is published, who signs, whose envelope it is, and the grade.
CASES = [
    ("p=reject", OPEN, None, DOMAIN, Trust.ALIGNED),
    ("p=reject", CLOSED, DOMAIN, DOMAIN, Trust.ALIGNED),
    ("p=reject", CLOSED, None, DOMAIN, Trust.FAILED),
    ("p=quarantine", CLOSED, None, DOMAIN, Trust.FAILED),
    ("p=none", CLOSED, None, DOMAIN, Trust.UNVERIFIED),
    ("p=reject", CLOSED, "evil.example", "evil.example", Trust.FAILED),
    ("p=reject", CLOSED, None, "bounce.customer.example", Trust.ALIGNED),
    ("p=reject; aspf=s", CLOSED, None, "bounce.customer.example", Trust.FAILED),
    ("p=reject", CLOSED, "bounce.customer.example", "evil.example", Trust.ALIGNED),
    ("p=reject; adkim=s", CLOSED, "bounce.customer.example", "evil.example", Trust.FAILED),
    ("p=reject; pct=50", CLOSED, None, "evil.example", Trust.FAILED),
    ("p=quarantine; pct=50", CLOSED, None, "evil.example", Trust.UNVERIFIED),
    ("p=nonsense; rua=mailto:a@b.example", CLOSED, None, "evil.example", Trust.UNVERIFIED),
    ("", CLOSED, DOMAIN, DOMAIN, Trust.ALIGNED),
    ("", OPEN, None, DOMAIN, Trust.ALIGNED),
    ("", CLOSED, None, DOMAIN, Trust.UNVERIFIED),
    ("", "~all", None, DOMAIN, Trust.UNVERIFIED),
    ("", "a b c", None, DOMAIN, Trust.UNVERIFIED),
]


@pytest.mark.parametrize("case", CASES)
def test_the_grade(dns_server: DnsServer, case: tuple[str, str, str | None, str, Trust]) -> None:
    """Aligned by DKIM or SPF, failed where the owner asks for it, else unverified."""
    dmarc, spf, signer, envelope, trust = case
    publish(dns_server, DOMAIN, dmarc=dmarc, spf=spf)
    for other in ("evil.example", "bounce.customer.example"):
        publish(dns_server, other, spf=OPEN)
    raw = mail() if signer is None else signed(mail(), signer)
    assert check(dns_server, raw, mail_from=f"a@{envelope}").trust is trust


def test_it_is_said_what_the_grade_rests_on(dns_server: DnsServer) -> None:
    """An agent can read why a sender has the grade."""
    publish(dns_server, DOMAIN, dmarc="p=reject")
    publish(dns_server, "service.example", spf=OPEN)
    graded = check(dns_server, signed(mail()), mail_from="b@bounce.service.example")
    assert graded.found == (
        f"DKIM d={DOMAIN} pass, aligned",
        "SPF none for bounce.service.example",
        f"{DOMAIN} publishes DMARC p=reject",
    )
    graded = check(dns_server, signed(mail()), mail_from="b@service.example")
    assert graded.found[1] == "SPF pass for service.example, not aligned"


@pytest.mark.parametrize(
    ("tags", "sender", "trust"),
    [
        ("p=reject", "a@shop.customer.example", Trust.FAILED),
        ("p=reject; sp=none", "a@shop.customer.example", Trust.UNVERIFIED),
        ("p=none; sp=reject", "a@shop.customer.example", Trust.FAILED),
        ("p=none; np=reject", "a@shop.customer.example", Trust.UNVERIFIED),
        ("p=none; np=reject", "a@ghost.customer.example", Trust.FAILED),
        ("p=reject", "a@customer.example.other.example", Trust.UNVERIFIED),
    ],
)
def test_a_subdomain_has_its_organisations_policy(
    dns_server: DnsServer, tags: str, sender: str, trust: Trust
) -> None:
    """Where a domain publishes none, its organisation speaks for it (RFC 7489 section 6.6.3, RFC 9091)."""
    publish(dns_server, DOMAIN, dmarc=tags)
    dns_server.add("shop.customer.example", "A", "192.0.2.80")
    assert check(dns_server, mail(sender), mail_from="x@evil.example").trust is trust


def test_a_public_suffix_is_nobodys_organisation(dns_server: DnsServer) -> None:
    """Two companies of the same country are not the same company."""
    publish(dns_server, "evil.co.uk", spf=OPEN)
    graded = check(dns_server, signed(mail("ceo@bank.co.uk"), "evil.co.uk"), mail_from="x@evil.co.uk")
    assert graded.trust is Trust.UNVERIFIED


def test_a_domain_that_only_begins_like_another_is_another(dns_server: DnsServer) -> None:
    """Hyphens and dots are part of a name: bank.example-evil.example is not bank.example."""
    publish(dns_server, "bank.example", dmarc="p=reject")
    publish(dns_server, "bank.example-evil.net", spf=OPEN)
    graded = check(dns_server, mail("ceo@bank.example"), mail_from="x@bank.example-evil.net")
    assert graded.trust is Trust.FAILED


def test_two_records_count_as_none(dns_server: DnsServer) -> None:
    """An owner who says two things has said nothing (RFC 7489 section 6.6.3)."""
    publish(dns_server, DOMAIN, dmarc="p=reject")
    dns_server.add(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=none", "unrelated")
    assert check(dns_server, mail(), mail_from="x@evil.example").trust is Trust.UNVERIFIED


def test_a_domain_of_other_letters_is_asked_for_in_ascii(dns_server: DnsServer) -> None:
    """The owner of a domain with a letter beyond ASCII is found where DNS knows it."""
    publish(dns_server, "xn--bll-ula.example", dmarc="p=reject", spf=OPEN)
    raw = mail("Kari <kari@båll.example>")
    assert check(dns_server, raw, mail_from="kari@båll.example").trust is Trust.ALIGNED


UNCLEAR = [
    ("kari@customer.example, mallory@evil.example", "From names several addresses"),
    ("ceo@customer.example <mallory@evil.example>", "From can be read in two ways"),
    ("undisclosed", "From names nobody"),
]


@pytest.mark.parametrize(("sender", "why"), UNCLEAR)
def test_an_unclear_from_is_never_aligned(dns_server: DnsServer, sender: str, why: str) -> None:
    """Nobody vouches for a From that says two things, whoever signed it."""
    publish(dns_server, DOMAIN, spf=OPEN)
    publish(dns_server, "evil.example", spf=OPEN)
    raw = signed(signed(mail(sender)), "evil.example")
    graded = check(dns_server, raw, mail_from="x@evil.example")
    assert (graded.trust, graded.found[0]) == (Trust.UNVERIFIED, why)


def test_a_second_author_does_not_hide_the_first(dns_server: DnsServer) -> None:
    """Of several domains in From the one that asks for most is heard (RFC 7489 section 6.6.1)."""
    publish(dns_server, DOMAIN, dmarc="p=reject")
    publish(dns_server, "evil.example", spf=OPEN)
    raw = mail("kari@customer.example, mallory@evil.example")
    assert check(dns_server, raw, mail_from="x@evil.example").trust is Trust.FAILED


@pytest.mark.realtime
@pytest.mark.parametrize("trouble", ["silent", "sick"])
def test_without_dns_nothing_fails(dns_server: DnsServer, trouble: str) -> None:
    """A resolver that is away makes nobody a forger, and nobody proven."""
    publish(dns_server, DOMAIN, dmarc="p=reject", spf=OPEN)
    setattr(dns_server, trouble, True)
    assert check(dns_server, signed(mail()), seconds=0.3).trust is Trust.UNVERIFIED


@pytest.mark.realtime
def test_no_resolver_at_all(dns_server: DnsServer) -> None:
    """A port where nobody listens is like a server that does not answer."""
    server = dns_server.server
    dns_server.stop()
    graded = check(dns_server, signed(mail()), names=Names([server]), seconds=0.3)
    assert graded.trust is Trust.UNVERIFIED


@pytest.mark.realtime
def test_a_slow_dns_ends_the_check_in_time(dns_server: DnsServer) -> None:
    """However many names a mail makes us ask for, the whole check waits for two seconds at the most."""
    publish(dns_server, DOMAIN, dmarc="p=reject", spf="include:a.example include:b.example -all")
    dns_server.delay = 0.7
    begun = time.monotonic()
    graded = check(dns_server, signed(mail()), seconds=2.0)
    # Generous: what is promised is that it ends, and not how quick this machine is.
    assert time.monotonic() - begun < 3.0
    assert graded.trust is not Trust.FAILED


@pytest.mark.realtime
def test_what_was_proven_before_the_time_was_over_counts(dns_server: DnsServer) -> None:
    """A signature that holds is enough, even if the rest could not be asked."""
    publish(dns_server, DOMAIN, dmarc="p=reject", spf="include:slow.example -all")
    dns_server.slow, dns_server.delay = {"slow.example"}, 5.0
    graded = check(dns_server, signed(mail()), seconds=0.5)
    assert (graded.trust, graded.found[1]) == (Trust.ALIGNED, f"SPF temperror for {DOMAIN}")


@pytest.mark.realtime
def test_a_slow_key_is_not_held_against_its_owner(dns_server: DnsServer) -> None:
    """Where a signature could not be checked the policy is not applied: the mail may be genuine."""
    publish(dns_server, DOMAIN, dmarc="p=reject", spf=CLOSED)
    names = Names([dns_server.server])
    assert check(dns_server, mail(), names=names).trust is Trust.FAILED
    dns_server.slow, dns_server.delay = {f"s1._domainkey.{DOMAIN}"}, 5.0
    graded = check(dns_server, signed(mail()), names=names, seconds=0.5)
    assert (graded.trust, graded.found[0]) == (
        Trust.UNVERIFIED,
        f"DKIM d={DOMAIN} unknown, DNS did not answer",
    )


@pytest.mark.realtime
def test_a_policy_that_is_silent_may_be_a_strict_one(dns_server: DnsServer) -> None:
    """Where an owner could not be asked, only their very own domain vouches."""
    publish(dns_server, DOMAIN)
    publish(dns_server, "shop.customer.example")
    dns_server.slow, dns_server.delay = {f"_dmarc.{DOMAIN}"}, 0.6
    other = check(dns_server, signed(mail(), "shop.customer.example"), seconds=0.8)
    assert (other.trust, other.found[0]) == (
        Trust.UNVERIFIED,
        "DKIM d=shop.customer.example pass, not aligned",
    )
    assert check(dns_server, signed(mail()), seconds=0.8).trust is Trust.ALIGNED
    assert f"DNS did not tell the DMARC policy of {DOMAIN}" in other.found


@pytest.mark.realtime
@pytest.mark.parametrize("trick", ["a signature", "an envelope", "both"])
def test_a_forgers_slow_names_hide_no_forgery(dns_server: DnsServer, trick: str) -> None:
    """What the forger publishes may be slow for ever: what the owner of From asks for is known before."""
    publish(dns_server, DOMAIN, dmarc="p=reject", spf=CLOSED)
    dns_server.slow, dns_server.delay = {"evil.example", "s1._domainkey.evil.example"}, 5.0
    raw = mail() if trick == "an envelope" else signed(mail(), "evil.example")
    sender = "x@other.example" if trick == "a signature" else "x@evil.example"
    graded = check(dns_server, raw, mail_from=sender, seconds=0.5)
    assert graded.trust is Trust.FAILED


@pytest.mark.parametrize("client", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "", "unix"])
def test_a_host_inside_is_not_asked_about(dns_server: DnsServer, client: str) -> None:
    """Behind a relay of one's own SPF says nothing, and so no policy can fail a mail."""
    publish(dns_server, DOMAIN, dmarc="p=reject", spf=CLOSED)
    envelope = Envelope(mail_from="kari@customer.example", client=client)
    graded = Checker(Names([dns_server.server])).check(mail(), envelope, ARRIVED)
    assert graded.trust is Trust.UNVERIFIED
    assert "SPF not asked: the mail was handed over from inside" in graded.found


def test_an_old_address_in_a_new_ones_clothes(dns_server: DnsServer) -> None:
    """A listener for both IP versions sees an IPv4 client as IPv6; it is judged as what it is."""
    publish(dns_server, DOMAIN, spf=OPEN)
    assert check(dns_server, mail(), client=f"::ffff:{CLIENT}").trust is Trust.ALIGNED


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n\r\n", b"\0" * 1000, b"From", b"From: \xff@\xfe\r\n\r\n", b":" * 5000]
)
def test_what_is_no_mail_is_unverified(dns_server: DnsServer, raw: bytes) -> None:
    """Whatever comes in gets a grade."""
    assert check(dns_server, raw).trust is Trust.UNVERIFIED
