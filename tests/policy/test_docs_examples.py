"""The code on the pages that show how to extend the desk runs, with the real door, worker and handlers."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from datetime import datetime, timedelta
from email.parser import Parser
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from events.message import Envelope, Message
from handlers.registry import describe
from ingest.accept import Door, Receipt
from ingest.mail import Context
from runtime.reading import Reader
from store import tables
from store.rawbytes import content
from store.rawfiles import RawFiles
from tests.policy.pages import page
from tests.policy.source import ROOT
from tests.scenarios.office import Office, opened
from tests.scenarios.policies import sample
from tests.scenarios.runner import headline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from config.types import Policy
    from events.types import ContactChecked

_ACT = """
import sys, tomllib
from pathlib import Path
import handlers
handlers.__path__.append(sys.argv[1])
import msgspec
from handlers.registry import describe
from tests.scenarios import script
from tests.scenarios.office import opened
from tests.scenarios.policies import sample
from tests.scenarios.runner import act

folder = Path(sys.argv[1])
told = msgspec.convert(tomllib.loads(sys.stdin.read())["conversation"][0], script.Conversation)
with opened(f"sqlite:///{folder / 'desk.sqlite3'}", folder / "raw", sample()) as office:
    act(told, office)
print(describe())
"""
_IMPORTS = """
from datetime import datetime
from events.message import Envelope
from ingest.accept import Delivery, Door, Receipt
"""


class _Source:
    """The page's source, the request and the expectations of its fixture, and how the route takes it in."""

    def __init__(self, folder: Path) -> None:
        shown = page("add-a-source.md")
        code, take = (block.text for block in shown.blocks("python"))
        acme = _module(folder, "acme", code)
        self.verify, self.parse, self.forged = acme.verify, acme.parse, acme.Forged
        self.take = _module(folder, "take", _IMPORTS + take).take
        head, _, body = shown.blocks("http")[0].text.partition("\n\n")
        fields = Parser().parsestr(head.partition("\n")[2])
        self.headers = {name.lower(): value for name, value in fields.items()}
        self.body = body.rstrip("\n").encode()
        self.expected = tomllib.loads(shown.blocks("toml")[0].text)

    @property
    def received_at(self) -> datetime:
        """When the fixture's request came."""
        at = self.expected["received_at"]
        assert isinstance(at, datetime)
        return at


def _module(folder: Path, name: str, code: str) -> Any:
    path = folder / f"{name}.py"
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"shown_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # The fields of a struct are looked up in the module that they were written in.
    sys.modules[module.__name__] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def source(tmp_path: Path) -> Iterator[_Source]:
    """The source on the page."""
    yield _Source(tmp_path)
    for name in ("shown_acme", "shown_take"):
        sys.modules.pop(name)


class _ByChannel(Reader):
    """What the first source will bring to the reader: the parser of the contact's channel."""

    def __init__(self, office: Office, files: RawFiles, source: _Source) -> None:
        super().__init__(office.store, files, office.keyring)
        self._raw = files
        self._source = source

    def message(self, row: Any, policy: Policy, event: ContactChecked) -> Message | None:  # noqa: ARG002 - Reader's
        context = Context(
            channel=row.channel,
            source_key=row.source_key,
            mailbox=row.mailbox,
            received_at=row.received_at,
            raw_key=row.raw,
            envelope=msgspec.json.decode(row.envelope, type=Envelope),
            languages=policy.desk.languages,
        )
        parsed: Message = self._source.parse(content(row, self._raw), context)
        return parsed


def test_the_handler_on_the_page_does_what_its_scenario_says(tmp_path: Path) -> None:
    """The shown handler, put beside the others, passes the shown scenario and gives the shown golden line."""
    shown = page("add-a-handler.md")
    (tmp_path / "returned.py").write_text(shown.blocks("python")[0].text, encoding="utf-8")
    acted = subprocess.run(
        [sys.executable, "-c", _ACT, str(tmp_path)],
        input=shown.blocks("toml")[0].text,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert acted.returncode == 0, acted.stderr
    golden = shown.blocks("")[-1].text.rstrip()
    assert golden in acted.stdout
    assert golden not in describe()


def test_the_source_on_the_page_makes_one_ticket_of_a_request_sent_twice(
    source: _Source, tmp_path: Path
) -> None:
    """The shown request is verified, kept once, parsed as the fixture expects, and acknowledged by mail."""
    now = source.received_at
    name = source.verify(source.headers, source.body, source.expected["secret"], now)
    assert name == source.expected["source_key"]
    with opened(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path / "raw", sample()) as office:
        office.now = now
        receipts = _taken_twice(source, office, tmp_path / "raw", name)
        assert [receipt.duplicate for receipt in receipts] == [False, True]
        office.work()
        [row] = office.rows(tables.messages)
        kept = msgspec.json.decode(row.body, type=Message)
        assert {key: msgspec.to_builtins(getattr(kept, key)) for key in source.expected["message"]} == (
            source.expected["message"]
        )
        assert [ticket.channel for ticket in office.tickets().values()] == ["acme"]
        assert "acknowledged in nb to kari@customer.example" in map(headline, office.sent())


def _taken_twice(source: _Source, office: Office, folder: Path, name: str) -> list[Receipt]:
    """Hand the request in twice; the worker reads it as the first source will have it read."""
    files = RawFiles(folder)
    door = Door(office.store, files, office.keyring, ring=lambda _events: None)
    receipts: list[Receipt] = [
        source.take(door, name, source.body, "support@acme.example", "192.0.2.7", office.now)
        for _ in range(2)
    ]
    door.close()
    reader = _ByChannel(office, files, source)
    office.worker._reader = reader
    return receipts


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "webhook-signature", "body", "late"])
def test_the_source_on_the_page_refuses_what_was_changed(source: _Source, changed: str) -> None:
    """A request whose name, time, signature or body was changed, or that is too old, is forged."""
    headers = dict(source.headers)
    if changed in headers:
        headers[changed] = headers[changed][:-2] + "11"
    body = source.body + b" " if changed == "body" else source.body
    now = source.received_at + timedelta(seconds=301 if changed == "late" else 0)
    with pytest.raises(source.forged):
        source.verify(headers, body, source.expected["secret"], now)
