"""The webhook route: 2xx means that it is on the disk, and whatever goes wrong with us is 503."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

import msgspec
import pytest
from structlog.testing import capture_logs

from ingest.accept import Bounds
from ingest.hooks.source import LARGEST, UnavailableError
from store import rawbytes, tables
from tests.ingest.http.hooked import hooked
from tests.ingest.webhooks.captured import FOLDER, Captured, captured, load
from tests.store.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.hooks.source import Hook

QUESTION = load(FOLDER / "standard" / "question.http")


@pytest.fixture
def house(tmp_path: Path, plain_logs: None) -> Iterator[House]:
    """A desk with a door, on SQLite."""
    house = House(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path)
    yield house
    house.close()


def only(one: Captured) -> dict[str, Hook]:
    """The one source there is."""
    return {one.source.name: one.hook}


@pytest.mark.parametrize("one", captured(), ids=lambda one: f"{one.path.parent.name}/{one.path.stem}")
def test_a_hundred_at_once_are_one_event(house: House, one: Captured) -> None:
    """The same request a hundred times in parallel: each is told yes, and there is one contact, one event."""
    path = one.line.split()[1]
    with hooked(house.door, only(one).get, one.received_at) as desk:
        statuses = desk.at_once(100, path, one.body, one.headers)
    assert set(statuses) == {one.source.done.status}
    assert len(statuses) == 100
    counts = [house.count(table) for table in (tables.contacts, tables.events, tables.work)]
    assert counts == [1, 1, 1]
    [receipt] = house.rows(tables.receipts)
    assert (receipt.seen, receipt.channel) == (100, one.source.name)


def test_accepted_is_committed(house: House) -> None:
    """What is answered with 202 can be read again, byte for byte, from another connection."""
    with hooked(house.door, only(QUESTION).get, QUESTION.received_at) as desk:
        status, said, _ = desk.post("/in/standard", QUESTION.body, QUESTION.headers)
        assert (status, said) == (202, b'{"accepted":true}')
        with house.store.reading() as connection:
            [row] = rawbytes.with_raw(connection, [1])
    assert rawbytes.content(row, house.files) == QUESTION.body


def test_two_that_ask_the_same_are_two(house: House) -> None:
    """The source's own name tells requests apart, not their words: two people may ask the same."""
    one, other = QUESTION, load(FOLDER / "standard" / "svix.http")
    assert one.body == other.body
    with hooked(house.door, only(one).get, one.received_at) as desk:
        for each in (one, other, one):
            assert desk.post("/in/standard", each.body, each.headers)[0] == 202
    assert house.count(tables.contacts) == 2


def test_a_forged_request_is_401_and_nothing_is_kept(house: House) -> None:
    """Whoever has no signature learns nothing but that."""
    headers = {**QUESTION.headers, "webhook-signature": "v1,AAAA"}
    with hooked(house.door, only(QUESTION).get, QUESTION.received_at) as desk, capture_logs() as logs:
        status, said, _ = desk.post("/in/standard", QUESTION.body, headers)
    assert (status, said) == (401, b'{"error":"unauthorized"}')
    assert house.count(tables.contacts) == 0
    assert [each["channel"] for each in logs if each["event"] == "webhook_forged"] == ["standard"]


def test_a_name_that_nobody_set_up_is_not_there(house: House) -> None:
    """404, as for any path."""
    with hooked(house.door, only(QUESTION).get, QUESTION.received_at) as desk:
        assert desk.post("/in/other", QUESTION.body, QUESTION.headers)[0] == 404


@pytest.mark.parametrize(("more", "status"), [(0, 401), (1, 413)])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_has_a_bound(house: House, more: int, status: int, *, chunked: bool) -> None:
    """Just the bound is read, one byte more is 413, told beforehand or found while it streams in."""
    size = LARGEST + more
    body = iter([b"x" * 65_536] * (size // 65_536) + [b"x" * (size % 65_536)]) if chunked else b"x" * size
    with hooked(house.door, only(QUESTION).get, QUESTION.received_at) as desk:
        try:
            assert desk.post("/in/standard", body, QUESTION.headers)[0] == status  # type: ignore[arg-type]
        except (BrokenPipeError, ConnectionResetError):
            # The answer was sent and the line closed while the client still wrote.
            assert status == 413


def test_bodies_under_way_have_a_bound_together(house: House) -> None:
    """More than may be in memory at once is put off, and the bytes are counted no more afterwards."""
    with hooked(house.door, only(QUESTION).get, QUESTION.received_at, in_flight=len(QUESTION.body)) as desk:
        status, _, headers = desk.post("/in/standard", QUESTION.body + b" ", QUESTION.headers)
        assert (status, bool(headers["Retry-After"])) == (503, True)
        for _ in range(3):
            assert desk.post("/in/standard", QUESTION.body, QUESTION.headers)[0] == 202


def test_a_desk_that_is_behind_puts_off(tmp_path: Path) -> None:
    """A full disk or a long backlog is 503 with Retry-After, before the body is looked at."""
    house = House(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path, bounds=Bounds(backlog=5), undone=6)
    with hooked(house.door, only(QUESTION).get, QUESTION.received_at) as desk:
        status, _, headers = desk.post("/in/standard", QUESTION.body, QUESTION.headers)
    house.close()
    assert (status, headers["Retry-After"]) == (503, "30")


def test_a_failure_of_ours_is_temporary_and_says_nothing(house: House) -> None:
    """A door that fails is 503, and its error's text stays inside."""

    class Broken:
        """A door that cannot write."""

        spool_folder = house.door.spool_folder

        def refusal(self) -> None:
            """Nothing is known to be wrong."""

        def submit(self, _delivery: object) -> Future[object]:
            """Fail."""
            future: Future[object] = Future()
            future.set_exception(OSError("Canary: /var/lib/desk is gone"))
            return future

    with hooked(house.door, only(QUESTION).get, QUESTION.received_at, door=Broken()) as desk:
        status, said, headers = desk.post("/in/standard", QUESTION.body, QUESTION.headers)
    assert (status, said) == (503, b'{"error":"service unavailable"}')
    assert headers["Retry-After"]


def test_a_secret_that_cannot_be_had_is_our_trouble(house: House) -> None:
    """Nothing can be proven then: the service comes again, and what it sends is not refused for good."""

    def find(_name: str) -> Hook | None:
        raise UnavailableError("no secret of the webhook standard can be had")

    with hooked(house.door, find, QUESTION.received_at) as desk:
        status, said, _ = desk.post("/in/standard", QUESTION.body, QUESTION.headers)
    assert (status, said) == (503, b'{"error":"service unavailable"}')


def test_one_broken_source_is_nothing_to_the_others(house: House) -> None:
    """A source that raises answers 503 to its own requests; another's come in meanwhile."""

    def raising(*_: object) -> None:
        raise RuntimeError("Canary")

    broken = msgspec.structs.replace(
        QUESTION.hook, source=msgspec.structs.replace(QUESTION.source, verify=raising)
    )
    hooks = {"standard": QUESTION.hook, "broken": broken}
    with hooked(house.door, hooks.get, QUESTION.received_at) as desk:
        for _ in range(3):
            assert desk.post("/in/broken", QUESTION.body, QUESTION.headers)[0] == 503
            assert desk.post("/in/standard", QUESTION.body, QUESTION.headers)[0] == 202
    assert house.count(tables.contacts) == 1
