"""Where calendars come from: files within the policy's folder, hosts that answer whole and by themselves."""

from __future__ import annotations

import http.server
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from runtime.calling.guard import Target
from runtime.shift_calendars import source
from runtime.shift_calendars.contained import NoTimesError, times_in
from runtime.shift_calendars.source import bytes_of, fetch
from tests.runtime.shift_calendars.files import shift

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEEK = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by the path that it is asked for: ``/status/length that is told/bytes that are sent``."""

    def do_GET(self) -> None:
        """Answer."""
        status, told, sent = (int(one) for one in self.path.strip("/").split("/"))
        self.send_response(status)
        self.send_header("Content-Length", str(told))
        self.end_headers()
        self.wfile.write(b"x" * sent)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server's port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def _ask(port: int, path: str) -> bytes:
    return fetch(Target("127.0.0.1", "127.0.0.1", port, path, tls=False), 5)


def test_what_a_host_answers_is_taken_whole_or_not_at_all(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of the bound; nobody is followed, and what was cut off is not taken for the whole."""
    monkeypatch.setattr(source, "LARGEST", 100)
    assert _ask(port, "/200/100/100") == b"x" * 100
    for path, wrong in (
        ("/200/101/101", "larger than 100 bytes"),
        ("/200/100/99", "did not answer as HTTP does|was cut off"),
        ("/302/0/0", "answers 302, it has moved"),
        ("/404/0/0", "answers 404"),
        ("/500/0/0", "answers 500"),
    ):
        with pytest.raises(NoTimesError, match=wrong):
            _ask(port, path)


def test_hosts_inside_are_asked_only_where_the_operator_says_so(port: int, tmp_path: Path) -> None:
    """The guard is that of the calls of rules."""
    url = f"http://127.0.0.1:{port}/200/4/4"
    with pytest.raises(NoTimesError, match="webhook_hosts, allows it"):
        bytes_of(url, tmp_path, ())
    assert bytes_of(url, tmp_path, {"127.0.0.1"}) == b"xxxx"
    with pytest.raises(NoTimesError, match="cannot be reached"):
        bytes_of("http://127.0.0.1:1/", tmp_path, {"127.0.0.1"})
    with pytest.raises(NoTimesError, match="name of its host was not found"):
        bytes_of("https://nowhere.invalid/a.ics", tmp_path, ())


def test_a_file_is_read_within_the_folder_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of the bound; a link may lead on within the folder, and not out of it."""
    monkeypatch.setattr(source, "LARGEST", 5)
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "five.ics").write_bytes(b"12345")
    (folder / "six.ics").write_bytes(b"123456")
    (folder / "link.ics").symlink_to(folder / "five.ics")
    (tmp_path / "out.ics").write_bytes(b"1")
    (folder / "out.ics").symlink_to(tmp_path / "out.ics")
    assert bytes_of("five.ics", folder, ()) == bytes_of("link.ics", folder, ()) == b"12345"
    for name, wrong in (
        ("six.ics", "larger than 5 bytes"),
        ("out.ics", "leads out of the policy's folder"),
        ("none.ics", "cannot be read: No such file"),
    ):
        with pytest.raises(NoTimesError, match=wrong):
            bytes_of(name, folder, ())


def test_the_child_answers_and_is_ended_where_a_rule_has_no_end() -> None:
    """An interval of nothing repeats for ever: it costs the child its time, and nobody else."""
    week = shift(":20261123T090000", ":20261123T170000", "RRULE:FREQ=DAILY;COUNT=2")
    found = times_in(week, "Europe/Madrid", *WEEK)
    assert [datetime.fromtimestamp(one.start, UTC).hour for one in found] == [8, 8]
    with pytest.raises(NoTimesError, match="END:VCALENDAR"):
        times_in(b"<html>", "UTC", *WEEK)
    endless = shift(":20261123T090000", ":20261123T170000", "RRULE:FREQ=DAILY;INTERVAL=0")
    with pytest.raises(NoTimesError, match="too long"):
        times_in(endless, "UTC", *WEEK, seconds=2)
