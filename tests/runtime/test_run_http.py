"""`despacho run` as a process: its health over HTTP, ports that are taken, and a stop in good order."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.runtime.eventually import eventually
from tests.servers.loopback import HOST

DESPACHO = Path(sys.executable).with_name("despacho")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """A desk of its own in `folder`, on free ports."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESPACHO_")}
    ports = {"DESPACHO_SMTP_PORT": "0", "DESPACHO_HTTP_PORT": "0"}
    return {**kept, "COLUMNS": "200", "DESPACHO_DATA": str(folder / "var"), **ports, **settings}


@pytest.mark.parametrize("setting", ["DESPACHO_SMTP_PORT", "DESPACHO_HTTP_PORT"])
def test_a_taken_port_is_said_in_one_line(tmp_path: Path, setting: str) -> None:
    """The exit code is 1 and the last line names the setting to change; nobody sees a traceback."""
    with socket.create_server((HOST, 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [DESPACHO, "run"],
            cwd=tmp_path,
            env=environment(tmp_path, **{setting: port}),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port} on {HOST} is taken" in done.stderr
    assert setting in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_desk_answers_for_its_health_until_it_is_stopped(tmp_path: Path) -> None:
    """Once it greets, `/health/ready` is 200; a TERM ends it with 0, and the HTTP port with it."""
    output = tmp_path / "output"
    with output.open("wb") as file:
        desk = subprocess.Popen(
            [DESPACHO, "run"], cwd=tmp_path, env=environment(tmp_path), stdout=file, stderr=file
        )
    try:
        assert eventually(lambda: "health/ready" in output.read_text(), within=30)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/health/ready", output.read_text())
        assert found is not None
        with closing(HTTPConnection(HOST, int(found[1]), timeout=60)) as connection:
            connection.request("GET", "/health/ready")
            assert (connection.getresponse().status) == 200
        desk.send_signal(signal.SIGTERM)
        assert desk.wait(30) == 0
    finally:
        desk.kill()
        desk.wait()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, int(found[1])), timeout=5)


def test_other_commands_do_not_load_the_http_server(tmp_path: Path) -> None:
    """Only a process that runs the http role pays for it."""
    program = (
        "import sys; from runtime import cli; cli.find_commands(); "
        "print([name for name in ('litestar', 'uvicorn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path.cwd(),
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    assert done.stdout.strip() == "[]"
