"""Damaged mail is read: thousands by chance, and fields by Hypothesis."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mail import address, block, header, params
from tests.fuzz import generate, judge, mutate, run, seeds

SEED = 1
MAILS = 5000
RAW = st.one_of(
    st.binary(max_size=300),
    st.lists(
        st.sampled_from([*mutate.TOKENS, b"ana@b.example", b"Ana ", b"utf-8", b"=C3=B8"]), max_size=40
    ).map(b"".join),
)


@pytest.mark.timeout(300)
def test_five_thousand_damaged_mails_are_read() -> None:
    """Nothing raises, nothing takes a second of processor time, and each is a message that can be kept."""
    found = seeds.made_up(SEED)
    try:
        found += seeds.of_python()
    except seeds.Missing:
        found += seeds.made_up(SEED + 1)
    outcome = run.run(found, seed=SEED, mails=MAILS)
    assert (outcome.mails, outcome.failures) == (MAILS, [])


def test_the_same_seed_gives_the_same_mails() -> None:
    """What failed once can be made again from its number."""
    found = seeds.made_up(SEED)
    assert [run.mail(number, found, SEED) for number in range(20)] == [
        run.mail(number, seeds.made_up(SEED), SEED) for number in range(20)
    ]


def test_the_judge_sees_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that raises, and one that passes a NUL on, are both found out."""

    def fails(*_: object) -> None:
        raise RuntimeError("planted")

    mail = generate.mail(Random(SEED))
    assert judge.judge(mail).wrong == ""
    monkeypatch.setattr(judge, "SLOWEST", -1.0)
    assert judge.judge(mail).wrong.startswith("took")
    monkeypatch.setattr(judge, "read", fails)
    assert "planted" in judge.judge(mail).wrong


@settings(max_examples=400, deadline=None)
@given(RAW)
def test_any_field_is_read(raw: bytes) -> None:
    """Text, parameters, addresses, dates and ids: none raises, and what comes out can be kept."""
    found = address.parse(raw)
    value, parameters = params.parse(block.unfold(raw))
    texts = [header.text(raw), value, *parameters, *parameters.values(), *header.message_ids(raw)]
    texts += [part for one in found.addresses for part in (one.address, one.name, one.shown)]
    header.date(raw)
    for text in texts:
        assert "\x00" not in text
        text.encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(RAW)
def test_an_address_is_always_one(raw: bytes) -> None:
    """What is given as an address has one ``@``, a domain, no space and no bracket."""
    for one in address.parse(raw).addresses:
        local, _, domain = one.address.rpartition("@")
        assert local
        assert domain
        assert not set(one.address) & set(" \t\r\n<>,;\x00\u202e")
