"""One trace from the channel to the outgoing mail, through rows and bells, where somebody records it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import kombu
import msgspec
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

from events.codec import decode, encode
from events.types import TicketOpened
from ingest import tracing
from runtime.bell import Bell
from runtime.capture import Capture
from runtime.sender import Sender
from store.letter import traceparent_of
from store.tables import events, outgoing
from tests.runtime.eventually import eventually
from tests.store.house import NOON, House, mail

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTSIDE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What an SDK that is set up for this test records."""
    spans = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    # The API takes a provider once in a process; a test takes its own, and gives the place back.
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    trace.set_tracer_provider(provider)
    yield spans
    provider.shutdown()


@pytest.fixture
def unrecorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that no SDK was loaded in."""
    monkeypatch.setattr(tracing, "is_on", lambda: False)


def sent(house: House) -> None:
    """Capture all mail."""
    sender = Sender(house.store, Capture)
    thread = threading.Thread(target=sender.run)
    thread.start()
    try:
        assert eventually(lambda: all(row.state == "captured" for row in house.rows(outgoing)), within=60)
    finally:
        sender.stop()
        thread.join()


def test_one_trace_from_the_channel_to_the_outgoing_mail(
    house: House, recorded: InMemorySpanExporter
) -> None:
    """Accept, the chains and both mails are spans of one trace, each below what led to it."""
    house.accept(mail(), traceparent=OUTSIDE)
    house.work()
    sent(house)
    spans = {span.name: span for span in recorded.get_finished_spans()}
    assert {span.context.trace_id for span in spans.values()} == {0x0AF7651916CD43DD8448EB211C80319C}
    names = [span.name for span in recorded.get_finished_spans()]
    assert sorted(names) == ["accept", "chain ContactChecked", "chain TicketOpened", "send", "send"]
    parents = {name: span.parent.span_id for name, span in spans.items() if span.parent}
    assert parents == {
        "accept": 0xB7AD6B7169203331,
        "chain ContactChecked": spans["accept"].context.span_id,
        "chain TicketOpened": spans["chain ContactChecked"].context.span_id,
        "send": spans["chain TicketOpened"].context.span_id,
    }


def test_a_channel_begins_a_trace_where_nobody_did(house: House, recorded: InMemorySpanExporter) -> None:
    """Its name is in the row of the first event, and in the letter of each mail."""
    house.accept(mail())
    [row] = house.rows(events)
    [accepted] = recorded.get_finished_spans()
    told = decode(row.body.encode())
    assert isinstance(told.traceparent, str)
    assert told.traceparent.split("-")[1] == f"{accepted.context.trace_id:032x}"
    house.work()
    assert {traceparent_of(row.letter).split("-")[1] for row in house.rows(outgoing)} == {
        told.traceparent.split("-")[1]
    }


def test_no_attribute_is_anybodys(house: House, recorded: InMemorySpanExporter) -> None:
    """Spans name channels, events and numbers; whoever reads traces reads no mail."""
    house.accept(mail(subject="secret-subject"))
    house.work()
    sent(house)
    told = " ".join(f"{span.name} {dict(span.attributes or {})}" for span in recorded.get_finished_spans())
    assert "@" not in told
    assert "secret" not in told


def test_where_nobody_records_rows_are_as_ever(house: House, unrecorded: None) -> None:
    """No word of traces in events or letters; but what came from outside is passed on as it is."""
    house.accept(mail("m1"))
    house.work()
    assert not [row for row in house.rows(events) if "traceparent" in msgspec.json.decode(row.body)]
    assert {traceparent_of(row.letter) for row in house.rows(outgoing)} == {""}
    house.accept(mail("m2"), traceparent=OUTSIDE)
    house.work()
    assert {decode(row.body.encode()).traceparent for row in house.rows(events)} == {msgspec.UNSET, OUTSIDE}


def test_an_event_without_a_trace_is_written_as_before() -> None:
    """The field is no part of the JSON where it is not set, and comes back where it is."""
    event = TicketOpened(at=NOON, stream="ticket:1", effect_key="k", ticket=1, entry=1, contact=1)
    assert b"traceparent" not in encode(event)
    traced = msgspec.structs.replace(event, traceparent=OUTSIDE)
    assert decode(encode(traced)) == traced


def test_bells_carry_it_in_a_header() -> None:
    """Whoever listens on the exchange can continue the trace; the bell itself says what it always said."""
    with kombu.Connection("memory://", transport_options={"polling_interval": 0.01}) as connection:
        exchange = kombu.Exchange("traced.events", type="topic", durable=True)
        queue = kombu.Queue("listener", exchange, routing_key="TicketOpened", channel=connection)
        queue.declare()
        bell = Bell("memory://", name="traced")
        bell.ring([("TicketOpened", "e1", 7), ("TicketOpened", "e2", 8)], {"e1": OUTSIDE})
        heard: list[Any] = []

        def both_heard() -> bool:
            if (message := queue.get()) is not None:
                heard.append(message)
            return len(heard) == 2

        assert eventually(both_heard, within=20)
        bell.close()
    said = {message.payload["id"]: message.headers.get("traceparent") for message in heard}
    assert said == {"e1": OUTSIDE, "e2": None}
    assert {tuple(sorted(message.payload)) for message in heard} == {("id", "name", "ticket")}


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        (OUTSIDE, OUTSIDE),
        (f" {OUTSIDE.upper()} ", OUTSIDE),
        (f"01{OUTSIDE[2:]}-more", f"01{OUTSIDE[2:]}"),
        (f"ff{OUTSIDE[2:]}", ""),
        (OUTSIDE.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32), ""),
        (OUTSIDE.replace("b7ad6b7169203331", "0" * 16), ""),
        (OUTSIDE[:-1], ""),
        ("x" * 10_000, ""),
        ("", ""),
    ],
)
def test_what_is_taken_from_outside(header: str, kept: str) -> None:
    """Only a traceparent as W3C Trace Context writes it, and nothing behind it."""
    assert tracing.outside(header) == kept


def test_a_span_that_failed_says_of_what_kind(recorded: InMemorySpanExporter) -> None:
    """By class alone."""
    with pytest.raises(ValueError, match="kari"), tracing.begin("work"):
        raise ValueError("kari@customer.example")
    [span] = recorded.get_finished_spans()
    assert dict(span.attributes or {}) == {"error.type": "ValueError"}
    assert not span.events
