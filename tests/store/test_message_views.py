"""Mails of tickets and of domains, as people look at them, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import message_views
from tests.store.house import mail

if TYPE_CHECKING:
    import pytest

    from store.message_views import MailView
    from tests.store.house import House


def _take(house: House, sender: str, name: str, extra: str = "") -> None:
    """One mail from a sender, worked on."""
    raw = mail(name, extra=extra).replace(b"kari@customer.example", sender.encode())
    house.accept(raw, sender=sender)
    house.work()


def _of(house: House, domain: str, *, around: int = 1, most: int = 10) -> list[MailView]:
    with house.store.reading() as connection:
        return message_views.of_domain(connection, domain, around=around, most=most)


def test_the_mails_of_a_ticket_come_in_their_order(house: House) -> None:
    """Each once, with the entry that it became; another ticket's are not among them."""
    _take(house, "kari@customer.example", "m1")
    _take(house, "kari@customer.example", "m2", "In-Reply-To: <m1@customer.example>\r\n")
    _take(house, "eva@other.example", "m3")
    with house.store.reading() as connection:
        found = message_views.of_ticket(connection, 1)
        assert message_views.of_ticket(connection, 9) == []
    assert [one.message.message_id for one in found] == ["<m1@customer.example>", "<m2@customer.example>"]
    assert [one.entry for one in found] == sorted({one.entry for one in found})


def test_the_mails_of_a_domain_are_its_own(house: House) -> None:
    """A domain that ends alike, or that a pattern would take for it, is another; the newest are enough."""
    for at, sender in enumerate(("a@b_c.example", "a@bxc.example", "a@x.b_c.example", "z@b_c.example")):
        _take(house, sender, f"m{at}")
    assert {one.message.sender.address for one in _of(house, "b_c.example")} == {
        "a@b_c.example",
        "z@b_c.example",
    }
    assert [one.message.sender.address for one in _of(house, "b_c.example", most=1)] == ["z@b_c.example"]


def test_only_what_is_near_is_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many entries a desk has, as many are looked at."""
    monkeypatch.setattr(message_views, "SPAN", 1)
    for at in range(4):
        _take(house, "kari@customer.example", f"m{at}", "")
    entries = [one.entry for one in _of(house, "customer.example", around=2)]
    assert max(entries) <= 3
