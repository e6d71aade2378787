"""What tells who somebody is goes from a draft; what only looks like it stays where an article needs it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.knowledge.impersonal import LONGEST, Impersonal
from tests.patience import most_work

NAMES = ("Kari Nordmann", "Mark Price", "Åse")
GOES = {
    "I am Kari Nordmann of Oslo": "I am [name] of Oslo",
    "KARI wrote, and Nordmann too": "[name] wrote, and [name] too",
    "kari nordmann called": "[name] called",
    "best, kari": "best, [name]",
    "Spør Åse.": "Spør [name].",
    "Write to kari.n+x@mail.customer.example, please": "Write to [mail address], please",
    "Call +47 99 88 77 66 now": "Call [telephone number] now",
    "Call 99887766": "Call [number]",
    "ring (0047) 22.33.44.55!": "ring [telephone number]!",
    "teléfono 612 345 678": "teléfono [telephone number]",
    "card 4111 1111 1111 1111": "card [card number]",
    "card 4111-1111-1111-1112": "card [number]",
    "IBAN NO93 8601 1117 947": "IBAN [account number]",
    "ES9121000418450200051332 es mía": "[account number] es mía",
    "order 1234 is late": "order [number] is late",
    "Order no. A-17 is late": "Order no. [number] is late",
    "mi pedido nº 55-A12": "mi pedido nº [number]",
    "fakturanr. 118 er feil": "fakturanr. [number] er feil",
    "see AB-12345": "see [number]",
    "as in [#1042] and #17": "as in [number] and [number]",
    "from 192.0.2.7": "from [network address]",
    "I live in Storgata 5, 0150 Oslo": "I live in [address], [address]",
    "vivo en la calle Mayor 12": "vivo en la [address]",
    "at 12 High Street": "at [address]",
    "https://shop.example/reset?token=abc": "https://shop.example/reset [link]",
    "https://u:p@shop.example/x.": "https://shop.example/x [link].",
    "www.shop.example/t/0123456789abcdef0123/go": "www.shop.example/t/go [link]",
    "password: hunter2": "password: ***",
}
STAYS = [
    "Tick the mark, then check the price",
    "It was 2026-11-30 at 10:30, or 30.11.2026",
    "Version 10.0.19045.3570, error 0x80070057",
    "See https://shop.example/help/reset for 15 minutes",
    "Karin and Marketing have 12 months",
    "From 2024-2026 it cost 1200 kr",
    "",
]


@pytest.mark.parametrize("text", GOES)
def test_what_tells_who_somebody_is_goes(text: str) -> None:
    """With a mark in its place, and counted."""
    remover = Impersonal(NAMES)
    assert remover.line(text) == GOES[text]
    assert remover.removed.total() == GOES[text].count("[") + GOES[text].count("***")


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_like_it_stays(text: str) -> None:
    """Days, versions, error codes, plain links, words that are names elsewhere."""
    remover = Impersonal(NAMES)
    assert remover.line(text) == text
    assert remover.said() == "nothing"


def test_greeting_and_signature_go_and_the_question_stays() -> None:
    """Whether the signature stands below its mark or below a sign-off."""
    remover = Impersonal(NAMES)
    for end in ("-- \nKari\nAcme AS", "Kind regards\nKari Nordmann"):
        assert remover.text(f"Hi Ana,\n\nThe pump leaks.\n\n{end}") == "The pump leaks."
    assert remover.said() == "2 greetings, 2 signatures"
    assert Impersonal(()).text("Hello I need help with my pump") == "Hello I need help with my pump"
    assert Impersonal(()).text("Hei!") == "Hei!"
    assert Impersonal(()).text("") == ""


def test_no_more_is_read_than_a_solution_is_long() -> None:
    """The bound itself is read, what is behind it is not."""
    assert Impersonal(()).line("x" * LONGEST) == "x" * LONGEST
    assert len(Impersonal(()).line("x" * (LONGEST + 1))) == LONGEST


@pytest.mark.parametrize("piece", ["1", "1 ", "a", "a.", "AB12 ", "A1/", "a@", "www.", "12 A ", "calle a "])
def test_a_text_that_is_made_to_hurt_takes_no_longer(piece: str) -> None:
    """Every pattern is bounded: the longest text of any one form takes a moment."""
    began = time.process_time()
    Impersonal(NAMES).text(piece * (LONGEST // len(piece)))
    assert time.process_time() - began < most_work(2)


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="Kari Nordmann \n,.!aå4@"), st.sampled_from(["Kari Nordmann", "kari@customer.example"])
)
def test_a_known_name_never_stays(around: str, person: str) -> None:
    """Whatever stands around it, as long as it is a word of its own."""
    found = Impersonal(NAMES).text(f"{around} {person} {around}")
    assert person not in found
