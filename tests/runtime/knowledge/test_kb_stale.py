"""``despacho kb stale``: which articles want a look, why, and which do not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from runtime.knowledge.stale import OVERDUE, UNHELPFUL, UNUSED, stale
from store.articles import CURRENT, Article, Kept
from store.usefulness import Useful, useful
from tests.runtime.desk_at_hand import DeskAtHand
from tests.store.asked import plant, plant_answer, plant_suggestion
from tests.store.house import NOON, ready_store
from tests.store.plans import scans, statements

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SINCE = NOON - timedelta(days=90)
OLD = SINCE - timedelta(seconds=1)


def kept(name: str = "a", *, review: str = "", at: datetime = OLD) -> Kept:
    """An article that was last changed at ``at``."""
    article = Article(name=name, language="en", title=name, body="", review=review)
    return Kept(article=article, state=CURRENT, version=1, changed=1, at=at)


def why(one: Kept, **counts: int) -> list[str]:
    """Why an article wants a look, on a desk that suggests."""
    found = {("a", "en"): Useful(**counts), ("other", "en"): Useful(suggested=1)}
    return next((found.why for found in stale([one], found, SINCE, date(2026, 11, 21))), [])


def test_an_article_is_due_the_day_after_its_review_date() -> None:
    """On the day itself there is still time."""
    assert why(kept(review="2026-11-20"), suggested=1) == [OVERDUE]
    assert why(kept(review="2026-11-21"), suggested=1) == []


def test_three_requesters_and_no_fewer_than_it_helped_make_it_unhelpful() -> None:
    """Two may be wrong, and an article that helps more people stays."""
    assert why(kept(), suggested=5, unhelpful=3, solved=3) == [UNHELPFUL]
    assert why(kept(), suggested=5, unhelpful=2) == []
    assert why(kept(), suggested=9, unhelpful=3, solved=4) == []


def test_an_article_is_unused_that_nobody_was_told_of_and_that_answered_nothing() -> None:
    """Not one that is new, nor one that agents answer with; nor any where nothing is suggested."""
    assert why(kept()) == [UNUSED]
    assert why(kept(at=SINCE)) == why(kept(), suggested=1) == why(kept(), solved=1) == []
    assert stale([kept()], {}, SINCE, NOON.date()) == []


def test_those_with_most_reasons_are_first() -> None:
    """Then by name."""
    there = [kept("c"), kept("b"), kept("z", review="2026-01-01")]
    found = {("other", "en"): Useful(suggested=1)}
    assert [one.article for one in stale(there, found, SINCE, NOON.date())] == ["z", "b", "c"]


def test_what_became_of_articles_is_counted_by_language(desk_url: str) -> None:
    """Of the tickets of the period alone, and found by indexes."""
    store = ready_store(desk_url)
    plant(store, 1, SINCE - timedelta(days=1), language="en")
    for number in (2, 3):
        plant(store, number, SINCE, language="en")
    for ticket in (1, 2, 3):
        plant_suggestion(store, ticket, 1, "reset", shown=ticket == 2)
    plant_suggestion(store, 3, 2, "reset", language="es", answer="unhelpful")
    plant_answer(store, 3, "reset")
    with statements(store) as seen:
        found = useful(store, SINCE)
    assert found == {
        ("reset", "en"): Useful(suggested=2, shown=1, solved=1),
        ("reset", "es"): Useful(suggested=1, unhelpful=1),
    }
    assert scans(store, seen) == {}
    store.close()


def test_the_command_says_which_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In words, and for programs; a desk whose articles are fine says so."""
    desk = DeskAtHand(tmp_path, monkeypatch, capsys)
    desk.store().close()
    (tmp_path / "articles").mkdir()
    due = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    (tmp_path / "articles" / "old.en.md").write_text(f"---\ntitle: Old\nreview: {due}\n---\nx\n")
    (tmp_path / "articles" / "new.en.md").write_text("---\ntitle: New\n---\nx\n")
    desk.run("kb", "import", str(tmp_path / "articles"))
    told = desk.run("kb", "stale", "--json").json()
    assert told["articles"] == 2
    [line] = told["lines"]
    assert (line["article"], line["why"], line["review"]) == ("old", [OVERDUE], due)
    assert OVERDUE in desk.run("kb", "stale").out
    assert desk.run("kb", "stale", "--csv").out.splitlines()[1].startswith("old,en,past its review date,")
    (tmp_path / "articles" / "old.en.md").unlink()
    desk.run("kb", "import", str(tmp_path / "articles"))
    assert "None of 1 articles wants a look." in desk.run("kb", "stale").out
    assert desk.run("kb", "stale", "--since", "x").code == 2
