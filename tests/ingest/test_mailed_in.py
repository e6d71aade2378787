"""The line by which an agent writes a contact down in a mail, as people and mail programs type it."""

from __future__ import annotations

import time

import pytest

from events.message import Address
from ingest.behalf.mailed_in import Order, find_order
from ingest.behalf.original import only_address
from ingest.by_hand import WAYS
from tests.patience import most_work

READ = {
    "#for kari@x.example #phone\nShe rang.": Order("kari@x.example", ("phone",), "She rang."),
    "\n\n#For: Kari <kari@x.example> #Walk-In She came.\nTwice.": Order(
        "Kari <kari@x.example>", ("walk-in",), "She came.\nTwice."
    ),
    "#for kari@x.example\n\n#fax": Order("kari@x.example", ("fax",), ""),
    "#for kari@x.example\nShe rang.": Order("kari@x.example", (), "She rang."),
    "#for kari@x.example she rang": Order("kari@x.example she rang", (), ""),
    "#for #phone #urgent # a heading": Order("", ("phone", "urgent"), "# a heading"),
    "#for": Order("", (), ""),
}
ORDINARY = (
    "",
    "for kari@x.example #phone",
    "Hello\n#for kari@x.example #phone",
    "#fortune",
    "#solve",
    "# for x",
)


@pytest.mark.parametrize(("text", "order"), READ.items())
def test_an_order_is_read(text: str, order: Order) -> None:
    """Whom it is of, the words that should say how, and what was said."""
    assert find_order(text) == order


@pytest.mark.parametrize("text", ORDINARY)
def test_what_does_not_begin_so_is_none(text: str) -> None:
    """Only at the very top, and only the whole word."""
    assert find_order(text) is None


@pytest.mark.parametrize(
    "who",
    ["kari@x.example", "Kari <kari@x.example>", "kari@x.example<mailto:kari@x.example>", "KARI@x.example"],
)
def test_one_person_is_known_however_the_program_wrote_them(who: str) -> None:
    """Programs make a link of an address, and write it twice."""
    order = find_order(f"#for {who} #phone\nShe rang.")
    assert order is not None
    assert only_address(order.of).address == "kari@x.example"


@pytest.mark.parametrize("who", ["", "kari", "a@x.example, b@x.example", "+47 900 00 000"])
def test_nobody_or_several_are_nobody(who: str) -> None:
    """Then the agent is asked."""
    assert only_address(who) == Address("")


@pytest.mark.parametrize(
    "text", ["#for " + "a" * 900_000, "#for a@x.example " + "#phone " * 200_000, "#for" + " " * 900_000]
)
def test_long_ones_take_no_time(text: str) -> None:
    """Whatever stands there is read in bounded steps; of words with # twenty are enough."""
    began = time.process_time()
    order = find_order(text)
    assert order is not None
    assert len(order.ways) <= 20
    assert time.process_time() - began < most_work(0.5)


def test_the_ways_are_those_of_the_command() -> None:
    """What may be mailed in may be written down by `despacho log`, and the other way round."""
    assert WAYS == ("phone", "walk-in", "letter", "fax", "other")
