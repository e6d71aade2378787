"""The code on the pages that show how to extend the desk runs, with the real door, worker and handlers."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

import ingest.webhooks
from config.loader import load_files
from handlers.registry import describe
from ingest.hooks import registry
from ingest.hooks.check import check_webhooks
from store import tables
from tests.ingest.http.hooked import hooked
from tests.ingest.webhooks import test_sources
from tests.ingest.webhooks.captured import Captured, load
from tests.policy.pages import page
from tests.policy.source import ROOT
from tests.scenarios.office import opened
from tests.scenarios.policies import sample
from tests.scenarios.runner import headline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


class _Source:
    """The page's source beside the others, its fixture as a file, and its configuration."""

    def __init__(self, folder: Path) -> None:
        shown = page("add-a-source.md")
        (folder / "webhooks").mkdir()
        (folder / "webhooks" / "acme.py").write_text(shown.blocks("python")[0].text, encoding="utf-8")
        fixture, self.channels = (block.text for block in shown.blocks("toml"))
        (folder / "acme").mkdir()
        path = folder / "acme" / "question.http"
        path.write_text(shown.blocks("http")[0].text, encoding="utf-8")
        path.with_suffix(".expected.toml").write_text(fixture, encoding="utf-8")
        self.captured = load(path)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[_Source]:
    """The source on the page, found where the others are."""
    source = _Source(tmp_path)
    folder = str(tmp_path / "webhooks")
    ingest.webhooks.__path__.append(folder)
    registry.names.cache_clear()
    yield source
    ingest.webhooks.__path__.remove(folder)
    registry.names.cache_clear()
    registry._load.cache_clear()
    sys.modules.pop("ingest.webhooks.acme", None)


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
        timeout=200,
        check=False,
    )
    assert acted.returncode == 0, acted.stderr
    golden = shown.blocks("")[-1].text.rstrip()
    assert golden in acted.stdout
    assert golden not in describe()


def test_the_source_on_the_page_makes_one_ticket_of_a_request_sent_twice(
    source: _Source, tmp_path: Path
) -> None:
    """The shown request is taken by the route, kept once, parsed as shown, and acknowledged by mail."""
    one = source.captured
    files = {**sample(), "channels.toml": source.channels}
    assert check_webhooks(load_files(files)) == []
    with opened(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path / "raw", files) as office:
        office.now = one.received_at
        with hooked(office._door, {"acme": one.hook}.get, one.received_at) as desk:
            assert [desk.post("/in/acme", one.body, one.headers)[0] for _ in range(2)] == [202, 202]
        office.work()
        [row] = office.rows(tables.messages)
        kept = msgspec.json.decode(row.body)
        wanted = one.expected["message"]
        assert {key: kept[key] for key in wanted} == wanted
        assert [ticket.channel for ticket in office.tickets().values()] == ["acme"]
        assert "acknowledged in nb to kari@customer.example" in map(headline, office.sent())


@pytest.mark.parametrize(
    "question",
    [
        test_sources.test_a_good_request_is_theirs,
        test_sources.test_a_request_becomes_what_its_fixture_says,
        test_sources.test_one_bit_is_enough,
        test_sources.test_without_its_proof_it_is_nobodys,
        test_sources.test_two_secrets_hold_while_one_replaces_the_other,
    ],
)
def test_the_source_on_the_page_stands_every_question(
    source: _Source, question: Callable[[Captured], None]
) -> None:
    """What every source is asked, asked of the page's."""
    question(source.captured)
