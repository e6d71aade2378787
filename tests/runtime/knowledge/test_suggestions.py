"""What is known already stands in the mails: for customers only where a desk has proved that it helps."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from handlers.desk import Desk
from handlers.suggest import never_told
from runtime.show.decisions import sentences
from store import articles, calibrations, tables
from store.articles import INTERNAL, Article
from store.batch import Batch
from store.calibrations import Calibration
from store.letter import decode
from store.numbers import numbers_for
from store.search.keeper import FOLDER
from store.search.library import Library
from tests.store.house import NOON, House, mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_FIRST_RULE = '[[rule]]\nname = "Important'
LOST = Article(
    name="reset",
    language="en",
    title="How do I reset my forgotten password?",
    body="# Reset\n\nAnother thing.\n\nChoose *forgotten password* on the sign-in page and reset it there.",
)
TWINS = [
    Article(
        name="reset",
        language="es",
        title="¿Cómo restablezco mi contraseña olvidada?",
        body="Elija contraseña olvidada.",
    ),
    Article(
        name="reset",
        language="nb",
        title="Hvordan nullstiller jeg passordet jeg har glemt?",
        body="Velg glemt passord.",
    ),
]
OTHERS = [
    Article(name="brakes", language="en", title="Brakes that squeal", body="Clean the rims."),
    Article(name="delivery", language="en", title="When does my bicycle arrive?", body="In five days."),
]
ASK = mail(subject="How do I reset my forgotten password", body="I have forgotten my password.")


@pytest.fixture
def any_house(desk_url: str, tmp_path: Path) -> Iterator[House]:
    """A desk on each database."""
    house = House(desk_url, tmp_path)
    yield house
    house.close()


def stock(house: House, *given: Article) -> None:
    """Bring articles in and let the index know them."""
    with house.store.writing() as connection:
        articles.keep(connection, given, NOON)
    Library(house.store, house.files.folder.parent / FOLDER).catch_up(("en", "es", "nb"))


def pass_the_gate(house: House, score: int = 50) -> None:
    """As `despacho kb calibrate` does where enough is right."""
    measured = Calibration(at=NOON, who="x", articles=3, questions=40, shown=30, correct=30, score=score)
    with house.store.writing() as connection:
        calibrations.keep(connection, measured)
    house.rulebooks.refresh()


def switch(house: House, old: str, new: str) -> None:
    """Put a policy in force in which some words are others."""
    house.apply(house.rulebooks.current().policy.files, **{old: new})


def values(house: House, reason: str = "acknowledged") -> dict[str, Any]:
    """What the newest mail of a kind is filled in with."""
    mails = [row for row in house.rows(tables.outgoing) if row.reason == reason]
    return decode(mails[-1].letter).values


def ready(house: House, *more: Article) -> None:
    """Articles and a passed gate; the example's policy wants suggestions."""
    stock(house, LOST, *OTHERS, *more)
    pass_the_gate(house)


def test_both_are_told_where_all_is_well(any_house: House) -> None:
    """The customer by title and passage, the agent also with score and words; `--why` says both."""
    house = any_house
    ready(house)
    house.accept(ASK)
    house.work()
    [told] = values(house)["articles"]
    assert (told["title"], told["passage"].split()[0]) == (LOST.title, "Choose")
    [seen, *_] = values(house, "assigned")["suggestions"]
    assert (seen["name"], seen["internal"]) == ("reset", "")
    assert "password" in seen["words"]
    row = house.rows(tables.suggestions)[0]
    assert (row.ticket, row.number, row.shown, row.why_not) == (1, 1, True, "")
    assert row.score == int(seen["score"]) >= 50
    [trace] = [row for row in house.rows(tables.traces) if row.handler == "suggest"]
    lines = sentences(msgspec.json.decode(trace.body))
    assert lines[1].text.startswith(f"reset (en): {row.score}%, by ")


def _no_gate(house: House) -> None:
    pass_the_gate(house, score=0)


def _off(house: House) -> None:
    switch(house, "to_customers = true", "to_customers = false")


def _high(house: House) -> None:
    switch(house, _FIRST_RULE, _rule('then.priority = "high"'))


def _tagged(house: House) -> None:
    switch(house, _FIRST_RULE, _rule('then.add_tags = ["complaint"]'))


def _rule(then: str) -> str:
    return f'[[rule]]\nname = "x"\n{then}\n[[rule]]\nname = "Important'


def _phrase(house: House) -> None:
    files = dict(house.rulebooks.current().policy.files)
    house.apply(files | {"phrases.toml": '[complaint]\nen = ["forgotten"]\n'})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_no_gate, "has not passed"),
        (_off, "to_customers"),
        (_high, "the priority is high"),
        (_tagged, "tagged complaint"),
        (_phrase, "phrase of the list complaint"),
        (lambda house: stock(house, msgspec.structs.replace(LOST, audience=INTERNAL)), "internal"),
    ],
    ids=["gate", "off", "priority", "tag", "phrase", "internal"],
)
def test_customers_are_not_told(house: House, change: Callable[[House], None], why: str) -> None:
    """And the agent is, each time, with a row that says why the customer is not."""
    ready(house)
    change(house)
    house.accept(ASK)
    house.work()
    assert "articles" not in values(house)
    assert values(house, "assigned")["suggestions"][0]["name"] == "reset"
    row = house.rows(tables.suggestions)[0]
    assert (row.shown, why in row.why_not) == (False, True), row.why_not


@pytest.mark.parametrize(("above", "shown"), [(0, True), (1, False)])
def test_the_calibrated_score_is_the_bound(house: House, above: int, shown: bool) -> None:  # noqa: FBT001 - a case
    """From it on, and not one per cent below."""
    ready(house)
    house.accept(ASK)
    house.work()
    score = house.rows(tables.suggestions)[0].score
    pass_the_gate(house, score + above)
    house.accept(ASK.replace(b"<m1@", b"<m2@").replace(b"kari@", b"per@").replace(b"Kari", b"Per"))
    house.work()
    assert ("articles" in values(house)) is shown


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "es",
            "Hola, he olvidado mi contraseña y no puedo entrar. ¿Cómo restablezco mi contraseña olvidada?",
        ),
        ("nb", "Hei, jeg har glemt passordet mitt. Hvordan nullstiller jeg passordet jeg har glemt?"),
    ],
    ids=["es", "nb"],
)
def test_a_question_finds_the_twin_in_its_own_language(house: House, language: str, words: str) -> None:
    """The article is there in three languages under one name."""
    ready(house, *TWINS)
    house.accept(mail(subject=words.partition(". ")[2] or words, body=words))
    house.work()
    row = house.rows(tables.suggestions)[0]
    assert (row.name, row.language) == ("reset", language)
    assert values(house)["articles"][0]["title"] == {one.language: one.title for one in TWINS}[language]


@pytest.mark.parametrize("harm", ["deleted", "damaged", "half"])
def test_without_its_index_a_desk_does_all_but_suggest(house: House, harm: str) -> None:
    """Rebuilt by the next look of the librarian: the mail before it is answered as ever."""
    ready(house)
    index = house.files.folder.parent / FOLDER
    if harm == "deleted":
        shutil.rmtree(index)
    for path in index.rglob("meta.json" if harm == "damaged" else "seen"):
        path.write_text("{")
    house.accept(ASK)
    house.work()
    assert "articles" not in values(house)
    assert house.count(tables.suggestions) == house.count(tables.ledger) == house.count(tables.work) == 0
    Library(house.store, house.files.folder.parent / FOLDER).catch_up(("en",))
    house.accept(mail("m2", subject="How do I reset my forgotten password", body="Forgotten my password!"))
    house.work()
    assert values(house)["articles"]


def test_an_article_that_was_taken_out_is_not_suggested_though_the_index_has_it(house: House) -> None:
    """The rows say who is told of what, and the files only where to look."""
    ready(house)
    with house.store.writing() as connection:
        articles.keep(connection, [msgspec.structs.replace(LOST, audience=INTERNAL)], NOON)
        articles.remove_others(connection, {("reset", "en")}, NOON)
    house.accept(ASK)
    house.work()
    assert "articles" not in values(house)
    assert [row.public for row in house.rows(tables.suggestions)] == [False]


@pytest.mark.parametrize(
    ("then", "told"),
    [
        ('then.suggest = ["delivery"]', ["delivery"]),
        ("then.suggest = []", []),
        ('then.suggest = ["gone"]', []),
        ('then.suggest = ["secret"]', []),
        ('when.suggestion.score.at_least = 50\nthen.suggest = ["brakes"]', ["brakes"]),
        ('when.suggestion.score.at_least = 101\nthen.suggest = ["brakes"]', ["reset"]),
        ('when.suggestion.article.is = "reset"\nthen.suggest = []', []),
        ('then.suggest = ["brakes"]\n[[rule]]\nname = "y"\nthen.suggest = ["delivery"]', ["delivery"]),
    ],
    ids=["named", "none", "not-there", "internal", "score", "score-not", "article", "two-rules"],
)
def test_rules_say_what_is_suggested(house: House, then: str, told: list[str]) -> None:
    """By name, or nothing; by what the search is sure of; the later of two rules has its way."""
    ready(house, Article(name="secret", language="en", title="Secret", body="x", audience=INTERNAL))
    switch(house, _FIRST_RULE, _rule(then))
    house.accept(ASK)
    house.work()
    rows = [row for row in house.rows(tables.suggestions) if row.name]
    assert [row.name for row in rows if row.shown] == told
    assert len(values(house).get("articles", ())) == len(told)
    assert len({(row.ticket, row.number) for row in rows}) == len(rows)
    assert "reset" in {one["name"] for one in values(house, "assigned")["suggestions"]}


def test_a_rule_needs_no_gate_but_meets_all_else(house: House) -> None:
    """An operator vouches for the article, and not for the moment."""
    ready(house)
    pass_the_gate(house, score=0)
    switch(house, _FIRST_RULE, _rule('then.suggest = ["reset"]\nthen.add_tags = ["complaint"]'))
    house.accept(ASK)
    house.work()
    assert "articles" not in values(house)
    switch(house, 'then.add_tags = ["complaint"]', "")
    house.accept(mail("m2", subject="Hello there", body="Something else."))
    house.work()
    assert [one["title"] for one in values(house)["articles"]] == [LOST.title]


def test_in_shadow_nobody_was_told(house: House) -> None:
    """The mail that was never sent has the article, and it counts as shown to nobody."""
    ready(house)
    spoken = 'languages = ["en", "es", "nb"]'
    switch(house, spoken, f'mode = "shadow"\n{spoken}')
    house.accept(ASK)
    house.work()
    assert values(house)["articles"]
    row = house.rows(tables.suggestions)[0]
    assert (row.shown, row.why_not) == (False, "")


def test_who_writes_by_a_service_is_answered_in_short(house: House) -> None:
    """The short form has no room for articles, so none counts as shown."""
    ready(house)
    house.accept(ASK)
    house.work()
    with house.store.reading() as connection:
        book = house.rulebooks.current()
        batch = Batch(connection, numbers_for(house.store.dialect))
        desk = Desk.by_hand(batch, now=NOON, rulebook=book, keyring=house.keyring)
        message, ticket = desk.message(1), desk.ticket(1)
        assert never_told(desk, ticket, message) == ""
        by_service = msgspec.structs.replace(ticket, requester="7@telegram.invalid")
        assert "by a service" in never_told(desk, by_service, message)
