"""`despacho doctor` about senders: who looks at them, and whether the DNS for it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runtime.checkup.senders import look_at_senders
from runtime.settings import load
from tests.servers.loopback import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.dns_server import DnsServer

DESK = 'name = "Acme"\n[[mailbox]]\naddress = "support@acme.example"\n'


def found(folder: Path, channels: str, port: int = 53) -> tuple[str, str]:
    """The colour, and what the doctor says, of a policy that was not applied yet."""
    (folder / "policy").mkdir()
    (folder / "policy" / "desk.toml").write_text(DESK)
    (folder / "policy" / "channels.toml").write_text(channels)
    environ = {"DESPACHO_POLICY": "policy", "DESPACHO_RESOLVER": f"127.0.0.1:{port}"}
    [finding] = look_at_senders(load(environ, folder), None)
    return finding.colour, finding.says


@pytest.mark.parametrize("channels", ["", "[smtp]\n", '[smtp]\ncheck = "off"\n'])
def test_a_desk_that_looks_at_nobody(tmp_path: Path, channels: str) -> None:
    """Whoever believes every From is told so."""
    colour, says = found(tmp_path, channels)
    assert (colour, says[:20]) == ("yellow", "nobody is checked: a")


def test_a_desk_that_reads_stamps(tmp_path: Path) -> None:
    """Whose word is taken is shown."""
    colour, says = found(tmp_path, '[smtp]\ncheck = "headers"\nauthserv_id = "mx.acme.example"\n')
    assert (colour, "mx.acme.example" in says) == ("green", True)


def test_a_resolver_that_answers(tmp_path: Path, dns_server: DnsServer) -> None:
    """It is asked, and named."""
    colour, says = found(tmp_path, '[smtp]\ncheck = "dns"\n', dns_server.port)
    assert (colour, says) == ("green", f"looked up in DNS, and 127.0.0.1:{dns_server.port} answers")
    assert dns_server.asked


def test_a_resolver_that_is_away(tmp_path: Path) -> None:
    """Without DNS nobody is ever verified: that needs somebody soon."""
    port = free_port()
    colour, says = found(tmp_path, '[smtp]\ncheck = "dns"\n', port)
    assert (colour, says.startswith(f"127.0.0.1:{port} does not answer")) == ("red", True)


def test_a_resolver_that_is_sick(tmp_path: Path, dns_server: DnsServer) -> None:
    """A resolver that only says that it failed is as good as none."""
    dns_server.sick = True
    assert found(tmp_path, '[smtp]\ncheck = "dns"\n', dns_server.port)[0] == "red"


def test_a_broken_policy_is_told_elsewhere(tmp_path: Path) -> None:
    """Of a policy that cannot be read this check says nothing."""
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "desk.toml").write_text("name =")
    assert look_at_senders(load({"DESPACHO_POLICY": "policy"}, tmp_path), None) == []
