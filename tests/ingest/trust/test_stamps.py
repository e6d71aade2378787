"""Our own MX's stamps: whose count, what they mean, and what anybody can forge."""

from __future__ import annotations

import pytest

from events.message import Trust
from ingest.trust.client import is_our_mx
from ingest.trust.stamps import read_stamps

MX = "mx.acme.example"
FROM = "From: Kari <kari@customer.example>\r\n"


def grade(*fields: str, sender: str = FROM) -> Trust:
    """The grade of a mail with these fields on top."""
    return read_stamps(
        ("".join(f"{field}\r\n" for field in fields) + sender + "\r\nHello.\r\n").encode(), MX
    ).trust


def stamped(results: str, who: str = MX) -> str:
    """A stamp."""
    return f"Authentication-Results: {who};\r\n {results}"


RESULTS = [
    ("dmarc=pass header.from=customer.example", Trust.ALIGNED),
    ("dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=customer.example", Trust.ALIGNED),
    ("dmarc=pass", Trust.ALIGNED),
    ("dmarc=bestguesspass action=none header.from=customer.example", Trust.ALIGNED),
    ("dmarc=pass header.from=evil.example", Trust.UNVERIFIED),
    ("dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=customer.example", Trust.FAILED),
    ("dmarc=fail action=quarantine header.from=customer.example", Trust.FAILED),
    ("dmarc=fail action=oreject header.from=customer.example", Trust.FAILED),
    ("dmarc=fail policy.dmarc=reject header.from=customer.example", Trust.FAILED),
    ("dmarc=fail (policy=quarantine) header.from=customer.example", Trust.FAILED),
    ("dmarc=fail (p=NONE dis=NONE) header.from=customer.example", Trust.UNVERIFIED),
    ("dmarc=fail action=none header.from=customer.example", Trust.UNVERIFIED),
    ("dmarc=fail header.from=customer.example", Trust.UNVERIFIED),
    ("dmarc=fail header.from=customer.example; dkim=pass header.d=customer.example", Trust.UNVERIFIED),
    ("dkim=pass header.d=customer.example", Trust.ALIGNED),
    ("dkim=pass header.i=@mail.customer.example", Trust.ALIGNED),
    ("dkim = pass header.d = customer.example", Trust.ALIGNED),
    ('dkim/1=pass (2048-bit key) reason="good; signature" header.d=customer.example', Trust.ALIGNED),
    ("dkim=pass header.d=evil.example; dmarc=none", Trust.UNVERIFIED),
    ("dkim=fail header.d=customer.example", Trust.UNVERIFIED),
    ("spf=pass smtp.mailfrom=kari@customer.example", Trust.ALIGNED),
    ("spf=pass smtp.mailfrom=customer.example", Trust.ALIGNED),
    ("spf=pass smtp.helo=mx.customer.example", Trust.ALIGNED),
    ("spf=pass smtp.mailfrom=evil.example", Trust.UNVERIFIED),
    ("spf=softfail smtp.mailfrom=customer.example", Trust.UNVERIFIED),
    ("dmarc=temperror; dkim=pass header.d=customer.example", Trust.ALIGNED),
    ("none", Trust.UNVERIFIED),
    ("(dmarc=pass header.from=customer.example)", Trust.UNVERIFIED),
]


@pytest.mark.parametrize(("results", "trust"), RESULTS)
def test_a_stamp_means_what_it_says(results: str, trust: Trust) -> None:
    """The forms in which the usual programs write their results are understood."""
    assert grade(stamped(results)) is trust


PASS, FAIL = "dmarc=pass header.from=customer.example", "dmarc=fail (p=reject) header.from=customer.example"
DKIM = "dkim=pass header.d=customer.example"
POSITIONS = [
    ((stamped(PASS, "mx.evil.example"),), Trust.UNVERIFIED),
    ((stamped(PASS, f"{MX}.evil.example"),), Trust.UNVERIFIED),
    ((stamped(PASS, "acme.example"),), Trust.UNVERIFIED),
    ((stamped(PASS, f"x{MX}"),), Trust.UNVERIFIED),
    ((stamped(PASS, "MX.Acme.example"),), Trust.ALIGNED),
    ((stamped(PASS, f"{MX} 1"),), Trust.ALIGNED),
    ((f"X-Authentication-Results: {MX}; {PASS}",), Trust.UNVERIFIED),
    (("Received: by mx", stamped(PASS)), Trust.ALIGNED),
    (("Received: by mx", stamped("spf=none"), stamped(PASS)), Trust.ALIGNED),
    ((stamped(FAIL), "Received: by mx", stamped(PASS)), Trust.FAILED),
    ((stamped("spf=none"), "Received: from evil", stamped(PASS)), Trust.UNVERIFIED),
    ((stamped("spf=none"), stamped(PASS, "mx.evil.example"), stamped(PASS)), Trust.UNVERIFIED),
    ((stamped(FAIL), stamped(PASS)), Trust.FAILED),
    ((stamped(PASS), stamped(FAIL)), Trust.FAILED),
    ((), Trust.UNVERIFIED),
    ((stamped("dkim=fail"), stamped("dkim=pass header.d=customer.example")), Trust.UNVERIFIED),
    ((stamped("dkim=pass header.d=customer.example"), stamped("dkim=none")), Trust.UNVERIFIED),
    ((stamped("dkim=pass header.d=evil.example"), stamped(DKIM)), Trust.UNVERIFIED),
    ((stamped("dmarc=none"), stamped(PASS)), Trust.UNVERIFIED),
    ((stamped(DKIM), stamped(DKIM)), Trust.ALIGNED),
    ((stamped(f"{DKIM}; dkim=fail header.d=evil.example"), stamped("spf=fail")), Trust.ALIGNED),
    ((stamped(PASS, f"(our own) {MX}"),), Trust.UNVERIFIED),
    ((stamped(PASS, f'"{MX}"'),), Trust.UNVERIFIED),
    ((stamped(PASS, f"{MX}(1)"),), Trust.UNVERIFIED),
    ((stamped(PASS, f"{MX} x"),), Trust.UNVERIFIED),
    ((stamped(PASS, f"\r\n {MX}"),), Trust.ALIGNED),
    ((stamped(PASS, f'"{MX}"'), stamped(PASS)), Trust.ALIGNED),
    ((stamped("spf=none"), stamped(PASS, f'"{MX}"'), stamped(PASS)), Trust.UNVERIFIED),
]


@pytest.mark.parametrize(("fields", "trust"), POSITIONS)
def test_only_our_own_topmost_stamps_count(fields: tuple[str, ...], trust: Trust) -> None:
    """Stamps of others, and those below what our MX put on top, are a stranger's text."""
    assert grade(*fields) is trust


@pytest.mark.parametrize(
    "sender",
    [
        "From: kari@customer.example, mallory@evil.example\r\n",
        "From: kari@customer.example <mallory@evil.example>\r\n",
        FROM + FROM,
        "",
    ],
)
def test_an_unclear_from_is_not_aligned(sender: str) -> None:
    """Whatever our MX says, a From that can be read in two ways is nobody's."""
    assert grade(stamped("dmarc=pass"), sender=sender) is Trust.UNVERIFIED


def test_the_words_repeat_the_stamp() -> None:
    """An agent reads what the MX found, and whose word it is."""
    raw = stamped(PASS) + "\r\n" + FROM + "\r\nHello.\r\n"
    assert read_stamps(raw.encode(), MX).found == (f"{MX}: {PASS}",)
    assert read_stamps(FROM.encode(), MX).found == (f"no stamp of {MX}",)


SMUGGLED = [
    'spf=pass smtp.mailfrom="a@customer.example b"@evil.example',
    'spf=pass smtp.mailfrom="a smtp.mailfrom=customer.example b"@evil.example',
    'spf=pass smtp.mailfrom="a;dkim=pass header.d=customer.example;b"@evil.example',
    'spf=pass smtp.mailfrom="a\\" smtp.mailfrom=customer.example b"@evil.example',
    'dkim=pass header.i="a header.d=customer.example b"@evil.example',
    'dkim=pass header.d=evil.example header.i="a header.d=customer.example b@evil.example',
    "dkim=pass header.d=evil.example header.d=customer.example",
    "dkim=pass header.d=customer.example header.d=evil.example",
    'spf=pass (domain of "x) smtp.mailfrom=customer.example ("@evil.example) smtp.mailfrom=evil.example',
    'spf=pass (of "x); dkim=pass header.d=customer.example; (") smtp.mailfrom=evil.example',
    "spf=pass (of x( smtp.mailfrom=customer.example",
]


@pytest.mark.parametrize("results", SMUGGLED)
def test_what_a_sender_wrote_is_no_result(results: str) -> None:
    """An MX repeats a sender's own words; whatever quotes and comments they hold, they prove nothing."""
    assert grade(stamped(results)) is Trust.UNVERIFIED


@pytest.mark.parametrize(
    "results",
    [
        'spf=pass smtp.mailfrom="kari berg"@customer.example',
        'dkim=pass (2048-bit key; unprotected) header.d="customer.example" header.b="abc="',
        "dkim=pass header.d=customer.example header.d=customer.example",
        "spf=pass (mx: domain of kari@customer.example designates 192.0.2.1) smtp.mailfrom=customer.example",
    ],
)
def test_an_odd_but_honest_result_counts(results: str) -> None:
    """Quotes and comments that close, and words said twice, take nothing from what an MX found."""
    assert grade(stamped(results)) is Trust.ALIGNED


@pytest.mark.parametrize(
    ("client", "networks", "ours"),
    [
        ("127.0.0.1", (), True),
        ("::1", (), True),
        ("10.2.3.4", (), True),
        ("fe80::1%eth0", (), True),
        ("::ffff:192.168.1.2", (), True),
        ("8.8.8.8", (), False),
        ("::ffff:8.8.8.8", (), False),
        ("2606:4700::1111", (), False),
        ("", (), False),
        ("mx.acme.example", (), False),
        ("8.8.8.8", ("8.8.8.0/24",), True),
        ("::ffff:8.8.8.8", ("8.8.8.0/24",), True),
        ("8.8.4.4", ("8.8.8.0/24",), False),
        ("127.0.0.1", ("8.8.8.0/24",), False),
        ("2606:4700::1111", ("8.8.8.0/24", "2606:4700::/32"), True),
        ("", ("0.0.0.0/0", "::/0"), False),
    ],
)
def test_only_our_own_mx_is_believed(client: str, networks: tuple[str, ...], *, ours: bool) -> None:
    """A host on the internet can write our MX's name into its mails; only one that is named may be the MX."""
    assert is_our_mx(client, networks) is ours
