"""DKIM keys: what can be used, what is a mistake of the policy, and what the doctor says of DNS."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from config.dkim import DkimText
from config.secret import Secret
from config.types import Place
from runtime.checkup.dkim import look_at_dkim
from runtime.dkim_key import NoKeyError, read_key
from runtime.policy_check import examine_policy
from runtime.settings import load
from tests.runtime import dkim_keys
from tests.servers.loopback import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from runtime.checkup.finding import Finding
    from tests.servers.dns_server import DnsServer

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\n'


def policy(folder: Path, written: str) -> Path:
    """A policy's folder whose key lies in a file."""
    (folder / "dkim.key").write_text(written)
    there = folder / "policy"
    there.mkdir()
    (there / "desk.toml").write_text(DESK)
    key = f'key = {{ file = "{folder}/dkim.key" }}'
    (there / "channels.toml").write_text(f'[[dkim]]\ndomain = "acme.example"\nselector = "desk1"\n{key}\n')
    return there


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "is empty"),
        ("no key at all", "holds no private key"),
        ("-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----", "holds no private key"),
        (base64.b64encode(bytes(31)).decode(), "holds no private key"),
        (dkim_keys.elliptic_pem(), "holds no private key"),
        (dkim_keys.locked_pem(), "a key with a passphrase"),
    ],
    ids=("empty", "no key", "a cut PEM", "31 bytes", "another curve", "locked"),
)
def test_a_key_that_cannot_be_used_is_a_mistake_of_the_policy(
    tmp_path: Path, written: str, says: str
) -> None:
    """`despacho policy check` tells it with its place; such a policy is not put to work."""
    there = policy(tmp_path, written)
    [mistake] = examine_policy(there).mistakes
    assert says in str(mistake)
    assert str(mistake).startswith("channels.toml:4:1")
    assert not written or written not in str(mistake)


@pytest.mark.parametrize("written", [dkim_keys.ed25519_pem(), dkim_keys.ed25519_seed()], ids=("PEM", "seed"))
def test_both_forms_of_ed25519_are_good(tmp_path: Path, written: str) -> None:
    """PEM, as openssl writes it, and the 32 bytes that other programs for DKIM take."""
    assert examine_policy(policy(tmp_path, written)).mistakes == []


@pytest.mark.parametrize(("bits", "good"), [(2047, False), (2048, True), (4096, True), (4098, False)])
def test_rsa_has_bounds(tmp_path: Path, bits: int, good: bool) -> None:  # noqa: FBT001
    """What is smaller is not trusted any more, and what is larger not every verifier reads."""
    mistakes = examine_policy(policy(tmp_path, dkim_keys.rsa_pem(bits))).mistakes
    assert [f"RSA key of {bits} bits; 2048 to 4096" in str(one) for one in mistakes] == (
        [] if good else [True]
    )


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The operator reads which file it was."""
    there = policy(tmp_path, "x")
    (tmp_path / "dkim.key").unlink()
    [mistake] = examine_policy(there).mistakes
    assert f"the file {tmp_path}/dkim.key cannot be read (FileNotFoundError)" in str(mistake)


def test_a_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    r"""One line with \n in place of line ends is fine there; an unset variable is named; no key is shown."""
    text = DkimText(
        domain="acme.example", selector="desk1", key=Secret(env="DKIM_KEY"), place=Place("channels.toml")
    )
    monkeypatch.delenv("DKIM_KEY", raising=False)
    with pytest.raises(NoKeyError, match="the variable DKIM_KEY is empty or not set"):
        read_key(text)
    monkeypatch.setenv("DKIM_KEY", dkim_keys.rsa_pem().replace("\n", "\\n"))
    assert repr(read_key(text)) == "DkimKey('desk1', 'acme.example')"


def found(folder: Path, written: str, port: int) -> Finding:
    """What the doctor says of a policy that was not applied yet."""
    policy(folder, written)
    environ = {"DESPACHO_POLICY": "policy", "DESPACHO_RESOLVER": f"127.0.0.1:{port}"}
    [finding] = look_at_dkim(load(environ, folder), None)
    return finding


NAME = "desk1._domainkey.acme.example"


def test_the_doctor_shows_the_record_to_publish(tmp_path: Path, dns_server: DnsServer) -> None:
    """As long as DNS has none; the text can be published as it is."""
    finding = found(tmp_path, dkim_keys.rsa_pem(), dns_server.port)
    key = read_key(dkim_keys.text(tmp_path, dkim_keys.rsa_pem()))
    assert (finding.colour, finding.says) == ("yellow", f"{NAME} is not in DNS: no signature holds")
    assert finding.advice == f"publish in DNS: {NAME} TXT {key.record}"
    assert key.record.startswith("v=DKIM1; k=rsa; p=MIIB")


@pytest.mark.parametrize(
    ("written", "published", "expected"),
    [
        (dkim_keys.ed25519_pem(), dkim_keys.ed25519_pem(), ("green", "signs, and DNS has it")),
        (dkim_keys.rsa_pem(), dkim_keys.rsa_pem(), ("green", "signs, and DNS has it")),
        (dkim_keys.ed25519_pem(), dkim_keys.ed25519_seed(), ("red", "is another key")),
    ],
    ids=("Ed25519", "RSA", "another"),
)
def test_the_doctor_compares_with_dns(
    tmp_path: Path, dns_server: DnsServer, written: str, published: str, expected: tuple[str, str]
) -> None:
    """The same key is well, another one makes every signature fail, a small one is old."""
    record = read_key(dkim_keys.text(tmp_path, published)).record
    dns_server.add(NAME, "TXT", record.replace("p=", "t=s; p="))
    finding = found(tmp_path, written, dns_server.port)
    colour, says = expected
    assert (finding.colour, says in finding.says) == (colour, True), finding


def test_a_dns_that_is_away_leaves_the_record(tmp_path: Path) -> None:
    """It cannot be compared, and is shown."""
    finding = found(tmp_path, dkim_keys.ed25519_pem(), free_port())
    assert (finding.colour, "does not answer" in finding.says) == ("yellow", True)
    assert f"{NAME} TXT v=DKIM1; k=ed25519; p=" in finding.advice
