"""How senders are to be checked, as the operator writes it down."""

from __future__ import annotations

import pytest

from config.loader import examine_files, load_files
from config.types import SenderCheck, SmtpText

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\n'
MORE = '[[mailbox]]\naddress = "billing@acme.example"\n'


def test_nothing_is_checked_unless_it_is_said() -> None:
    """A desk whose operator says nothing asks nobody and trusts nobody."""
    policy = load_files({"desk.toml": DESK})
    assert policy.smtp == SmtpText()
    assert policy.sender_check("smtp", "support@acme.example") is SenderCheck.OFF


def test_a_mailbox_may_say_otherwise() -> None:
    """What stands at a mailbox goes before what stands at the channel; other channels are not meant."""
    files = {"desk.toml": DESK + MORE + 'check = "off"\n', "channels.toml": '[smtp]\ncheck = "dns"\n'}
    policy = load_files(files)
    assert policy.sender_check("smtp", "support@acme.example") is SenderCheck.DNS
    assert policy.sender_check("smtp", "Billing+tag@acme.example") is SenderCheck.OFF
    assert policy.sender_check("imap", "support@acme.example") is SenderCheck.OFF


def test_names_are_kept_in_lower_case() -> None:
    """What is compared with other programs' words is compared without case."""
    text = '[smtp]\ncheck = "headers"\nauthserv_id = "MX.Acme.example"\narc_hosts = ["Lists.example"]\n'
    smtp = load_files({"desk.toml": DESK, "channels.toml": text}).smtp
    assert (smtp.authserv_id, smtp.arc_hosts) == ("mx.acme.example", ("lists.example",))


MISTAKES = [
    (
        'check = "dsn"',
        "channels.toml:2:9: unknown check 'dsn'; expected one of off, dns, headers. Did you mean 'dns'?",
    ),
    ('check = "headers"', "channels.toml:2:9: nothing says which MX is ours; expected authserv_id"),
    ('authserv_id = "mx acme"', "channels.toml:2:15: 'mx acme' is no name of a mail server"),
    ('arc_hosts = ["lists"]', "channels.toml:2:14: 'lists' is no domain; expected a domain like"),
    (
        'mx = ["mx.acme.example"]',
        "channels.toml:2:7: 'mx.acme.example' is no network; expected an address or",
    ),
    ('mx = ["192.0.2.1/24"]', "channels.toml:2:7: '192.0.2.1/24' is no network; expected an address or"),
]


@pytest.mark.parametrize(("line", "told"), MISTAKES)
def test_a_slip_is_told(line: str, told: str) -> None:
    """Each mistake with its place and what was expected."""
    [mistake] = examine_files({"desk.toml": DESK, "channels.toml": f"[smtp]\n{line}\n"}).mistakes
    assert str(mistake).startswith(told)


def test_a_mailbox_that_reads_stamps_needs_to_know_whose() -> None:
    """Stamps of nobody in particular would be anybody's."""
    files = {"desk.toml": DESK + 'check = "headers"\n'}
    [mistake] = examine_files(files).mistakes
    assert str(mistake).startswith("desk.toml:4:9: nothing says which MX is ours; expected authserv_id under")
    assert (
        examine_files(files | {"channels.toml": '[smtp]\nauthserv_id = "mx.acme.example"\n'}).mistakes == []
    )
