"""`[spam]` and `[ops]`: what may stand there, and every slip with its place."""

from __future__ import annotations

import pytest

from config.address import entry_for
from config.choices import SpamThen
from config.loader import examine_files, load_files
from config.unwanted import VERDICTS
from config.vocabulary import Spam
from ingest.spam import SAYS_SPAM

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\naliases = ["help@acme.example"]\n'
CHANNELS = '[smtp]\nauthserv_id = "mx.acme.example"\n'

SLIPS = [
    (
        '[spam]\nread = ["X-Spam-Flags"]',
        "desk.toml:6:9: no filter is known that writes 'X-Spam-Flags'; expected",
    ),
    ('[spam]\nthen = "delete"', "desk.toml:6:8: unknown then 'delete'; expected one of set-aside, tag"),
    ('[spam]\nblock = ["spam"]', "desk.toml:6:10: 'spam' is neither; expected an address or a domain"),
    (
        '[spam]\nblock = ["x.example"]\nallow = ["X.example"]',
        "desk.toml:7:10: 'x.example' is blocked, too; expected each name in one of the lists",
    ),
    (
        '[threads]\ndrift = "linked"',
        "desk.toml:6:9: unknown drift 'linked'; expected one of join, link. Did you",
    ),
    ("[threads]\nlink = true", "desk.toml:6:1: unknown key 'link'; expected one of drift"),
    ("[spam]\nscore = 5", "desk.toml:6:1: unknown key 'score'"),
    ('[ops]\ndigest_to = "ops"', "desk.toml:6:13: 'ops' is no mail address"),
    (
        '[ops]\ndigest_to = "Help+x@acme.example"',
        "desk.toml:6:13: 'help+x@acme.example' is a mailbox of the desk",
    ),
]


def test_a_desk_says_what_it_does_not_want() -> None:
    """Names are kept in lower case, fields as filters write them."""
    text = (
        '[spam]\nread = ["x-spam-flag"]\nthen = "tag"\nblock = ["@Offers.example"]\n'
        'allow = ["Kari@x.example"]\n[ops]\ndigest_to = "Ops@acme.example"\n'
    )
    desk = load_files({"desk.toml": DESK + text, "channels.toml": CHANNELS}).desk
    assert desk.digest_to == "ops@acme.example"
    assert desk.spam == Spam(
        read=("X-Spam-Flag",), then=SpamThen.TAG, block=("offers.example",), allow=("kari@x.example",)
    )


@pytest.mark.parametrize(("text", "told"), SLIPS)
def test_a_slip_is_told(text: str, told: str) -> None:
    """Each mistake with its place and what was expected."""
    [mistake] = examine_files({"desk.toml": f"{DESK}{text}\n", "channels.toml": CHANNELS}).mistakes
    assert str(mistake).startswith(told)


def test_a_filter_without_our_own_mx_is_anybodys() -> None:
    """Fields may be read only where the policy says whose stamp proves that they are ours."""
    [mistake] = examine_files({"desk.toml": f'{DESK}[spam]\nread = ["X-Spam-Flag"]\n'}).mistakes
    assert str(mistake).startswith("desk.toml:6:8: nothing says which MX is ours; expected authserv_id under")


def test_every_known_field_is_understood() -> None:
    """What a policy may name and what can be read are the same."""
    assert tuple(SAYS_SPAM) == VERDICTS


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("kari@x.example", "kari@x.example"),
        ("ola@mail.x.example", "x.example"),
        ("ola@notx.example", ""),
        ("ola@xn--bcher-kva.example", "bücher.example"),
        ("", ""),
    ],
)
def test_a_list_names_addresses_and_domains(address: str, entry: str) -> None:
    """An address is named by itself, by its domain and those above it, not by what only ends alike."""
    assert entry_for(address, ("kari@x.example", "x.example", "bücher.example")) == entry
