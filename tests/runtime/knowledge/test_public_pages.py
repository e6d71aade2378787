"""What the pages of articles are given: what is public by the rows, whatever the index holds."""

from __future__ import annotations

import msgspec

from runtime.knowledge.pages import PublicArticles
from store import articles
from store.articles import INTERNAL
from tests.runtime.knowledge.test_suggestions import ASK, LOST, OTHERS, ready, stock
from tests.store.house import NOON, House


def test_what_is_internal_is_on_no_page(house: House) -> None:
    """Neither listed, nor found, nor read by whoever knows its name; before the index has heard of it too."""
    stock(house, LOST, *OTHERS)
    known = PublicArticles(house.store, house.files.folder.parent)
    assert [one.name for one in known.listed("en")] == ["brakes", "reset", "delivery"]
    [found, *_] = known.search("en", "I have forgotten my password")
    assert (found.name, found.body[:6]) == ("reset", "Choose")
    assert known.article("en", "reset") is not None
    assert known.article("es", "reset") is None
    with house.store.writing() as connection:
        articles.keep(connection, [msgspec.structs.replace(LOST, audience=INTERNAL)], NOON)
    assert [one.name for one in known.listed("en")] == ["brakes", "delivery"]
    assert "reset" not in {one.name for one in known.search("en", "I have forgotten my password")}
    assert known.article("en", "reset") is None


def test_only_what_was_told_is_offered(house: House) -> None:
    """By ticket and number, as the link says."""
    ready(house)
    house.accept(ASK)
    house.work()
    known = PublicArticles(house.store, house.files.folder.parent)
    offer = known.offer(1, 1)
    assert offer is not None
    assert (offer.ticket, offer.title) == (1, LOST.title)
    assert known.offer(1, 2) is None
    assert known.offer(2, 1) is None
