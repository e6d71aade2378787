"""Whatever the OpenAPI document allows, and what it does not, is answered, and never by a failure of ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from ingest.form.routes import Forms, forms
from ingest.http import HttpChannel, HttpSettings
from ingest.http.incoming import Incoming, incoming
from tests.ingest.form.conftest import policy_of
from tests.ingest.http.calls import ask, said
from tests.ingest.http.hooked import Hooked
from tests.ingest.webhooks.captured import captured
from tests.servers.loopback import HOST
from tests.store.house import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = 40
"""Requests of each operation."""


@pytest.fixture
def channel(tmp_path: Path, plain_logs: None) -> Iterator[HttpChannel]:
    """A channel with every route of a desk, and every source."""
    house = House(f"sqlite:///{tmp_path / 'desk.sqlite3'}", tmp_path)
    hooks = {one.source.name: one.hook for one in captured()}
    policy = policy_of()
    needs = Incoming(door=house.door, find=hooks.get, mailbox_of=lambda _: None)
    form = Forms(
        door=house.door, policy=lambda: policy, keyring=house.keyring, confirm=lambda number: number > 0
    )
    channel = HttpChannel(HttpSettings(port=0, stop_seconds=1), {}, [incoming(needs), *forms(form)])
    channel.start()
    yield channel
    channel.stop()
    house.close()


def test_the_document_names_the_routes(channel: HttpChannel) -> None:
    """It is there for whoever sets a service up, and names what they may call."""
    answer = ask(channel, "/openapi.json")
    assert answer.status == 200
    document = json.loads(answer.said)  # type: ignore[attr-defined]
    assert {"/in/{name}", "/form", "/confirm/{token}", "/health/live"} <= set(document["paths"])
    assert said(ask(channel, "/openapi")) == {"error": "not found"}


@pytest.mark.slow
def test_no_request_makes_the_desk_fail(channel: HttpChannel) -> None:
    """Made-up requests to every operation, valid and not: none is answered with 5xx."""
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed here")
    document = json.loads(ask(channel, "/openapi.json").said)  # type: ignore[attr-defined]
    schema = schemathesis.openapi.from_dict(document)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy())
        def answered(case: Any) -> None:
            nonlocal asked
            answer = case.call(base_url=f"http://{HOST}:{channel.port}", timeout=30)
            assert answer.status_code < 500, (case.method, case.path, answer.status_code)
            asked += 1

        answered()
    assert asked >= EXAMPLES


@pytest.mark.parametrize("one", captured(), ids=lambda one: f"{one.path.parent.name}/{one.path.stem}")
def test_damaged_requests_of_every_source_are_refused_or_kept(channel: HttpChannel, one: Any) -> None:
    """A body cut anywhere, doubled, or in another form: 2xx or 401, never a failure of ours."""
    path = one.line.split()[1]
    bodies = [one.body[: len(one.body) // n] for n in (1, 2, 3, 10)] + [
        b"",
        one.body * 2,
        b"{}",
        b"[]",
        b"\xff",
    ]
    for body in bodies:
        status, _, _ = Hooked(channel).post(path, body, one.headers)
        assert status in {200, 202, 401}, body[:100]
